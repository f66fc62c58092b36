"""One call before it is sent, what it says and whether it may be said twice; and the answer that comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, Any


class Kind(Enum):
    """What a repetition would do."""

    READ = "changes nothing"
    REPEATABLE = "twice leaves the same state as once"
    ONCE = "twice could do the work twice"


@dataclass(frozen=True, slots=True)
class Call:
    """
    A call. `path` stands under the base URL and is percent-encoded; or `url` is an absolute one.

    `plain` takes any body as bytes, a page only with `page`; `spooled` takes what may be large as a file that is
    deleted when it is closed.
    """

    method: str
    path: str = ""
    kind: Kind = Kind.READ
    json: Any = field(default=None, repr=False)
    data: bytes | None = field(default=None, repr=False)
    params: Mapping[str, str | int] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = field(default="", repr=False)
    plain: bool = False
    page: bool = False
    spooled: bool = False
    # More than this of an answer is not read: lists come in pages, files and reports are large.
    most_bytes: int = 16 * 1024 * 1024

    @property
    def has_effect(self) -> bool:
        """Whether a lost answer leaves open if something changed."""
        return self.kind is not Kind.READ


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    # What is taken as a file; the body is its beginning then, by which a page is known.
    file: IO[bytes] | None = None

    @property
    def content_type(self) -> str:
        """The kind of content, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether a page came instead of an answer: it is from something that stands in between, or from a wreck."""
        start = self.body.lstrip()[:14].lower()
        return self.content_type == "text/html" or start.startswith((b"<!doctype html", b"<html"))
