"""One search over all that the panel explains: how-tos and error book."""

from dataclasses import dataclass

from jetbridge.desk import error_book, howto
from jetbridge.desk.error_book.entries import Entry
from jetbridge.desk.howto.chapters import Chapter

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Found:
    """What is known by some words; without words, the whole book and no how-to."""

    text: str
    howtos: list[Chapter]
    chapters: list[tuple[str, list[Entry]]]

    @property
    def entries(self) -> int:
        """How many entries of the error book were found."""
        return sum(len(entries) for _title, entries in self.chapters)


def search(text: str) -> Found:
    """Look everything up that holds every word."""
    text = text.strip()[:LONGEST_SEARCH]
    return Found(text, list(howto.search(text)), list(error_book.search(text)))
