"""A Magento 2 store behind the panel's port: what is read, and what is sent in its words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from jetapi.http.errors import CallError
from jetbridge.store.documents import (
    ProductPage,
    SkippedRow,
    StockLevel,
    StoreCreditMemo,
    StoreInvoice,
    StoreOrder,
    StorePrice,
    StoreProduct,
    StoreShipment,
    StoreVocabulary,
    Units,
)
from jetbridge.store.magento import catalogue, lists, readers, views, walks
from jetbridge.store.magento.client import ALL, ID, SEARCH, MagentoClient
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.levels import Levels
from jetbridge.store.magento.pages import ProductWalk, Scope, unread
from jetbridge.store.magento.till import MagentoTill
from jetbridge.store.magento.values import whole
from jetbridge.store.magento.wire import Filter, filters_of, segment, stamp
from jetbridge.store.ports import SendingStore

T = TypeVar("T")
Read = Callable[[Mapping[str, Any]], T]


class MagentoStore(SendingStore):
    """One store, by its client; `website` is the one whose stock is for sale on the channel."""

    def __init__(self, client: MagentoClient, *, website: str = "base") -> None:
        self._client = client
        self._website = website

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
        for found in self._rows("orders", "entity_id", readers.order, _changed(changed_since)):
            yield replace(found, skus=self._skus_of(found)) if isinstance(found, SkippedRow) else found

    def _skus_of(self, order: SkippedRow) -> tuple[str, ...]:
        """Read what an order is of by its lines alone; nothing where they cannot be read either."""
        if not order.number:
            return ()
        try:
            asked, fields = [Filter("order_id", order.number)], "items[sku],total_count"
            lines, total = self._client.page("orders/items", asked, fields=fields, timeouts=SEARCH)
        except CallError:
            return ()
        skus = tuple(str(each["sku"]) for each in lines if each.get("sku"))
        return skus if len(skus) == total else ()

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
        for part in (*filters_of(ID, map(str, numbers)), *filters_of("sku", skus)):
            skipped: list[SkippedRow] = []
            rows = list(self._products(part, view, skipped))
            beside = list(self._products(part, other, skipped)) if other else []
            yield from catalogue.products(rows, beside, skipped)

    def _products(self, part: Filter, view: str, skipped: list[SkippedRow]) -> Iterator[Mapping[str, Any]]:
        def skip(number: int, broken: StoreBroken) -> None:
            skipped.append(unread(self._client, number, broken))

        return self._client.rows("products", key="id", filters=[part], skip=skip, view=view)

    def vocabulary(self) -> StoreVocabulary:
        return lists.vocabulary(self._client, self._view, self._website)

    def prices(self, skus: Iterable[str]) -> Iterator[StorePrice | SkippedRow]:
        """Read prices; where the special price of one comes twice, in different words, the product itself decides."""
        skipped: dict[str, SkippedRow] = {}

        def asked(path: str) -> list[Mapping[str, Any]]:
            def skip(sku: str, broken: StoreBroken) -> None:
                skipped[sku] = SkippedRow("price", sku, broken.why)

            def ask(part: Sequence[str]) -> list[Mapping[str, Any]]:
                return self._client.ask_of(path, "skus", part)

            return list(walks.by_halves([each for each in named if each not in skipped], ask, skip))

        named = list(skus)
        base = asked("products/base-prices-information")
        special = asked("products/special-price-information")
        doubtful = []
        for each in catalogue.prices(base, special, self._view.number, skipped):
            if isinstance(each, StorePrice):
                yield each
            else:
                doubtful.append(each)
        yield from skipped.values()
        for found in self.find_products(skus=doubtful):
            yield found if isinstance(found, SkippedRow) else catalogue.price_of(found.in_view or found)

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

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self._client, self._website)

    def source_stock(self) -> Iterator[StockLevel | SkippedRow]:
        return self._levels.held()

    def salable_stock(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        """Read what is for sale of some SKUs; configurable ones and those without a source are left out."""
        return self._levels.salable(skus)

    def sources_hold(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        return self._levels.held_of(skus)

    def find_order(self, *, number: str = "", reference: str = "") -> StoreOrder | None:
        field, value = ("increment_id", number) if number else ("ext_order_id", reference)
        items, _total = self._client.page("orders", [Filter(field, value)], size=1, sort="entity_id")
        return readers.order(items[0]) if items else None

    def orders_of(self, ids: Iterable[int]) -> Iterator[StoreOrder | SkippedRow]:
        for part in filters_of(ID, map(str, ids)):
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
        return lists.sources(self._client, self._website)

    def source_zips(self) -> dict[str, str]:
        return lists.source_zips(self._client)

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
        for part in filters_of("order_id", map(str, orders)):
            yield from self._rows(path, "entity_id", read, [part])

    def _rows(self, path: str, key: str, read: Read[T], filters: list[Filter]) -> Iterator[T | SkippedRow]:
        skipped: list[SkippedRow] = []
        kind = path.removesuffix("s")

        def skip(number: int, broken: StoreBroken) -> None:
            skipped.append(SkippedRow(kind, str(number), broken.why, number))

        rows = self._client.rows(path, key=key, filters=filters, skip=skip)
        yield from catalogue.readable(kind, key, rows, read)
        yield from skipped


def _changed(since: datetime | None) -> list[Filter]:
    return [Filter("updated_at", stamp(since), "gteq")] if since else []


def _body(units: Iterable[Units], comment: str) -> dict[str, Any]:
    """Word what all documents say; without items, all that is left is meant."""
    body: dict[str, Any] = {"notify": False}
    if items := [{"order_item_id": each.line, "qty": each.quantity} for each in units]:
        body["items"] = items
    if comment:
        body |= {"appendComment": True, "comment": {"comment": comment, "is_visible_on_front": 0}}
    return body
