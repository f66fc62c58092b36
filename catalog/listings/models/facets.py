"""
The parts of a listing that are sent and answered apart, as tables know them: by name.

What a part is says its own file in `catalog.listings.facets`. There it is registered, and with it the names that its
rows, its files and its lines of the drift report bear, so that a new part is no migration.
"""

from typing import NamedTuple

# Longer names do not fit their columns.
LONGEST = 40


class Word(NamedTuple):
    """A name as tables hold it, as people read it, and its rank among the others where a list offers them."""

    name: str
    label: str
    rank: int = 50


class Words:
    """Names that are registered one by one; the choices of a column."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.known: dict[str, Word] = {}

    def register(self, word: Word) -> None:
        """
        Make a name known.

        :raises ValueError: it does not fit its column, or is known by another label
        """
        if not word.name or len(word.name) > LONGEST:
            raise ValueError(f"{word.name!r} is no name of a {self.what}: 1 to {LONGEST} characters fit.")
        if self.known.setdefault(word.name, word) != word:
            raise ValueError(f"Two {self.what}s are called {word.name}.")

    def forget(self, word: Word) -> None:
        """Take a name back."""
        self.known.pop(word.name, None)

    def choices(self) -> list[tuple[str, str]]:
        """Return the names with their labels, by rank."""
        return [(word.name, word.label) for word in sorted(self.known.values(), key=lambda word: word.rank)]


FACETS, FILE_KINDS, FIGURES = Words("facet"), Words("file kind"), Words("figure")


def facet_choices() -> list[tuple[str, str]]:
    """Return the facets with their labels."""
    return FACETS.choices()


def file_kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of files with their labels."""
    return FILE_KINDS.choices()


def figure_choices() -> list[tuple[str, str]]:
    """Return the figures of the drift report with their labels."""
    return FIGURES.choices()
