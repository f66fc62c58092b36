"""The cell categories: paths joined by /, a slash in a name written \\/."""

from catalog.products.intake.cells import BadCell
from catalog.products.intake.multi_values import Splitter
from catalog.products.models.categories import DEEPEST, LONGEST_PATH, join_names, names_of

LONGEST_NAME = 255


def split_categories(cell: str, splitter: Splitter) -> list[str]:
    """
    Return the full paths of a cell, without repetitions, names trimmed.

    :raises BadCell: a name or a path is too long
    """
    paths = [_clean(part) for part in splitter.paths(cell)]
    return list(dict.fromkeys(path for path in paths if path))


def _clean(part: str) -> str:
    return checked_path(join_names([name for name in names_of(part) if name]))


def checked_path(path: str) -> str:
    """
    Return a path that the tree can hold.

    :raises BadCell: a name or the path is too long
    """
    names = names_of(path)
    if any(len(name) > LONGEST_NAME for name in names):
        raise BadCell("too_long", f"A category name has more than {LONGEST_NAME} characters: {path[:60]}...")
    if len(path) > LONGEST_PATH or len(names) > DEEPEST:
        raise BadCell("too_long", f"A category path is too long ({len(path):,} characters): {path[:60]}...")
    return path
