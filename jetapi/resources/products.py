"""Merchant SKUs (docs/jet-api.md, products). Every change may be repeated: it states what shall be."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jetapi import wire
from jetapi.errors import JetInvalidRequest, JetNotFound
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.types.products import (
    Inventory,
    MerchantSku,
    Price,
    ProductStatus,
    ReturnsException,
    ShippingExceptions,
    Variation,
)

PAGE = 1000

Skus = list[str]


class Products:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def put(self, sku: str, body: Mapping[str, Any]) -> None:
        """
        Create a SKU or replace its listing data: PUT /merchant-skus/{sku}.

        :raises JetRejected: every broken rule at once, in its messages
        """
        self._gateway.put(_path(sku), body)

    def get(self, sku: str) -> MerchantSku:
        """
        Read a SKU: GET /merchant-skus/{sku}.

        :raises JetNotFound: Jet has no such SKU
        """
        return MerchantSku.read(self._gateway.get(_path(sku)))

    def put_price(self, sku: str, price: Decimal, nodes: Mapping[str, Decimal] | None = None) -> None:
        """
        Set what the merchant receives, in dollars, and where it differs per node: PUT .../price.

        :raises JetRejected: not an amount that Jet takes, or an unknown node
        """
        body: dict[str, Any] = {"price": wire.amount(price, name=f"price of {sku}")}
        if nodes:
            body["fulfillment_nodes"] = [
                {
                    "fulfillment_node_id": node,
                    "fulfillment_node_price": wire.amount(value, name=f"price of {sku}"),
                }
                for node, value in nodes.items()
            ]
        self._gateway.put(_path(sku, "/price"), body)

    def get_price(self, sku: str) -> Price:
        """
        Read the price: GET .../price.

        :raises JetNotFound: Jet has no such SKU, or no price for it
        """
        return Price.read(self._gateway.get(_path(sku, "/price")))

    def patch_inventory(self, sku: str, quantities: Mapping[str, int]) -> None:
        """
        Set the quantities of the named nodes and leave the others: PATCH .../inventory (since 2018).

        :raises JetRejected: a quantity that Jet does not take, or an unknown node
        """
        self._gateway.patch(_path(sku, "/inventory"), _quantities(sku, quantities))

    def get_inventory(self, sku: str) -> Inventory:
        """
        Read the quantities: GET .../inventory.

        :raises JetNotFound: Jet has no such SKU
        """
        return Inventory.read(self._gateway.get(_path(sku, "/inventory")))

    def put_part(self, sku: str, path: str, body: Mapping[str, Any]) -> None:
        """
        Replace what stands at an address below a SKU's: PUT /merchant-skus/{sku}{path}.

        :raises JetRejected: Jet does not take it
        """
        self._gateway.put(_path(sku, path), body)

    def put_images(self, sku: str, body: Mapping[str, Any]) -> None:
        """
        Replace the images, apart from the listing data: PUT .../image (an older call, still answered).

        :raises JetRejected: an address or a slot that Jet does not take
        """
        self.put_part(sku, "/image", body)

    def put_variation(self, sku: str, body: Mapping[str, Any]) -> None:
        """
        Group SKUs under this parent: PUT .../variation.

        :raises JetRejected: a refinement or a child that does not fit
        """
        self.put_part(sku, "/variation", body)

    def get_variation(self, sku: str) -> Variation:
        """
        Read the group: GET .../variation.

        :raises JetNotFound: no such SKU, or no group
        """
        return Variation.read(self._part(sku, "/variation"))

    def put_shipping_exceptions(self, sku: str, body: Mapping[str, Any]) -> None:
        """
        Replace the shipping exceptions: PUT .../shippingexception.

        :raises JetRejected: a rule that Jet does not take
        """
        self.put_part(sku, "/shippingexception", body)

    def get_shipping_exceptions(self, sku: str) -> ShippingExceptions:
        """
        Read the shipping exceptions: GET .../shippingexception.

        :raises JetNotFound: no such SKU, or no exceptions
        """
        return ShippingExceptions.read(self._part(sku, "/shippingexception"))

    def put_return_exception(self, sku: str, body: Mapping[str, Any]) -> None:
        """
        Replace the returns exception: PUT .../returnsexception.

        :raises JetRejected: a rule that Jet does not take
        """
        self.put_part(sku, "/returnsexception", body)

    def get_return_exception(self, sku: str) -> ReturnsException:
        """
        Read the returns exception: GET .../returnsexception.

        :raises JetNotFound: no such SKU, or no exception
        """
        return ReturnsException.read(self._part(sku, "/returnsexception"))

    def _part(self, sku: str, path: str) -> Any:
        """
        Read a part that most SKUs do not have; an empty object says so as a 404 does.

        :raises JetNotFound: no such SKU, or no such part
        """
        found = self._gateway.get(_path(sku, path))
        if found == {}:
            raise JetNotFound(status=200, messages=[f"{sku} has nothing at {path}"])
        return found

    def archive(self, sku: str, archived: bool = True) -> None:
        """
        Take a SKU out of sale, or with False back into review: PUT .../status/archive.

        :raises JetNotFound: Jet has no such SKU
        """
        self.put_part(sku, "/status/archive", {"is_archived": archived})

    def list(self, offset: int = 0, limit: int = PAGE) -> Skus:
        """
        Read one page of SKUs, archived ones included: GET /merchant-skus.

        :raises JetError: no answer, or a refusal
        """
        answer = self._gateway.get("/merchant-skus", {"offset": offset, "limit": limit})
        return [wire.sku_of(str(url)) for url in answers.listed(answer, "sku_urls")]

    def list_by_status(self, status: ProductStatus | str, offset: int = 0, limit: int = PAGE) -> Skus:
        """
        List the SKUs of a status as the portal does: GET /portal/merchantskus; not documented by Jet.

        :raises JetError: no answer, or a refusal
        """
        params: dict[str, str | int] = {"from": offset, "size": limit, "statuses": status}
        answer = self._gateway.get("/portal/merchantskus", params)
        rows = answers.listed(answer, "merchant_skus")
        return [str(answers.mapping(row, of="merchant SKU").get("merchant_sku", "")) for row in rows]

    def iter_skus(self, page: int = PAGE) -> Iterator[str]:
        """
        Walk through all SKUs, each once, a page at a time.

        :raises JetError: no answer, or a refusal
        """
        seen: set[str] = set()
        offset = 0
        while found := self.list(offset, page):
            new = [sku for sku in found if sku not in seen]
            if not new:
                return
            seen.update(new)
            yield from new
            offset += len(found)


def _path(sku: str, rest: str = "") -> str:
    return f"/merchant-skus/{wire.segment(sku, name='merchant SKU')}{rest}"


def _quantities(sku: str, quantities: Mapping[str, int]) -> dict[str, Any]:
    """
    Word quantities per node.

    :raises JetInvalidRequest: none at all, or one that is no whole number from 0
    """
    if not quantities:
        raise JetInvalidRequest(f"{sku}: no node to set an inventory for")
    for node, quantity in quantities.items():
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
            raise JetInvalidRequest(f"{sku}: quantity {quantity!r} at node {node} is no whole number from 0")
    nodes = [{"fulfillment_node_id": node, "quantity": count} for node, count in quantities.items()]
    return {"fulfillment_nodes": nodes}
