"""Refunds that the merchant begins (docs/jet-api.md, refunds)."""

from collections.abc import Iterable, Mapping
from typing import Any

from jetapi import wire
from jetapi.errors import JetNotFound
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.http.settlements import settled
from jetapi.types.refunds import Refund, RefundItem, RefundReceipt, RefundStatus

RefundIds = list[str]
Items = Iterable[RefundItem | Mapping[str, Any]]


class Refunds:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, order_id: str, alt_refund_id: str, *, items: Items) -> RefundReceipt:
        """
        Request a refund from Jet: POST /refunds/{order}/{alt_refund_id}. Not repeated: `create_settled`.

        The alt_refund_id is the merchant's own and must be new.

        :raises JetRejected: the id was used before, or quantities or amounts that do not fit
        """
        path = f"/refunds/{wire.segment(order_id, name='order id')}/{wire.segment(alt_refund_id)}"
        lines = [item.payload() if isinstance(item, RefundItem) else dict(item) for item in items]
        return RefundReceipt.read(self._gateway.post(path, {"items": lines}))

    def create_settled(
        self, order_id: str, alt_refund_id: str, *, items: Items, in_doubt: bool = False
    ) -> RefundReceipt:
        """
        Request a refund from Jet once, settling a lost answer by looking for the alt_refund_id.

        :raises JetError: not created, or still in doubt (`sent_maybe`)
        """
        kept = list(items)

        return settled(
            lambda: self.create(order_id, alt_refund_id, items=kept),
            lambda: self.find(order_id, alt_refund_id),
            in_doubt=in_doubt,
        )

    def find(self, order_id: str, alt_refund_id: str) -> RefundReceipt | None:
        """
        Return the receipt of a refund of this order by the merchant's own id; None where Jet has no such.

        :raises JetError: it cannot be found out
        """
        try:
            refund = self.get(alt_refund_id)
        except JetNotFound:
            return None
        return RefundReceipt.read(refund.raw) if refund.merchant_order_id == order_id else None

    def list(self, status: RefundStatus | str) -> RefundIds:
        """
        List the ids of a status: GET /refunds/{status}. Jet's samples name the list `sku_urls`.

        :raises JetNotFound: no such status
        """
        answer = self._gateway.get(f"/refunds/{wire.segment(status)}")
        return wire.last_segments(answers.listed(answer, "refund_urls", "sku_urls"))

    def get(self, refund_id: str) -> Refund:
        """
        Read a refund by Jet's id or by ours: GET /refunds/state/{id}.

        :raises JetNotFound: Jet has no such refund
        """
        return Refund.read(self._gateway.get(f"/refunds/state/{wire.segment(refund_id)}"))
