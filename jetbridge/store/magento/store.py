"""A Magento 2 store behind the panel's port: what is read, and what is sent in its words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from jetapi.http import answers
from jetapi.http.errors import NotFound
from jetbridge.store.documents import (
    ProductPage,
    SkippedRow,
    StockLevel,
    StoreAttribute,
    StoreCreditMemo,
    StoreInvoice,
    StoreOrder,
    StorePrice,
    StoreProduct,
    StoreShipment,
    StoreVocabulary,
    Units,
)
from jetbridge.store.magento import catalogue, readers, sources, views
from jetbridge.store.magento.client import ALL, ID, PAGE, MagentoClient
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.pages import STUCK, ProductWalk, Scope, sku_or_number
from jetbridge.store.magento.till import MagentoTill
from jetbridge.store.magento.values import as_objects, whole
from jetbridge.store.magento.wire import Filter, segment, stamp
from jetbridge.store.ports import SendingStore

T = TypeVar("T")
Read = Callable[[Mapping[str, Any]], T]
# So many in one filter keep an address below the 8 kB at which web servers stop.
IN_ONE_FILTER = 100
# A thousand rows of sources cost the store no more than three hundred.
SOURCE_ROWS = 1000
DEFAULT_STOCK = 1
# Every product has less than this.
HIGHEST = 1_000_000_000
LONGEST_FILTER = 5000


class MagentoStore(SendingStore):
    """One store, by its client; `website` is the one whose stock is for sale on the channel."""

    def __init__(self, client: MagentoClient, *, website: str = "base") -> None:
        self._client = client
        self._website = website
        self._stock: int | None = None

    @property
    def time(self) -> datetime | None:
        return self._client.time

    @cached_property
    def till(self) -> MagentoTill:
        return MagentoTill(self._client, website=self._website)

    def look(self) -> float:
        self._client.read("store/websites")
        return self._client.clock_seconds

    def products(self, *, changed_since: datetime | None = None) -> Iterator[StoreProduct | SkippedRow]:
        return self._rows("products", "id", catalogue.product, _changed(changed_since))

    def orders(self, *, changed_since: datetime | None = None) -> Iterator[StoreOrder | SkippedRow]:
        return self._rows("orders", "entity_id", readers.order, _changed(changed_since))

    def product_pages(
        self, *, changed_since: datetime | None = None, above: int = 0, below: int | None = None
    ) -> Iterator[ProductPage]:
        view, other = self._views
        scope = Scope(view, other, _changed(changed_since))
        return iter(ProductWalk(self._client, scope, above=above, below=below))

    def find_products(
        self, *, numbers: Iterable[int] = (), skus: Iterable[str] = ()
    ) -> Iterator[StoreProduct | SkippedRow]:
        view, other = self._views
        for part in (*_filters(ID, map(str, numbers)), *_filters("sku", skus)):
            skipped: list[int] = []
            rows = self._client.rows("products", key="id", filters=[part], skip=skipped.append, view=view)
            beside = self._client.rows("products", key="id", filters=[part], skip=_known, view=other)
            yield from catalogue.products(list(rows), beside if other else ())
            yield from (
                SkippedRow("product", sku_or_number(self._client, number), STUCK) for number in skipped
            )

    def vocabulary(self) -> StoreVocabulary:
        """Read attributes with their options and labels, sets, the whole tree of categories, and the website."""
        view = self._view
        rows = self._paged("products/attributes", "attribute_id")
        attributes = catalogue.readable(
            "attribute", "attribute_code", rows, lambda row: catalogue.attribute(row, view.number)
        )
        sets = self._paged("products/attribute-sets/sets/list", "attribute_set_id")
        tree = self._client.rows("categories/list", key="id", skip=_known, view=ALL)
        return StoreVocabulary(
            attributes={each.code: each for each in attributes if isinstance(each, StoreAttribute)},
            sets={
                whole(each.get("attribute_set_id")): str(each.get("attribute_set_name") or "")
                for each in sets
            },
            categories=catalogue.category_paths(tree),
            website=views.website(self._client.read("store/websites"), self._website),
            media_url=view.media_url,
        )

    def prices(self, skus: Iterable[str]) -> Iterator[StorePrice]:
        """Read prices; where the special price of one comes twice, in different words, the product itself decides."""
        asked = list(skus)
        base = self._client.ask_of("products/base-prices-information", "skus", asked)
        special = self._client.ask_of("products/special-price-information", "skus", asked)
        doubtful = []
        for each in catalogue.prices(base, special, self._view.number):
            if isinstance(each, StorePrice):
                yield each
            else:
                doubtful.append(each)
        for found in self.find_products(skus=doubtful):
            if isinstance(found, StoreProduct):
                yield catalogue.price_of(found.in_view or found)

    @cached_property
    def _view(self) -> views.View:
        """The view that speaks to the channel, as the store has set it up."""
        return views.view(self._client.read("store/storeConfigs"), self._client.store_view)

    @cached_property
    def _views(self) -> tuple[str, str]:
        """
        In which view products are read, and in which other one beside it.

        What a store's only view shows is all there is to know; of several, each has only what differs in it.
        """
        chosen = self._client.store_view
        if chosen == ALL:
            return ALL, ""
        return (
            (ALL, chosen) if views.has_several_views(self._client.read("store/storeViews")) else (chosen, "")
        )

    def source_stock(self) -> Iterator[StockLevel | SkippedRow]:
        rows = self._paged("inventory/source-items", "source_item_id", size=SOURCE_ROWS)
        try:
            yield from catalogue.readable("stock", "sku", rows, readers.source_level)
        except NotFound as refusal:
            if not sources.has_no_such_route(refusal):
                raise
            yield from self._stock_items()

    def _stock_items(self) -> Iterator[StockLevel | SkippedRow]:
        """Read the one quantity of each product of a store without sources, which names products by number alone."""
        skus = dict(self._numbers())
        path, page = "stockItems/lowStock", 1
        while True:
            asked = {"scopeId": 0, "qty": HIGHEST, "currentPage": page, "pageSize": SOURCE_ROWS}
            document = answers.mapping(self._client.read(path, urlencode(asked)), of=path)
            items = as_objects(document.get("items"))
            rows = ({**each, "sku": skus.get(whole(each.get("product_id")), "")} for each in items)
            known = (each for each in rows if each["sku"])
            yield from catalogue.readable("stock", "sku", known, readers.single_level)
            if not items or page * SOURCE_ROWS >= whole(document.get("total_count")):
                return
            page += 1

    def _numbers(self) -> Iterator[tuple[int, str]]:
        last = 0
        while True:
            found = [Filter(ID, last, "gt")]
            items, total = self._client.page("products", found, sort=ID, fields="items[id,sku],total_count")
            for each in items:
                last = max(last, whole(each.get("id")))
                yield whole(each.get("id")), str(each.get("sku") or "")
            if not items or total <= len(items):
                return

    def _paged(self, path: str, sort: str, *, size: int = PAGE) -> Iterator[Mapping[str, Any]]:
        """Read a list whose rows cannot be filtered by number, page after page."""
        page = 1
        while True:
            items, total = self._client.page(path, sort=sort, page=page, size=size)
            yield from items
            if not items or page * min(size, self._client.most_rows) >= total:
                return
            page += 1

    def salable_stock(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of some SKUs; configurable ones and those without a source are left out."""
        for part in _parts(skus):
            yield from self._salable(part)

    def _salable(self, skus: Sequence[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read some SKUs; where the store falls over at them, halves, until the one at which it does is alone."""
        path = f"inventory/export-stock-salable-qty/website/{segment(self._website)}"
        chosen, page = _filter("sku", skus), 1
        try:
            while True:
                items, total = self._client.page(path, [chosen], page=page)
                for each in catalogue.readable("stock", "sku", items, readers.salable_level):
                    yield self._explained(each) if isinstance(each, StockLevel) else each
                if not items or page * self._client.page_size >= total:
                    return
                page += 1
        except StoreBroken:
            if len(skus) == 1:
                yield SkippedRow("stock", skus[0], STUCK)
                return
        except NotFound as refusal:
            if not sources.has_no_such_route(refusal):
                raise
            for sku in skus:
                yield from self._single(sku)
            return
        half = len(skus) // 2
        yield from self._salable(skus[:half])
        yield from self._salable(skus[half:])

    def _single(self, sku: str) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of one SKU in a store without sources; one that it does not have is left out."""
        path = f"stockItems/{segment(sku)}"
        try:
            item = answers.mapping(self._client.read(path), of=path)
        except StoreBroken:
            yield SkippedRow("stock", sku, STUCK)
        except NotFound:
            return
        else:
            yield from catalogue.readable("stock", "sku", [{**item, "sku": sku}], readers.sellable_level)

    def _explained(self, level: StockLevel) -> StockLevel:
        """Look closer at a 0 that sells, which has several meanings."""
        if level.quantity or not level.is_in_stock:
            return level
        try:
            path = f"products/{segment(level.sku)}"
            item = readers.stock_item(answers.mapping(self._client.read(path), of=path))
        except NotFound:
            return level
        return readers.explained(level, item, is_default_stock=self._sells_from_the_default())

    def _sells_from_the_default(self) -> bool:
        if self._stock is None:
            path = f"inventory/stock-resolver/website/{segment(self._website)}"
            self._stock = whole(answers.mapping(self._client.read(path), of=path).get("stock_id"))
        return self._stock == DEFAULT_STOCK

    def find_order(self, *, number: str = "", reference: str = "") -> StoreOrder | None:
        field, value = ("increment_id", number) if number else ("ext_order_id", reference)
        items, _total = self._client.page("orders", [Filter(field, value)], size=1, sort="entity_id")
        return readers.order(items[0]) if items else None

    def orders_of(self, ids: Iterable[int]) -> Iterator[StoreOrder | SkippedRow]:
        for part in _filters(ID, map(str, ids)):
            yield from self._rows("orders", ID, readers.order, [part])

    def new_shipments(self, after: int) -> Iterator[StoreShipment | SkippedRow]:
        return self._rows("shipments", ID, readers.shipment, [Filter(ID, after, "gt")])

    def new_credit_memos(self, after: int) -> Iterator[StoreCreditMemo | SkippedRow]:
        return self._rows("creditmemos", ID, readers.credit_memo, [Filter(ID, after, "gt")])

    def newest(self) -> tuple[int, int]:
        pages = (self._client.page(path, sort=ID, down=True, size=1) for path in ("shipments", "creditmemos"))
        shipment, memo = (whole(items[0].get(ID)) if items else 0 for items, _total in pages)
        return shipment, memo

    def stock_sources(self) -> list[str]:
        return sources.codes(self._client, self._website)

    def sources_hold(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        for part in _filters("sku", skus):
            rows = self._client.page("inventory/source-items", [part], size=SOURCE_ROWS)[0]
            yield from catalogue.readable("stock", "sku", rows, readers.source_level)

    def source_zips(self) -> dict[str, str]:
        return sources.zips(self._client)

    def shipments(self, orders: Iterable[int]) -> Iterator[StoreShipment | SkippedRow]:
        return self._documents("shipments", orders, readers.shipment)

    def invoices(self, orders: Iterable[int]) -> Iterator[StoreInvoice | SkippedRow]:
        return self._documents("invoices", orders, readers.invoice)

    def credit_memos(self, orders: Iterable[int]) -> Iterator[StoreCreditMemo | SkippedRow]:
        return self._documents("creditmemos", orders, readers.credit_memo)

    def save_stock(self, levels: Iterable[StockLevel]) -> None:
        rows = [
            {
                "sku": each.sku,
                "source_code": each.source,
                "quantity": each.quantity,
                "status": int(each.is_in_stock),
            }
            for each in levels
        ]
        self._client.write_rows("inventory/source-items", "sourceItems", rows)

    def place_order(self, entity: dict[str, Any]) -> StoreOrder:
        """Make an order: POST /V1/orders, which reserves nothing and checks nothing."""
        return readers.order(self._client.write("POST", "orders", {"entity": entity}))

    def ship(self, shipment: StoreShipment) -> int:
        tracks = [
            {"track_number": each.number, "carrier_code": each.carrier, "title": each.title or each.carrier}
            for each in shipment.tracks
        ]
        body = {**_body(shipment.units, shipment.comment), "tracks": tracks}
        # Without a source, the default one is charged, even where it is not of the stock.
        if shipment.source:
            body["arguments"] = {"extension_attributes": {"source_code": shipment.source}}
        return self._made(f"order/{segment(shipment.order)}/ship", body)

    def invoice(self, invoice: StoreInvoice) -> int:
        body = {**_body(invoice.units, invoice.comment), "capture": False}
        return self._made(f"order/{segment(invoice.order)}/invoice", body)

    def refund(self, memo: StoreCreditMemo) -> int:
        arguments = {
            "shipping_amount": memo.shipping, "adjustment_positive": memo.adjustment, "adjustment_negative": memo.fee,
            "extension_attributes": {"return_to_stock_items": list(memo.restocked)},
        }  # fmt: skip
        body = {**_body(memo.units, memo.comment), "arguments": arguments}
        return self._made(f"order/{segment(memo.order)}/refund", body)

    def cancel(self, order: int) -> bool:
        return self._client.write("POST", f"orders/{segment(order)}/cancel") is True

    def _made(self, path: str, body: Mapping[str, Any]) -> int:
        return whole(self._client.write("POST", path, body))

    def _documents(self, path: str, orders: Iterable[int], read: Read[T]) -> Iterator[T | SkippedRow]:
        for part in _filters("order_id", map(str, orders)):
            yield from self._rows(path, "entity_id", read, [part])

    def _rows(self, path: str, key: str, read: Read[T], filters: list[Filter]) -> Iterator[T | SkippedRow]:
        skipped: list[int] = []
        kind = path.removesuffix("s")
        rows = self._client.rows(path, key=key, filters=filters, skip=skipped.append)
        yield from catalogue.readable(kind, key, rows, read)
        yield from (SkippedRow(kind, str(number), STUCK) for number in skipped)


def _known(_number: int) -> None:
    """Leave out a row at which the store falls over where it is named elsewhere, or nothing is lost by it."""


def _changed(since: datetime | None) -> list[Filter]:
    return [Filter("updated_at", stamp(since), "gteq")] if since else []


def _filters(field: str, values: Iterable[str]) -> Iterator[Filter]:
    return (_filter(field, part) for part in _parts(values))


def _filter(field: str, values: Sequence[str]) -> Filter:
    return Filter(field, values[0]) if len(values) == 1 else Filter(field, ",".join(values), "in")


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Divide values over filters that web servers take in one address; a comma would part a value in two."""
    part: list[str] = []
    length = 0
    for value in values:
        if "," in value:
            yield [value]
            continue
        length += len(quote(value)) + 3
        if part and (len(part) == IN_ONE_FILTER or length > LONGEST_FILTER):
            yield part
            part, length = [], len(quote(value)) + 3
        part.append(value)
    if part:
        yield part


def _body(units: Iterable[Units], comment: str) -> dict[str, Any]:
    """Word what all documents say; without items, all that is left is meant."""
    body: dict[str, Any] = {"notify": False}
    if items := [{"order_item_id": each.line, "qty": each.quantity} for each in units]:
        body["items"] = items
    if comment:
        body |= {"appendComment": True, "comment": {"comment": comment, "is_visible_on_front": 0}}
    return body
