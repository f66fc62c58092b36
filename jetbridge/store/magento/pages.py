"""Reads the list of products from both ends on two connections, ahead of whoever works on it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Full, Queue
from typing import Any

from jetapi.http.errors import CallError
from jetbridge.store.documents import ProductPage, SkippedRow
from jetbridge.store.magento import catalogue
from jetbridge.store.magento.client import HIGHEST, ID, SEARCH, MagentoClient, number_of
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.wire import Filter

PATH, KEY, KIND = "products", "id", "product"
# Pages that wait for the writer; each holds some hundred products.
AHEAD = 2
# Waiting threads look so often whether they shall end, seconds.
LOOK = 0.2
Row = Mapping[str, Any]


def unread(client: MagentoClient, number: int, broken: StoreBroken) -> SkippedRow:
    """Name a product that cannot be read: by its SKU where the store still gives that, else by number."""
    asked = [Filter(ID, number)]
    try:
        items, _ = client.page(PATH, asked, size=1, fields="items[sku],total_count", timeouts=SEARCH)
    except CallError:
        items = []
    sku = next((str(each["sku"]) for each in items if each.get("sku")), "")
    return SkippedRow(KIND, sku or str(number), broken.why, number)


@dataclass(frozen=True)
class Scope:
    """Which products are read: in which view, in which other one beside it, and by which filters."""

    view: str
    other_view: str = ""
    filters: Sequence[Filter] = ()


@dataclass
class _Ends:
    """How far both ends came, and how many rows nobody has asked for yet."""

    low: int
    high: int | None
    left: int
    both: bool
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, most: int) -> int:
        """Return of how many rows the next page is: half of what is left, so that both ends meet without overlap."""
        with self.lock:
            share = max(-(-self.left // 2), most // 4) if self.both and self.left <= 2 * most else self.left
            size = max(min(most, share, self.left), 0)
            self.left -= size
            return size

    def give_back(self, size: int) -> None:
        with self.lock:
            self.left += size


class ProductWalk:
    """One reading of the list; iterate once. Ends its threads when the caller stops."""

    def __init__(self, client: MagentoClient, scope: Scope, *, above: int, below: int | None) -> None:
        self._client, self._scope = client, scope
        self._ends = _Ends(above, below, left=0, both=False)
        self._queue: Queue[ProductPage | BaseException | None] = Queue(AHEAD)
        self._over = threading.Event()
        self._total = self._read = 0
        # How far the pages go that were given: those that wait here are lost with the process.
        self._given_low, self._given_high = above, below

    def __iter__(self) -> Iterator[ProductPage]:
        self._total = self._ends.left = self._counted()
        if not self._total:
            return
        threads = [threading.Thread(target=self._run, args=(self._up,), daemon=True)]
        if self._client.page_size < self._total < HIGHEST:
            self._ends.both = True
            threads.append(threading.Thread(target=self._run, args=(self._down,), daemon=True))
        for thread in threads:
            thread.start()
        try:
            yield from self._arriving(len(threads))
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        # What came between both ends meanwhile, or was left by one of them.
        if self._ends.high is not None or self._read < self._total < HIGHEST:
            yield from self._rest()

    def _counted(self) -> int:
        """Ask how many products the reading has; beyond all numbers where the store falls over at the very first."""
        try:
            _, total = self._client.walk_page(
                PATH, self._between(), size=1, sort=ID, fields="items[id],total_count", view=self._scope.view
            )
        except StoreBroken:
            return HIGHEST
        return total

    def _arriving(self, running: int) -> Iterator[ProductPage]:
        while running:
            found = self._queue.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                running -= 1
            else:
                yield self._given(found)

    def _given(self, page: ProductPage) -> ProductPage:
        """Let a page say how far the pages go that were given, itself included, and no others."""
        self._given_low = max(self._given_low, page.low)
        self._given_high = page.high if page.high is not None else self._given_high
        return replace(page, low=self._given_low, high=self._given_high)

    def _run(self, end: Callable[[], Iterator[ProductPage]]) -> None:
        try:
            for page in end():
                self._put(page)
                if self._over.is_set():
                    return
            self._put(None)
        except BaseException as error:
            self._put(error)

    def _put(self, found: ProductPage | BaseException | None) -> None:
        while not self._over.is_set():
            try:
                self._queue.put(found, timeout=LOOK)
            except Full:
                continue
            return

    def _between(self) -> list[Filter]:
        with self._ends.lock:
            bounds = [Filter(ID, self._ends.low, "gt")]
            if self._ends.high is not None:
                bounds.append(Filter(ID, self._ends.high, "lt"))
        return [*self._scope.filters, *bounds]

    def _up(self, *, claimed: bool = True) -> Iterator[ProductPage]:
        skipped: list[SkippedRow] = []
        pages = self._client.pages(
            PATH, key=KEY, filters=self._between, after=self._ends.low, view=self._scope.view,
            skip=lambda number, broken: skipped.append(unread(self._client, number, broken)),
            size=self._ends.claim if claimed else lambda most: most,
        )  # fmt: skip
        for rows in pages:
            with self._ends.lock:
                high = self._ends.high
                fresh = [row for row in rows if high is None or number_of(row, KEY) < high]
                if fresh:
                    self._ends.low = number_of(fresh[-1], KEY)
            yield self._page(fresh, skipped, low=number_of(fresh[-1], KEY) if fresh else 0)
            skipped.clear()
            if len(fresh) < len(rows):
                return
        if skipped:
            yield self._page([], skipped)

    def _down(self) -> Iterator[ProductPage]:
        """Read from the highest number down; at a page that cannot be read whole, leave the rest to the other end."""
        while size := self._ends.claim(self._client.page_size):
            try:
                rows, _ = self._client.walk_page(
                    PATH, self._between(), size=size, sort=ID, down=True, view=self._scope.view
                )
            except StoreBroken:
                self._ends.both = False
                self._ends.give_back(size)
                return
            with self._ends.lock:
                fresh = [row for row in rows if number_of(row, KEY) > self._ends.low]
                if fresh:
                    self._ends.high = min(number_of(row, KEY) for row in fresh)
            yield self._page(fresh, (), high=number_of(fresh[-1], KEY) if fresh else None)
            if len(fresh) < size:
                return

    def _rest(self) -> Iterator[ProductPage]:
        low, high = self._ends.low, self._ends.high
        if high is None or high - low > 1:
            yield from map(self._given, self._up(claimed=False))

    def _page(
        self, rows: Sequence[Row], skipped: Sequence[SkippedRow], *, low: int = 0, high: int | None = None
    ) -> ProductPage:
        left_out = list(skipped)
        read = tuple(catalogue.products(rows, self._in_other_view(rows, left_out), left_out))
        with self._ends.lock:
            self._read += len(rows) + len(skipped)
        return ProductPage(read, low, high, self._total)

    def _in_other_view(self, rows: Sequence[Row], skipped: list[SkippedRow]) -> list[Row]:
        """Read the same products as another view shows them; each end's page is one range of numbers."""
        if not self._scope.other_view or not rows:
            return []
        numbers = [number_of(row, KEY) for row in rows]
        between = [Filter(ID, min(numbers), "gteq"), Filter(ID, max(numbers), "lteq"), *self._scope.filters]

        def skip(number: int, broken: StoreBroken) -> None:
            skipped.append(unread(self._client, number, broken))

        return list(self._client.rows(PATH, key=KEY, filters=between, skip=skip, view=self._scope.other_view))
