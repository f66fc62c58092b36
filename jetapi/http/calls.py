"""One call to Jet before it is sent: what it says and whether it may be said twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a repetition would do."""

    READ = "changes nothing"
    REPEATABLE = "twice leaves the same state as once"
    ONCE = "twice could do the work twice"


@dataclass(frozen=True, slots=True)
class Call:
    """
    A call. `path` stands under the base URL and is percent-encoded; or `url` is an absolute one.

    `plain` takes any body as bytes; `spooled` takes what may be large as a file that is deleted when it is closed.
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
    spooled: bool = False
    # More than this of an answer is not read: lists come in pages, files and reports are large.
    most_bytes: int = 16 * 1024 * 1024

    @property
    def has_effect(self) -> bool:
        """Whether a lost answer leaves open if something changed at Jet."""
        return self.kind is not Kind.READ
