"""
Reads stock from the linked store: what its sources hold, whole and cheap, and of what moved the salable quantity.

What moved: SKUs whose sources hold something else, SKUs of orders that the store changed, SKUs of which units are
held or whose 0 is in doubt, and a small share of those that were not asked for a day. Each chunk takes a number
before it is asked and is stored under it, so that an answer that comes late changes nothing that a later one said.
A SKU at which the store falls over is named and asked for again in the next run; until it is read, none of it is
offered: it was asked because something moved, and what its sources hold says nothing of what is reserved.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.utils import timezone

from catalog.products.models import Product
from catalog.products.models.products import COMPOSITE, sku_key
from catalog.products.services import holds
from jetbridge.core.reports import Report
from jetbridge.store import stock as store_stock
from jetbridge.store.documents import SkippedRow, StockLevel
from jetbridge.store.ports import Store
from jetbridge.store.stock import Reading

# Asked with one call and stored in one transaction.
CHUNK = 100
# Two connections read; one more chunk stands ready while they do.
READERS, AHEAD = 2, 3
# A change is visible a little after the time that it bears.
OVERLAP = timedelta(minutes=10)
# Thresholds and switches of the store's products move nothing that is scanned: everything is asked again in time.
AGE, SHARE = timedelta(days=1), CHUNK
ROWS_A_HEARTBEAT = 2000
Heartbeat = Callable[[], None]
Answer = list[StockLevel | SkippedRow]


@dataclass(slots=True)
class _Known:
    """The products of which stock is read: SKU and what their sources held, by key."""

    skus: dict[str, str] = field(default_factory=dict)
    held: dict[str, int | None] = field(default_factory=dict)


def read(store: Store, *, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Read what moved, and turn the products to it; return how many SKUs were read.

    :raises CallError: the store does not answer; what was read by then is stored, the rest is read next time
    """
    report, known = Report(), _known()
    scanned = _scan(store, known, report, heartbeat)
    time, begun = store.time, timezone.now()
    orders = _Orders(store, report, heartbeat)
    moved = [key for key in known.skus if known.held[key] is None or known.held[key] != scanned.get(key, 0)]
    asked = dict.fromkeys(moved)
    asked |= dict.fromkeys(orders.skus())
    asked |= dict.fromkeys([*store_stock.held_keys(), *store_stock.due_keys(begun - AGE, SHARE)])
    keys = [key for key in asked if key in known.skus]
    for number, chunk, answer in _asked(store, keys, known.skus):
        readings, unread = _readings(chunk, answer, number, scanned, report)
        report.done += holds.take(readings)
        if unread:
            holds.offer_none(unread)
        heartbeat()
    store_stock.scanned(at=begun, orders_until=orders.until(time))
    return report


def _known() -> _Known:
    known = _Known()
    rows = Product.objects.exclude(kind__in=COMPOSITE).order_by("-pk").values_list("sku_key", "sku")
    known.skus = dict(rows.iterator(chunk_size=5000))
    sources = store_stock.sources()
    known.held = {key: sources.get(key) for key in known.skus}
    return known


def _scan(store: Store, known: _Known, report: Report, heartbeat: Heartbeat) -> dict[str, int | None]:
    """Read what all sources hold; return it by SKU key as a number that is only compared, None where not known."""
    found: dict[str, int | None] = {}
    rows, codes, unread = Counter[str](), set[str](), list[SkippedRow]()
    for count, level in enumerate(store.source_stock()):
        if isinstance(level, SkippedRow):
            unread.append(level)
        elif (key := sku_key(level.sku)) in known.skus:
            found[key] = _mixed(found.get(key) or 0, level)
            rows[key] += 1
            codes.add(level.source)
        if not count % ROWS_A_HEARTBEAT:
            heartbeat()
    doubtful = {sku_key(each.key) for each in unread} & known.skus.keys()
    if len(doubtful) < len(unread):
        # Of whom the rows are that were not read, the store does not say: of one that lacks the row of a source.
        sources = len(codes.union(store.stock_sources()))
        doubtful |= {key for key in known.skus if rows[key] < sources}
    for each in unread:
        of = known.skus[next(iter(doubtful))] if len(doubtful) == 1 else each.key
        report.fail(of, f"What its sources hold was not read: {each.reason}. It is asked for what it sells.")
    return found | dict.fromkeys(doubtful)


