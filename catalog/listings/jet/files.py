"""
Bulk files at Jet: the place for one, putting it there, announcing it, and how far Jet is with it.

Each question raises JetFailure where Jet gives no answer, or refuses to.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jetapi.types import files as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors


@dataclass(frozen=True, slots=True)
class Place:
    """A signed address that takes one file for a while; whoever has it may write there."""

    url: str = field(repr=False)
    jet_file_id: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class FileDocument:
    """A file as Jet holds it: the excerpt has its first errors, the address leads to all of them."""

    jet_file_id: str
    status: str
    # Whether Jet was notified of it.
    is_received: bool
    is_final: bool
    error_count: int | None
    error_url: str = field(repr=False)
    error_excerpt: tuple[str, ...]


def place(client: Client) -> Place:
    """Ask for a place to put a file."""
    with our_errors():
        token = speaking(client).files.upload_token()
    return Place(token.url, token.jet_file_id, timedelta(seconds=token.expires_in_seconds))


def put(client: Client, url: str, data: bytes) -> None:
    """Put a gzipped file at its place; doing it twice does no harm."""
    with our_errors():
        speaking(client).files.put_blob(url, data)


def announce(
    client: Client, *, url: str, jet_file_id: str, kind: str, name: str, in_doubt: bool
) -> FileDocument:
    """
    Notify Jet that a file is there, once; a lost answer is settled by asking for the file.

    :raises JetFailure: not sent, or still in doubt (`sent_maybe`)
    """
    token = theirs.UploadToken(url=url, jet_file_id=jet_file_id)
    with our_errors():
        found = speaking(client).files.uploaded_settled(
            token, file_type=kind, file_name=name, in_doubt=in_doubt
        )
    return _document(found)


def get(client: Client, jet_file_id: str) -> FileDocument:
    """
    Ask how far Jet is with a file.

    :raises JetNotKnown: Jet has no such file
    """
    with our_errors():
        return _document(speaking(client).files.get(jet_file_id))


def errors(client: Client, url: str) -> Any:
    """Fetch all errors of a file, as Jet words them."""
    with our_errors():
        return speaking(client).files.download_errors(url)


def _document(source: theirs.FileState) -> FileDocument:
    return FileDocument(
        jet_file_id=source.jet_file_id,
        status=source.status,
        is_received=bool(source.status and source.received),
        is_final=source.is_final,
        error_count=source.error_count,
        error_url=source.error_url or "",
        error_excerpt=source.error_excerpt,
    )
