"""Reads stock from a Magento store: what its sources hold, and what is for sale of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from jetapi.http import answers
from jetapi.http.errors import CallError, NotFound
from jetbridge.store.documents import SkippedRow, StockLevel
from jetbridge.store.magento import catalogue, lists, readers, walks
from jetbridge.store.magento.client import SEARCH, MagentoClient
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.values import as_objects, whole
from jetbridge.store.magento.wire import one_of, parts, segment

KIND = "stock"
SOURCE_ITEMS, LOW_STOCK = "inventory/source-items", "stockItems/lowStock"
# A thousand rows of sources cost the store no more than three hundred.
SOURCE_ROWS = 1000
DEFAULT_STOCK = 1
# Every product has less than this.
HIGHEST = 1_000_000_000


class Levels:
    """Stock as a website of the store sells it."""

    def __init__(self, client: MagentoClient, website: str) -> None:
        self._client, self._website = client, website

    def held(self) -> Iterator[StockLevel | SkippedRow]:
        """Read what every source holds; a row that cannot be read is named by its SKU where the store gives that."""
        skipped: list[SkippedRow] = []
        rows = walks.by_places(
            self._source_rows, self._size, lambda at, broken: skipped.append(self._unread(at, broken))
        )
        try:
            yield from catalogue.readable(KIND, "sku", rows, readers.source_level)
        except NotFound as refusal:
            if not lists.has_no_such_route(refusal):
                raise
            yield from self._single_held()
        yield from skipped

    def _size(self) -> int:
        return min(SOURCE_ROWS, self._client.most_rows)

    def _source_rows(self, page: int, size: int, is_search: bool) -> tuple[walks.Rows, int]:
        return self._client.walk_page(
            SOURCE_ITEMS, sort="source_item_id", page=page, size=size, is_search=is_search
        )

    def _unread(self, at: int, broken: StoreBroken) -> SkippedRow:
        place: dict[str, Any] = {"page": at + 1, "size": 1, "sort": "source_item_id"}
        try:
            rows, _total = self._client.page(
                SOURCE_ITEMS, fields="items[sku],total_count", timeouts=SEARCH, **place
            )
        except CallError:
            rows = []
        sku = next((str(each["sku"]) for each in rows if each.get("sku")), "")
        return SkippedRow(KIND, sku or f"row {at + 1} of what the sources hold", broken.why)

    def _single_held(self) -> Iterator[StockLevel | SkippedRow]:
        """Read the one quantity of each product of a store without sources, which names products by number alone."""
        skus = {
            whole(each.get("id")): str(each.get("sku") or "")
            for each in self._client.rows(
                "products", key="id", skip=catalogue.known, fields="items[id,sku],total_count"
            )
        }
        skipped: list[SkippedRow] = []
        name = "row {} of what the store holds".format
        found = walks.by_places(
            self._low_rows, lambda: SOURCE_ROWS,
            lambda at, broken: skipped.append(SkippedRow(KIND, name(at + 1), broken.why)),
        )  # fmt: skip
        rows = ({**each, "sku": skus.get(whole(each.get("product_id")), "")} for each in found)
        yield from catalogue.readable(
            KIND, "sku", (each for each in rows if each["sku"]), readers.single_level
        )
        yield from skipped

    def _low_rows(self, page: int, size: int, is_search: bool) -> tuple[walks.Rows, int]:
        asked = {"scopeId": 0, "qty": HIGHEST, "currentPage": page, "pageSize": size}
        with self._client.by_rows():
            found = self._client.read(LOW_STOCK, urlencode(asked), timeouts=SEARCH if is_search else None)
            document = answers.mapping(found, of=LOW_STOCK)
        return list(as_objects(document.get("items"))), whole(document.get("total_count"))

    def held_of(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what each source holds of some SKUs; a store without sources says nothing."""
        skipped: list[SkippedRow] = []
        for part in parts(skus):
            try:
                rows = list(walks.by_halves(part, self._source_rows_of, _into(skipped)))
            except NotFound as refusal:
                if lists.has_no_such_route(refusal):
                    return
                raise
            yield from catalogue.readable(KIND, "sku", rows, readers.source_level)
        yield from skipped

    def _source_rows_of(self, skus: Sequence[str]) -> walks.Rows:
        return self._client.walk_page(SOURCE_ITEMS, [one_of("sku", skus)], size=SOURCE_ROWS)[0]

    def salable(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of some SKUs; configurable ones and those without a source are left out."""
        skipped: list[SkippedRow] = []
        for part in parts(skus):
            try:
                rows = list(walks.by_halves(part, self._exported, _into(skipped)))
            except NotFound as refusal:
                if not lists.has_no_such_route(refusal):
                    raise
                for sku in part:
                    yield from self._single(sku)
                continue
            for each in catalogue.readable(KIND, "sku", rows, readers.salable_level):
                yield self._explained(each) if isinstance(each, StockLevel) else each
        yield from skipped

    def _exported(self, skus: Sequence[str]) -> walks.Rows:
        path = f"inventory/export-stock-salable-qty/website/{segment(self._website)}"
        chosen, page, found, is_search = one_of("sku", skus), 1, [], len(skus) == 1
        while True:
            items, total = self._client.walk_page(path, [chosen], page=page, is_search=is_search)
            found += items
            if not items or page * self._client.page_size >= total:
                return found
            page += 1

    def _single(self, sku: str) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of one SKU in a store without sources; one that it does not have is left out."""
        path = f"stockItems/{segment(sku)}"
        try:
            with self._client.by_rows():
                item = answers.mapping(self._client.read(path), of=path)
        except StoreBroken as broken:
            yield SkippedRow(KIND, sku, broken.why)
        except NotFound:
            return
        else:
            yield from catalogue.readable(KIND, "sku", [{**item, "sku": sku}], readers.sellable_level)

    def _explained(self, level: StockLevel) -> StockLevel | SkippedRow:
        """Look closer at a 0 that sells, which has several meanings."""
        if level.quantity or not level.is_in_stock:
            return level
        try:
            path = f"products/{segment(level.sku)}"
            with self._client.by_rows():
                item = readers.stock_item(answers.mapping(self._client.read(path), of=path))
        except NotFound:
            return level
        except StoreBroken as broken:
            return SkippedRow(KIND, level.sku, broken.why)
        return readers.explained(level, item, is_default_stock=self._sells_from_the_default)

    @cached_property
    def _sells_from_the_default(self) -> bool:
        path = f"inventory/stock-resolver/website/{segment(self._website)}"
        return whole(answers.mapping(self._client.read(path), of=path).get("stock_id")) == DEFAULT_STOCK


def _into(skipped: list[SkippedRow]) -> Callable[[str, StoreBroken], None]:
    return lambda sku, broken: skipped.append(SkippedRow(KIND, sku, broken.why))