def _mixed(before: int, level: StockLevel) -> int:
    """Add a row to a SKU's number, whatever the order of its rows."""
    text = f"{level.source.casefold()}\n{level.quantity.normalize():f}\n{level.is_in_stock}"
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return (before + int.from_bytes(digest, signed=True) + 2**63) % 2**64 - 2**63


class _Orders:
    """The orders that the store changed: they hold its reservations, and move nothing in its sources."""

    def __init__(self, store: Store, report: Report, heartbeat: Heartbeat) -> None:
        self._store, self._report, self._heartbeat = store, report, heartbeat
        self._since = store_stock.orders_followed_until()
        self._is_whole = True

    def skus(self) -> Iterator[str]:
        """Name the SKUs of their lines."""
        if self._since is None:
            return
        for order in self._store.orders(changed_since=self._since - OVERLAP):
            self._heartbeat()
            if isinstance(order, SkippedRow):
                yield from map(sku_key, order.skus)
                self._fail(order)
                continue
            yield from (sku_key(line.sku) for line in order.lines)

    def _fail(self, order: SkippedRow) -> None:
        if order.skus:
            self._report.fail(str(order), "The stock of what its lines name is read all the same.")
            return
        self._report.fail(str(order), "Its SKUs are not known; their stock may be old until it can be read.")
        self._is_whole = False

    def until(self, time: datetime | None) -> datetime | None:
        """Return up to when orders need not be read again; of those older than a day, all SKUs were asked since."""
        if self._is_whole or self._since is None or time is None:
            return time
        return max(self._since, time - AGE)


def _asked(
    store: Store, keys: Sequence[str], skus: Mapping[str, str]
) -> Iterator[tuple[int, list[str], Answer]]:
    """Ask chunk by chunk, over two connections; give each answer with the number that was taken before."""
    rest = iter(keys)
    waiting: deque[tuple[int, list[str], Future[Answer]]] = deque()
    with ThreadPoolExecutor(READERS) as threads:
        try:
            while True:
                while len(waiting) < AHEAD and (chunk := list(islice(rest, CHUNK))):
                    number = store_stock.next_number()
                    asked = [skus[key] for key in chunk]
                    waiting.append((number, chunk, threads.submit(_answer, store, asked)))
                if not waiting:
                    return
                number, chunk, future = waiting.popleft()
                yield number, chunk, future.result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


def _answer(store: Store, skus: Sequence[str]) -> Answer:
    return list(store.salable_stock(skus))


def _readings(
    chunk: Iterable[str], answer: Answer, number: int, scanned: Mapping[str, int | None], report: Report
) -> tuple[list[Reading], set[str]]:
    """Return what was said of a chunk's SKUs, and those not read; what no source of the stock has does not sell."""
    levels: dict[str, StockLevel] = {}
    unread = set[str]()
    for each in answer:
        if isinstance(each, SkippedRow):
            report.fail(
                each.key, f"Its stock was not read: {each.reason}. Until it is, none of it is offered."
            )
            unread.add(sku_key(each.key))
        else:
            levels[sku_key(each.sku)] = each
    store_stock.ask_again(unread)
    return [
        _reading(key, levels.get(key), number, scanned.get(key, 0)) for key in chunk if key not in unread
    ], unread.intersection(chunk)


def _reading(key: str, level: StockLevel | None, number: int, sources: int | None) -> Reading:
    if level is None:
        return Reading(key, number, Decimal(0), sources=sources)
    return Reading(
        key,
        number,
        level.quantity,
        is_managed=level.is_managed,
        is_doubtful=level.is_doubtful,
        sources=sources,
    )
