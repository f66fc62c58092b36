"""Orders (docs/jet-api.md, orders): lists, the order itself, acknowledge, ship, tag, generate."""

from collections.abc import Iterable, Mapping
from typing import Any

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.http.calls import Kind
from jetapi.http.settlements import Settled, settled
from jetapi.types.order_messages import (
    AcknowledgementStatus,
    ItemAcknowledgement,
    ShipmentMessage,
    acknowledgement_payload,
    is_acknowledged,
    not_in_order,
    shipped_payload,
    with_own_ids,
)
from jetapi.types.orders import Order, OrderStatus

OrderIds = list[str]


class Orders:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(
        self, status: OrderStatus | str, *, cancelled: bool | None = None, fulfillment_node: str | None = None
    ) -> OrderIds:
        """
        List the ids of a status, oldest first: GET /orders/{status}; the first 1,000 of 90 days.

        :raises JetNotFound: no such status
        """
        params: dict[str, str | int] = {}
        if cancelled is not None:
            params["isCancelled"] = "true" if cancelled else "false"
        if fulfillment_node:
            params["fulfillment_node"] = fulfillment_node
        return self._ids(f"/orders/{wire.segment(status)}", params)

    def list_tagged(self, status: OrderStatus | str, tag: str, *, carrying: bool) -> OrderIds:
        """
        List the ids of a status with a tag, or without it: GET /orders/{status}/{tag}/{true|false}.

        :raises JetNotFound: no such status
        """
        flag = "true" if carrying else "false"
        return self._ids(f"/orders/{wire.segment(status)}/{wire.segment(tag, name='tag')}/{flag}")

    def get(self, order_id: str) -> Order:
        """
        Read an order: GET /orders/withoutShipmentDetail/{id}.

        :raises JetNotFound: Jet has no such order
        """
        return Order.read(self._gateway.get(f"/orders/withoutShipmentDetail/{wire.segment(order_id)}"))

    def acknowledge(
        self,
        order_id: str,
        *,
        items: Iterable[ItemAcknowledgement],
        status: AcknowledgementStatus = AcknowledgementStatus.ACCEPTED,
        alt_order_id: str = "",
    ) -> None:
        """
        Report to Jet which items will ship: PUT /orders/{id}/acknowledge. Not repeated: `acknowledge_settled`.

        :raises JetRejected: the order is not ready, or the items are not all of its items
        """
        body = acknowledgement_payload(items, status, alt_order_id)
        self._gateway.put(f"/orders/{wire.segment(order_id)}/acknowledge", body, kind=Kind.ONCE)

    def ship(self, order_id: str, *, shipments: Iterable[ShipmentMessage], alt_order_id: str = "") -> None:
        """
        Report to Jet what was shipped or canceled: PUT /orders/{id}/shipped. Not repeated: `ship_settled`.

        :raises JetRejected: the order is not acknowledged, or a shipment is not in order
        """
        body = shipped_payload(shipments, alt_order_id)
        self._gateway.put(f"/orders/{wire.segment(order_id)}/shipped", body, kind=Kind.ONCE)

    def acknowledge_settled(
        self,
        order_id: str,
        *,
        items: Iterable[ItemAcknowledgement],
        status: AcknowledgementStatus = AcknowledgementStatus.ACCEPTED,
        alt_order_id: str = "",
        in_doubt: bool = False,
    ) -> Settled:
        """
        Acknowledge once, settling a lost answer (or a refusal) by reading the order.

        :raises JetError: not acknowledged like this, or still in doubt (`sent_maybe`)
        """
        kept = list(items)

        def act() -> Settled:
            self.acknowledge(order_id, items=kept, status=status, alt_order_id=alt_order_id)
            return Settled.NOW

        def found() -> Settled | None:
            return Settled.BEFORE if is_acknowledged(self.get(order_id), status) else None

        return settled(act, found, in_doubt=in_doubt)

    def ship_settled(
        self,
        order_id: str,
        *,
        shipments: Iterable[ShipmentMessage],
        alt_order_id: str = "",
        in_doubt: bool = False,
    ) -> Settled:
        """
        Ship once, settling a lost answer (or a refusal) by looking for the alt_shipment_ids in the order.

        :raises JetError: not shipped, or still in doubt (`sent_maybe`)
        :raises JetInvalidRequest: shipments without an alt_shipment_id each of its own
        """
        open_shipments = with_own_ids(shipments)

        def act() -> Settled:
            self.ship(order_id, shipments=open_shipments, alt_order_id=alt_order_id)
            return Settled.NOW

        def found() -> Settled | None:
            open_shipments[:] = not_in_order(open_shipments, self.get(order_id))
            return None if open_shipments else Settled.BEFORE

        return settled(act, found, in_doubt=in_doubt)

    def tag(self, order_id: str, tag: str) -> None:
        """
        Give an order its one tag, or with "" take it away: PUT /orders/{id}/tag.

        :raises JetNotFound: Jet has no such order
        """
        self._gateway.put(f"/orders/{wire.segment(order_id)}/tag", {"tag": tag} if tag else {})

    def generate(self, count: int, *, items: Iterable[Mapping[str, Any]], fulfillment_node: str) -> OrderIds:
        """
        Let Jet make test orders, ready at once: POST /orders/generate/{n}; test keys only, never repeated.

        An item is `{"sku", "order_quantity", "order_cancel_quantity"}`.

        :raises JetRejected: an unknown SKU or node
        """
        body = {"fulfillment_node": fulfillment_node, "items": [dict(item) for item in items]}
        answer = self._gateway.post(f"/orders/generate/{count:d}", body)
        return wire.last_segments(answers.listed(answer, "order_urls"))

    def _ids(self, path: str, params: Mapping[str, str | int] | None = None) -> OrderIds:
        return wire.last_segments(answers.listed(self._gateway.get(path, params or None), "order_urls"))
