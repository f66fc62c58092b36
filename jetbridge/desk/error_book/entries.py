"""What one entry of the error book says."""

from dataclasses import dataclass
from typing import Literal

Who = Literal["You", "Jet", "You, then Jet", "Whoever runs the panel"]


@dataclass(frozen=True)
class Entry:
    """
    One thing that can stand in the way.

    code is the word under which the panel or Jet reports it; `*.fault` stands for that fault of any field.
    page is the name of the address where it is fixed, if there is one.
    """

    code: str
    title: str
    cause: str
    fix: str
    who: Who = "You"
    page: str = ""

    @property
    def anchor(self) -> str:
        """A name for the entry within its page."""
        return "".join(sign if sign.isalnum() else "-" for sign in self.code.lower()).strip("-")

    @property
    def text(self) -> str:
        """All its words, for a search."""
        return " ".join((self.code, self.title, self.cause, self.fix, self.who)).lower()
