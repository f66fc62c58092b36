"""The cell categories: paths joined by /, several separated by a comma, a slash in a name written \\/."""

import re
from collections.abc import Sequence

from catalog.products.intake.cells import BadCell

LONGEST_NAME = 255
LONGEST_PATH = 1000
# The tree's table keeps a node's place in 255 characters, four a level.
DEEPEST = 60
_SLASH = re.compile(r"(?<!\\)/")


def split_categories(cell: str, separator: str = ",") -> list[str]:
    """
    Return the full paths of a cell, without repetitions, names trimmed.

    :raises BadCell: a name or a path is too long
    """
    paths = [_clean(part) for part in _parts(cell, separator)]
    return list(dict.fromkeys(path for path in paths if path))


def _parts(cell: str, separator: str) -> Sequence[str]:
    # A store that exports with | as separator: each part then begins at the same root, which no name would do.
    piped = cell.split("|")
    if separator == "," and len(piped) > 1:
        roots = {names_of(part)[0] for part in piped if part.strip()}
        if len(roots) == 1:
            return piped
    return cell.split(separator)


def names_of(path: str) -> list[str]:
    """Return the names along a path, as people read them."""
    return [name.replace("\\/", "/").strip() for name in _SLASH.split(path)]


def join_names(names: Sequence[str]) -> str:
    """Return the path of these names in Magento's form."""
    return "/".join(name.replace("/", "\\/") for name in names)


def _clean(part: str) -> str:
    names = [name for name in names_of(part) if name]
    path = join_names(names)
    if any(len(name) > LONGEST_NAME for name in names):
        raise BadCell("too_long", f"A category name has more than {LONGEST_NAME} characters: {path[:60]}...")
    if len(path) > LONGEST_PATH or len(names) > DEEPEST:
        raise BadCell("too_long", f"A category path is too long ({len(path):,} characters): {path[:60]}...")
    return path
