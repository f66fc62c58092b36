"""Taxonomy files as one zip: what is uploaded is kept so, and what was stored before is kept so."""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from catalog.mapping.taxonomy.csv_tables import TaxonomyUnreadable

# The real files are 1.7 MB; a zip that unpacks to far more than that is no taxonomy.
MAX_BYTES = 60_000_000
BROKEN = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)


def pack(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """
    Return the CSV files in a zip by their bare names.

    :raises TaxonomyUnreadable: it is no zip, or unpacks to too much
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if _is_csv(each)]
            if sum(each.file_size for each in members) > MAX_BYTES:
                raise TaxonomyUnreadable(f"The zip holds more than {MAX_BYTES // 1_000_000} MB of CSV files.")
            return {each.filename.rsplit("/", 1)[-1]: archive.read(each) for each in members}
    except BROKEN as error:
        raise TaxonomyUnreadable(f"The zip cannot be read: {error}.") from error


def as_files(uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """
    Return CSV files by name from what was given: CSV files, zips of them, or both.

    :raises TaxonomyUnreadable: a zip cannot be read
    """
    files: dict[str, bytes] = {}
    for name, content in uploads.items():
        if content.startswith(b"PK\x03\x04"):
            files.update(unpack(content))
        else:
            files[name] = content
    return files


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as a CSV file in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _is_csv(member: zipfile.ZipInfo) -> bool:
    name = member.filename.rsplit("/", 1)[-1]
    return not member.is_dir() and name.lower().endswith(".csv") and not name.startswith(".")
