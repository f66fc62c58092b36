"""
Makes what belongs to an order that the store has: looks what stands there, makes what is missing, looks again.

Nothing that the store does once is sent without such a look: what is missing is planned anew each time, by what the
store has of the same source, which a mark in its comment says. So a try after a lost answer finds what it made.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from django.utils import timezone

from jetbridge.core.send_failures import AnswerLost, HaltLost, NotSent, Rejected, SendFailure
from jetbridge.outbox.models import PENDING, Answer
from jetbridge.outbox.results import Later, NotPayload, Settled
from jetbridge.store.documents import SkippedRow, StoreOrder
from jetbridge.store.failures import store_failures
from jetbridge.store.kinds import Blocked, DocumentKind, Made
from jetbridge.store.models import StoreDocument
from jetbridge.store.plans.lines import NotInStore, Waits
from jetbridge.store.ports import SendingStore, Store

# What waits for something else of its order looks again so often by itself; whatever is made of the order hastens it.
WAIT = timedelta(minutes=10)
# One source may make several, such as a shipment a source of stock; one that never ends is tried again.
MOST = 20
ON_HOLD = "The order is on hold in the store"
HELD, GONE = "holded", "The store no longer has order"


class Document(Protocol):
    """A shipment, invoice or credit memo as the store has it."""

    @property
    def order(self) -> int: ...
    @property
    def id(self) -> int | None: ...
    @property
    def number(self) -> str: ...
    @property
    def comment(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the store has it now, and what was made of the same kind."""

    order: StoreOrder
    documents: tuple[Document, ...] = ()


F = TypeVar("F")


@dataclass(slots=True)
class Task(Generic[F]):
    """What is to be made of a row: what the panel knows of it, and what was seen while it was built."""

    facts: F
    order: int
    seen: Seen | None = None


