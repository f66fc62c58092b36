"""Walks over what is read in parts: where the store falls over at one, in smaller ones, until its row is alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from jetbridge.store.magento.errors import StoreBroken

T = TypeVar("T")
# Where more rows than this seem broken, it is the list that is.
MOST_BROKEN = 50
Rows = list[Mapping[str, Any]]


class _Skips:
    """Counts the rows that are left out."""

    def __init__(self, skip: Callable[[Any, StoreBroken], None]) -> None:
        self._skip, self._count = skip, 0

    def __call__(self, row: object, broken: StoreBroken) -> None:
        self._count += 1
        if self._count > MOST_BROKEN:
            raise broken
        self._skip(row, broken)


def by_halves(
    values: Sequence[str],
    ask: Callable[[Sequence[str]], list[T]],
    skip: Callable[[str, StoreBroken], None],
) -> Iterator[T]:
    """
    Ask of many values at once.

    :raises StoreBroken: it falls over at too many of them
    """
    return _halved(values, ask, _Skips(skip))


def _halved(values: Sequence[str], ask: Callable[[Sequence[str]], list[T]], skip: _Skips) -> Iterator[T]:
    try:
        found = ask(values)
    except StoreBroken as broken:
        if len(values) == 1:
            skip(values[0], broken)
            return
        half = len(values) // 2
        yield from _halved(values[:half], ask, skip)
        yield from _halved(values[half:], ask, skip)
    else:
        yield from found


def by_places(
    read: Callable[[int, int, bool], tuple[Rows, int]],
    size: Callable[[], int],
    skip: Callable[[int, StoreBroken], None],
    sound: Callable[[], object] = lambda: None,
) -> Iterator[Mapping[str, Any]]:
    """
    Read a list whose rows are known by their place alone: `read(page, size, is_search)`, `size()` of whole pages.

    Smaller pages divide a whole one, so that none repeats a row or leaves one out. `sound` asks the list for no row
    at all, before any is looked for.

    :raises StoreBroken: it falls over at too many rows, or whatever it is asked
    """
    skips, at, part, total, fell = _Skips(skip), 0, size(), 1, False
    while at < total:
        try:
            rows, total = read(at // part + 1, part, part < size())
        except StoreBroken as broken:
            if not fell:
                fell = True
                sound()
            if part > 1:
                part //= _least_factor(part)
                continue
            skips(at, broken)
            total = max(total, at + 2)  # whether there are more, the next one says
        else:
            yield from rows
            if not rows:
                return
        part = min(part, size())
        at += part
        part = _larger(at, part, size())


def _larger(at: int, part: int, most: int) -> int:
    """Return the largest size that divides a whole page and at which a page begins here."""
    while part < most:
        larger = next((each for each in _sizes(most) if each > part), most)
        if at % larger:
            return part
        part = larger
    return part


def _sizes(most: int) -> list[int]:
    """Return the sizes that a whole page is divided into, the least first."""
    found = [most]
    while found[-1] > 1:
        found.append(found[-1] // _least_factor(found[-1]))
    return found[::-1]


def _least_factor(number: int) -> int:
    return next((each for each in range(2, int(number**0.5) + 1) if number % each == 0), number)
