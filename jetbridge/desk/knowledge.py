"""One search over all that the panel explains: how-tos and error book."""

from dataclasses import dataclass

from jetbridge.desk import error_book, howto
from jetbridge.desk.error_book.entries import Entry
from jetbridge.desk.error_book.matches import recognize
from jetbridge.desk.howto.chapters import Chapter

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Found:
    """What is known by some words; without words, the whole book and no how-to."""

    text: str
    howtos: list[Chapter]
    chapters: list[tuple[str, list[Entry]]]
    # No entry has these very words; shown is the one that they belong to.
    is_near: bool = False

    @property
    def entries(self) -> int:
        """How many entries of the error book were found."""
        return sum(len(entries) for _title, entries in self.chapters)


def search(text: str, otherwise: str = "") -> Found:
    """
    Look everything up that holds every word; where the book has none, what the words belong to.

    :param otherwise: the code of the entry that is shown when nothing else is known
    """
    text = text.strip()[:LONGEST_SEARCH]
    howtos, chapters = list(howto.search(text)), list(error_book.search(text))
    if chapters:
        return Found(text, howtos, chapters)
    near = recognize(text) or otherwise
    return Found(text, howtos, error_book.chapter_of(near) if near else [], is_near=True)