class PartOfOrder(DocumentKind, Generic[F]):
    """A kind of document of an order that the store has."""

    # Whether what it waits for is looked at for all rows at once, before any is sent.
    looks_ahead = False

    def facts(self, rows: Sequence[StoreDocument]) -> Mapping[Any, F | NotPayload]:
        """Return by key what the panel knows of each row, or why nothing is sent. Here the database is asked."""
        raise NotImplementedError

    def read(self, store: SendingStore, orders: Iterable[int]) -> Iterator[Any]:
        """Read what the store has of this kind, of some orders."""
        raise NotImplementedError

    def plan(self, store: SendingStore, seen: Seen, facts: F) -> Any | None:
        """
        Return what is missing next; None where nothing is.

        :raises Waits: it cannot be made yet
        :raises NotInStore: the store's order does not allow it
        """
        raise NotImplementedError

    def make(self, store: SendingStore, document: Any) -> None:
        """Send what the store lacks; errors are those of the outbox: refused, lost, or blocked with a remedy."""
        raise NotImplementedError

    def made(self, seen: Seen, facts: F) -> Made:
        """Return what the store has now that nothing is missing."""
        raise NotImplementedError

    def remedy(self, problem: str) -> str:
        """Say what a person does where the store's order does not allow it."""
        return "Compare the two orders. Make it in the store and say which it is, or try again."

    def build(
        self, rows: Sequence[StoreDocument], store: SendingStore
    ) -> Mapping[int, Any | NotPayload | None]:
        """Return a task for each row, with what was seen of the store for all of them at once."""
        found, facts = dict[int, Any](), self.facts(rows)
        orders = _orders_of(rows)
        for row in rows:
            fact, order = facts[row.pk], orders.get(row.order_key)
            if order is None:
                found[row.pk] = Later("The store does not have the order yet.", at=timezone.now() + WAIT)
            elif isinstance(fact, NotPayload):
                found[row.pk] = fact
            else:
                found[row.pk] = Task(fact, order)
        if self.looks_ahead:
            self._look_ahead(store, found)
        return found

    def _look_ahead(self, store: SendingStore, found: dict[int, Any]) -> None:
        tasks = {key: task for key, task in found.items() if isinstance(task, Task)}
        try:
            seen = self._look_all(store, [task.order for task in tasks.values()])
        except SendFailure:
            return  # whatever is wrong, sending says it
        for key, task in tasks.items():
            task.seen = seen.get(task.order)
            if task.seen is None:
                continue
            try:
                self._planned(store, task.seen, task.facts)
            except Waits as wait:
                found[key] = Later(str(wait), at=timezone.now() + WAIT)
            except Blocked as problem:
                found[key] = problem

    def send(self, store: SendingStore, row: StoreDocument, payload: Task[F]) -> Made:
        """Make what is missing, one after the other, and look after each what stands there now."""
        with store_failures():
            seen, payload.seen = payload.seen or self._look(store, payload.order), None
            for _ in range(MOST):
                document = self._next(store, seen, payload.facts)
                if document is None:
                    return self.made(seen, payload.facts)
                try:
                    with store_failures():
                        self.make(store, document)
                except (AnswerLost, HaltLost) as lost:
                    seen = self._looked_for(store, payload, document, seen, lost)
                else:
                    seen = self._look(store, payload.order)
        raise NotSent(f"After {MOST} documents something is still missing.", retry_at=timezone.now() + WAIT)

    def _looked_for(
        self, store: SendingStore, payload: Task[F], document: Any, before: Seen, lost: AnswerLost | HaltLost
    ) -> Seen:
        """
        Look at once after a lost answer; what is not there yet, or cannot be found out, the next try looks for.

        :raises SendFailure: the answer stays lost
        """
        known, mark = {each.id for each in before.documents}, getattr(document, "comment", "")
        try:
            seen = self._look(store, payload.order)
            is_new = any(mark in each.comment and each.id not in known for each in seen.documents)
            if (mark and is_new) or self._next(store, seen, payload.facts) is None:
                return seen
        except SendFailure:
            pass  # nothing was found out
        raise lost

    def look_up(self, store: SendingStore, row: StoreDocument, payload: Task[F]) -> Made | None:
        """Return what the store has where an earlier try made all of it."""
        with store_failures():
            seen = self._look(store, payload.order)
            payload.seen = seen
            is_missing = self._next(store, seen, payload.facts) is not None
        return None if is_missing else self.made(seen, payload.facts)

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Let what waited for it go on."""
        for settlement in settled.accepted:
            hasten(settlement.row.account_id, settlement.row.order_key, now)

    def _next(self, store: SendingStore, seen: Seen, facts: F) -> Any | None:
        try:
            return self._planned(store, seen, facts)
        except Waits as wait:
            raise NotSent(str(wait), retry_at=timezone.now() + WAIT) from wait

    def _planned(self, store: SendingStore, seen: Seen, facts: F) -> Any | None:
        try:
            document = self.plan(store, seen, facts)
        except NotInStore as problem:
            raise Blocked(str(problem), self.remedy(str(problem))) from problem
        if document is not None and seen.order.state == HELD:
            raise Blocked(
                f"{ON_HOLD} ({seen.order.status}).", "Release it there; the next try goes on with it."
            )
        return document

    def _look(self, store: SendingStore, order: int) -> Seen:
        seen = self._look_all(store, [order]).get(order)
        if seen is None:
            raise Blocked(f"{GONE} {order}.", "Say which order of the store it is.")
        return seen

    def _look_all(self, store: SendingStore, orders: Iterable[int]) -> dict[int, Seen]:
        """Read orders and what is made of them; an edited one as the one that took its place."""
        documents = defaultdict[int, list[Document]](list)
        with _reading():
            found = current_orders(store, orders)
            for each in _readable(self.read(store, {order.id for order in found.values()})):
                documents[each.order].append(each)
        return {key: Seen(order, tuple(documents[order.id])) for key, order in found.items()}


@contextmanager
def _reading() -> Iterator[None]:
    """
    A look that fails says nothing of what is to be made: it is not sent now.

    :raises NotSent: or a halt
    """
    try:
        with store_failures():
            yield
    except (AnswerLost, Rejected) as failure:
        raise NotSent(*failure.errors, retry_at=timezone.now() + WAIT) from failure


def current_orders(store: Store, keys: Iterable[int]) -> dict[int, StoreOrder]:
    """
    Read orders by their keys; one that a person edited is the order that took its place.

    :raises NotSent: one of them cannot be read
    """
    asked = dict.fromkeys(keys)
    found = {order.id: order for order in _readable(store.orders_of(asked))}
    current = {key: found[key] for key in asked if key in found}
    while children := {order.child for order in current.values() if order.child} - found.keys():
        read = {order.id: order for order in _readable(store.orders_of(sorted(children)))}
        if not read:
            break
        found |= read
        current = {key: _last(order, found) for key, order in current.items()}
    return {key: _last(order, found) for key, order in current.items()}


def _last(order: StoreOrder, known: Mapping[int, StoreOrder]) -> StoreOrder:
    seen = {order.id}
    while order.child is not None and order.child in known and order.child not in seen:
        order = known[order.child]
        seen.add(order.id)
    return order


def hasten(account_id: int, order_key: int, now: datetime) -> None:
    """Let what waits of an order be looked at now; what is in doubt keeps its pause."""
    rows = StoreDocument.objects.filter(PENDING, account_id=account_id, order_key=order_key, claimed_by="")
    rows.filter(next_try_at__gt=now).exclude(answer=Answer.UNKNOWN).update(next_try_at=now)


def marked(documents: Iterable[Any], mark: str) -> list[Any]:
    """Return the documents whose comment has a mark of ours."""
    return [each for each in documents if mark in each.comment]


def _orders_of(rows: Sequence[StoreDocument]) -> dict[int, int]:
    found = StoreDocument.objects.filter(
        account_id=rows[0].account_id,
        kind=StoreDocument.Kind.ORDER,
        order_key__in={row.order_key for row in rows},
    )
    return {row.order_key: row.store_order for row in found if row.store_order is not None and row.is_made}


R = TypeVar("R")


def _readable(rows: Iterable[R | SkippedRow]) -> Iterator[R]:
    for row in rows:
        if isinstance(row, SkippedRow):
            raise NotSent(f"The store cannot be read: {row}.", retry_at=timezone.now() + WAIT)
        yield row
