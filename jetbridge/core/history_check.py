"""Checks the history against the chain of its seals, portion by portion: what was changed, taken out or put in."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from jetbridge.core import history_seals
from jetbridge.core.history_seals import Link
from jetbridge.core.models.seals import GENESIS, SOURCES, HistoryMark, Seal, Source

CHUNK = 1_000
Change = HistoryMark.Change


@dataclass(frozen=True)
class Break:
    """Where the history is not what was sealed: a row by its table and key, or a seal by its number."""

    kind: str
    place: str
    text: str


@dataclass
class Check:
    """What was looked at on the way."""

    rows: Counter[str] = field(default_factory=Counter)
    erased: int = 0
    deleted: int = 0
    waiting: int = 0
    last: Link | None = None

    def breaks(self, outside: Iterable[Link] = ()) -> Iterator[Break]:
        """Give what is broken, in the order of the seals; then what nobody sealed, then what stood at the end."""
        yield from self._chain()
        for source in SOURCES.values():
            yield from self._added(source)
        for link in outside:
            if not link.stands() and not link.was_left():
                text = "The chain does not hold this link any more: its end was cut, or it was replaced."
                yield Break("missing", f"link {link}", text)

    def _chain(self) -> Iterator[Break]:
        head = history_seals.head()
        before, number = GENESIS, 0
        # The sealer goes on meanwhile: what it adds is the next check's.
        known = Seal.objects.filter(number__lte=head.number).order_by("number")
        while seals := list(known.filter(number__gt=number)[:CHUNK]):
            rows = {source.table: source.rows(_keys(seals, source)) for source in SOURCES.values()}
            marks = _marks(seals)
            for seal in seals:
                if seal.number != number + 1:
                    yield _missing_seals(number + 1, seal.number - 1)
                elif bytes(seal.link) != seal.made_after(before):
                    yield Break("changed", f"seal {seal.number}", "It does not follow from the seal before.")
                before, number = bytes(seal.link), seal.number
                row = rows[seal.table].get(seal.row) if seal.table in SOURCES else None
                yield from self._row(seal, row, marks.get((seal.table, seal.row)))
        self.last = Link(number, before) if number else None
        if head.number > number:
            yield _missing_seals(number + 1, head.number)
        elif bytes(head.link) != before:
            yield Break("changed", f"seal {number}", "It is not the one that the sealer made last.")
        beyond = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
        if beyond > history_seals.head().number:
            yield Break("added", f"seal {beyond}", "The sealer did not make it.")

    def _row(self, seal: Seal, row: dict[str, Any] | None, mark: HistoryMark | None) -> Iterator[Break]:
        source = SOURCES.get(seal.table)
        if source is None:
            yield Break("changed", f"seal {seal.number}", "It names a table that is not sealed.")
            return
        kind = _kind(source, seal, row, mark)
        if kind:  # it may have been made anonymous or deleted between two readings
            fresh = Seal.objects.filter(pk=seal.pk).first() or seal
            row, mark = source.rows([seal.row]).get(seal.row), _marks([seal]).get((seal.table, seal.row))
            kind = _kind(source, fresh, row, mark)
        self.rows[source.name] += row is not None
        self.erased += row is not None and mark is not None
        self.deleted += row is None and mark is not None
        if kind:
            text = f"It is not what was sealed under number {seal.number}."
            yield Break(kind, f"{source.name} {seal.row}", text)

    def _added(self, source: Source) -> Iterator[Break]:
        head = history_seals.head()
        reached, gaps = head.reached.get(str(source.table), 0), head.gaps.get(str(source.table), [])
        sealed = Seal.objects.filter(table=source.table, row=OuterRef("pk"))
        unsealed = source.model._base_manager.filter(~Exists(sealed)).order_by("pk")
        for key in unsealed.values_list("pk", flat=True).iterator(CHUNK):
            if key > reached or any(first <= key <= last for first, last, _ in gaps):
                self.waiting += 1
            else:
                text = "It stands among sealed rows and has no seal."
                yield Break("added", f"{source.name} {key}", text)


def outside() -> list[Link]:
    """Return the link that stands beside the database."""
    found = history_seals.kept()
    return [found] if found else []


def _kind(source: Source, seal: Seal, row: dict[str, Any] | None, mark: HistoryMark | None) -> str:
    """Return how a sealed row is broken, or nothing."""
    if row is None:
        return "" if mark is not None and mark.change == Change.DELETED else "missing"
    if mark is not None and mark.digest is not None:
        is_whole = source.without_salt(row) == bytes(mark.digest)
        is_whole &= source.whole(row, bytes(seal.personal)) == bytes(seal.digest)
        return "" if is_whole else "changed"
    made = (bytes(seal.personal), bytes(seal.digest))
    return "" if seal.salt is not None and source.digests(row, bytes(seal.salt)) == made else "changed"


def _keys(seals: list[Seal], source: Source) -> list[int]:
    return [seal.row for seal in seals if seal.table == source.table]


def _marks(seals: list[Seal]) -> dict[tuple[int, int], HistoryMark]:
    """Return the last mark of each row that has one."""
    found = HistoryMark.objects.exclude(table=0).order_by("pk")
    keys = {(seal.table, seal.row) for seal in seals}
    marks = found.filter(table__in={table for table, _ in keys}, row__in={row for _, row in keys})
    return {(mark.table, mark.row): mark for mark in marks if (mark.table, mark.row) in keys}


def _missing_seals(first: int, last: int) -> Break:
    place = f"seal {first}" if first == last else f"seals {first} to {last}"
    return Break("missing", place, "The chain goes on without.")
