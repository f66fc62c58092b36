"""Sends documents to the store over one connection: each kind says how, the outbox how often."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.jobs.queue import nudge
from jetbridge.outbox import claims, drains
from jetbridge.outbox.queue import block
from jetbridge.outbox.results import Later, NotPayload, Settled, Settlement, Undecided
from jetbridge.store import kinds, services
from jetbridge.store.kinds import DocumentKind, Made, Step
from jetbridge.store.models import StoreDocument
from jetbridge.store.outboxes import JOB, StoreDocuments, held
from jetbridge.store.ports import SendingStore

# A way of several steps goes on in the next drain; one that never ends must not keep the job from ending.
MOST_DRAINS = 6


def send_documents(*, account: JetAccount, heartbeat: Callable[[], None] = lambda: None) -> drains.Report:
    """
    Send every document that is due; orders of the demo and of the test account only where the store takes them.

    :raises NotLinked: the store cannot be spoken to
    """
    report = drains.Report()
    for is_demo in (False, True):
        if report.halt is None and claims.is_due(DueDocuments(account, is_demo=is_demo)):
            report.add(_send(account, is_demo, heartbeat))
    return report


def _send(account: JetAccount, is_demo: bool, heartbeat: Callable[[], None]) -> drains.Report:
    report = drains.Report()
    try:
        with services.open_store_to_send(mode=account.mode, is_demo=is_demo) as store:
            for _ in range(MOST_DRAINS):
                box = DocumentSender(store, account, is_demo=is_demo)
                found = drains.drain(box, heartbeat=heartbeat, connections=1)
                report.add(found)
                report.halt = found.halt
                if found.halt or not found.done or not claims.is_due(box):
                    break
    except services.NotForThisStore as refusal:
        rows = DueDocuments(account, is_demo=is_demo)
        for row in rows.select(StoreDocument.objects.filter(next_try_at__isnull=False, blocked_at=None)):
            block(rows, [row.pk], reason=str(refusal))
            report.fail(str(row), str(refusal))
    return report


class DueDocuments(StoreDocuments):
    """Documents of an account that go by one opening of the store: those of the demo, or all others."""

    def __init__(self, account: JetAccount, *, is_demo: bool) -> None:
        super().__init__(account)
        self._is_demo = is_demo

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of the demo, or the others."""
        return super().select(rows.filter(is_demo=self._is_demo))


class DocumentSender(DueDocuments):
    """How documents are sent: each by its kind."""

    def __init__(self, store: SendingStore, account: JetAccount, *, is_demo: bool = False) -> None:
        super().__init__(account, is_demo=is_demo)
        self._store = store

    @cached_property
    def _address(self) -> str:
        return services.address_of(configuration.current())

    def build(self, rows: Sequence[StoreDocument]) -> Mapping[Any, Any | NotPayload | None]:
        """Have each kind build its rows; of one order nothing goes while another worker sends something of it."""
        busy = self._busy(rows)
        built: dict[Any, Any | NotPayload | None] = {
            row.pk: Later("Another document of this order is being sent.") for row in rows if row.pk in busy
        }
        for kind, some in _by_kind(row for row in rows if row.pk not in busy):
            if kind is None:
                built |= {row.pk: Rejected(f"No kind of document is named {row.kind}.") for row in some}
            else:
                built |= kind.build(some, self._store)
        return built

    def _busy(self, rows: Sequence[StoreDocument]) -> set[Any]:
        """
        Return the rows of whose orders another document is claimed as well.

        Claims are seen by all once they are made: of two that were made at one moment, the later one sees the other.
        """
        keys = {row.order_key for row in rows}
        found = held(StoreDocument.objects.filter(account=rows[0].account_id, order_key__in=keys))
        claimed: dict[int, set[Any]] = defaultdict(set)
        for pk, order_key in found.values_list("pk", "order_key"):
            claimed[order_key].add(pk)
        return {row.pk for row in rows if claimed[row.order_key] - {row.pk}}

    def send(self, row: StoreDocument, payload: Any) -> Made | Undecided:
        """Make it in the store."""
        return _kind(row).send(self._store, row, payload)

    def look_up(self, row: StoreDocument, payload: Any) -> Made | Undecided | None:
        """Return what an earlier try brought about."""
        return _kind(row).look_up(self._store, row, payload)

    def lost(self, row: StoreDocument, payload: Any) -> Mapping[str, Any]:
        """Return what the kind keeps with a lost answer."""
        return _kind(row).lost(row, payload)

    def columns(self, settlements: Sequence[Settlement[StoreDocument]]) -> Mapping[str, Sequence[Any]]:
        """Keep what the store has now, and how far a way of several steps came."""
        for settlement in settlements:
            self._take(settlement.row, settlement.value)
        names = ("store", "store_order", "store_id", "store_number", "way", "progress")
        return {name: [getattr(settlement.row, name) for settlement in settlements] for name in names}

    def _take(self, row: StoreDocument, value: Any) -> None:
        if isinstance(value, Step):
            row.progress = dict(value.progress)
        if isinstance(value, Made):
            row.store, row.store_order, row.store_id = self._address, value.order, value.id
            row.store_number, row.progress = value.number[:50], dict(value.progress)
            row.way = value.way or row.way

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Stop what needs a person, and let each kind do what follows."""
        for settlement in settled.rejected:
            if settlement.value == kinds.REMEDY:
                block(self, [settlement.row.pk], reason=" ".join(settlement.errors))
        for kind, part in _parts(settled):
            if kind is not None:
                kind.apply(part, now)
        if settled.accepted:  # what waited for them may go now
            nudge(JOB)


def _kind(row: StoreDocument) -> DocumentKind:
    found = kinds.named(row.kind)
    if found is None:
        raise LookupError(f"No kind of document is named {row.kind}.")
    return found


def _by_kind(rows: Iterable[StoreDocument]) -> list[tuple[DocumentKind | None, list[StoreDocument]]]:
    found: dict[str, list[StoreDocument]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row)
    return [(kinds.named(name), some) for name, some in found.items()]


def _parts(settled: Settled[StoreDocument]) -> list[tuple[DocumentKind | None, Settled[StoreDocument]]]:
    """Divide settlements by the kinds of their rows."""
    found: dict[str, Settled[StoreDocument]] = defaultdict(Settled)
    for name in ("accepted", "rejected", "held", "undecided", "unneeded"):
        for settlement in getattr(settled, name):
            getattr(found[settlement.row.kind], name).append(settlement)
    return [(kinds.named(name), part) for name, part in found.items()]
