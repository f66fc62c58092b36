"""Where orders of the sales channel enter a Magento store: asked for, made, reserved, placed by a cart, changed."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from jetapi.http import answers
from jetapi.http.calls import Kind
from jetapi.http.errors import CallError, NotFound
from jetbridge.store.documents import Sale, StoreOrder
from jetbridge.store.magento import readers, sales
from jetbridge.store.magento.client import ID, MagentoClient
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.values import as_objects, whole
from jetbridge.store.magento.wire import Filter, segment
from jetbridge.store.ports import Lack, Till

# So many in one question, and so many letters, keep an address below the 8 kB at which web servers stop.
MOST, LONGEST = 50, 5000
COUNTRY = "US"


class MagentoTill(Till):
    """The till of one store; `website` is the one whose stock is sold."""

    def __init__(self, client: MagentoClient, *, website: str) -> None:
        self._client, self._website = client, website

    def find(self, *, numbers: Iterable[str] = (), references: Iterable[str] = ()) -> list[StoreOrder]:
        cut = (each[: sales.LONGEST_REFERENCE] for each in references)
        asked = [("increment_id", part) for part in _parts(numbers)]
        asked += [("ext_order_id", part) for part in _parts(cut)]
        return [readers.order(row) for field, part in asked for row in self._orders(field, part)]

    def by_cart(self, cart: int) -> StoreOrder | None:
        found = self._orders("quote_id", [str(cart)])
        return readers.order(found[0]) if found else None

    def _orders(self, field: str, values: Sequence[str]) -> list[Mapping[str, Any]]:
        one = Filter(field, values[0]) if len(values) == 1 else Filter(field, ",".join(values), "in")
        # More may have one reference than were asked for: the store does not keep it unique.
        items, _ = self._client.page("orders", [one], sort=ID)
        return items

    def lacks(self, needed: Mapping[str, Decimal]) -> dict[str, Lack]:
        known: set[str] = set()
        for part in _parts(needed):
            one = Filter("sku", part[0]) if len(part) == 1 else Filter("sku", ",".join(part), "in")
            rows, _ = self._client.page("products", [one], sort=ID, fields="items[id,sku],total_count")
            known.update(str(row.get("sku") or "").lower() for row in rows)
        found = {sku: Lack.GONE for sku in needed if sku.lower() not in known}
        there = [sku for sku in needed if sku not in found]
        for part in _parts(there):
            found |= dict.fromkeys(self._short({sku: needed[sku] for sku in part}), Lack.SHORT)
        return found

    def _short(self, needed: Mapping[str, Decimal]) -> list[str]:
        """Return the SKUs of which the store does not sell so many; it names all of them in one answer."""
        try:
            stock = self._stock
            asked: dict[str, Any] = {"stockId": stock}
            for place, (sku, quantity) in enumerate(needed.items()):
                asked |= {f"skuRequests[{place}][sku]": sku, f"skuRequests[{place}][qty]": quantity}
            path = "inventory/are-product-salable-for-requested-qty/"
            rows = as_objects(self._client.read(path, urlencode(asked)))
        except NotFound:  # versions before it know one SKU a call; those without sources none
            return [sku for sku, quantity in needed.items() if not self._sells(sku, quantity)]
        except StoreBroken:  # one SKU breaks the answer for all
            if len(needed) == 1:
                raise
            return [sku for sku, quantity in needed.items() if self._short({sku: quantity})]
        short = {str(row.get("sku") or "").lower() for row in rows if row.get("salable") is False}
        return [sku for sku in needed if sku.lower() in short]

    def _sells(self, sku: str, quantity: Decimal) -> bool:
        path = "inventory/is-product-salable-for-requested-qty"
        try:
            found = self._client.read(f"{path}/{segment(sku)}/{self._stock}/{segment(str(quantity))}")
        except NotFound:
            item = answers.mapping(self._client.read(f"stockItems/{segment(sku)}"), of="stockItems")
            level = readers.sellable_level({**item, "sku": sku})
            return not level.is_managed or bool(item.get("backorders")) or level.quantity >= quantity
        return bool(answers.mapping(found, of=path).get("salable"))

    def make(self, sale: Sale, *, with_module: bool) -> StoreOrder:
        entity = sales.placed(sale, self._regions, with_module=with_module)
        return readers.order(self._client.write("POST", "orders", {"entity": entity}))

    def reserve(self, order: int) -> bool:
        path = f"jetbridge/orders/{segment(order)}/reserve"
        return self._client.write("POST", path, kind=Kind.REPEATABLE) is True

    def fill_cart(self, sale: Sale, *, mailbox: str) -> int:
        cart = whole(self._client.write("POST", "carts/"))
        for line in sales.one_line_each(sale).lines:
            item = {"sku": line.sku, "qty": line.quantity, "quote_id": str(cart)}
            self._client.write("POST", f"carts/{segment(cart)}/items", {"cartItem": item})
        address = sales.cart_address(sale, self._regions, mailbox)
        self._client.write("POST", f"carts/{segment(cart)}/shipping-information", address)
        return cart

    def place_cart(self, cart: int) -> int:
        payment = {"paymentMethod": {"method": sales.PLAIN_PAYMENT}}
        return whole(self._client.write("PUT", f"carts/{segment(cart)}/order", payment))

    def set_to(self, order: int, sale: Sale) -> StoreOrder:
        path = f"orders/{segment(order)}"
        row = answers.mapping(self._client.read(path), of=path)
        found = readers.order(row)
        if sales.is_of(sale, found):
            return found
        self._client.write("POST", "orders", {"entity": sales.patch(sale, self._regions, dict(row))})
        return found

    @cached_property
    def _stock(self) -> int:
        path = f"inventory/stock-resolver/website/{segment(self._website)}"
        return whole(answers.mapping(self._client.read(path), of=path).get("stock_id"))

    @cached_property
    def _regions(self) -> sales.Regions:
        """The store's regions; without them addresses name theirs in words."""
        try:
            found = answers.mapping(self._client.read(f"directory/countries/{COUNTRY}"), of="countries")
        except CallError:
            return {}
        rows = as_objects(found.get("available_regions"))
        return {str(row.get("code")): (whole(row.get("id")), str(row.get("name"))) for row in rows}


def _parts(values: Iterable[str]) -> list[list[str]]:
    """Divide values over questions; a comma would part a value in two."""
    parts: list[list[str]] = []
    length = LONGEST
    for value in values:
        length += len(quote(value)) + 3
        if length > LONGEST or len(parts[-1]) >= MOST or "," in value or "," in parts[-1][-1]:
            parts.append([])
            length = len(quote(value)) + 3
        parts[-1].append(value)
    return parts
