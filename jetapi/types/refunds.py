"""Refunds that the merchant begins (docs/jet-api.md, refunds)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jetapi.types.base import JetDocument, JetValue, Many, without_blanks
from jetapi.types.returns import RefundAmount, RefundedAmount


class RefundStatus(StrEnum):
    """The words by which refunds are listed; a rejected one's own status also says why."""

    CREATED = "created"
    PROCESSING = "processing"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RefundReceipt(JetDocument):
    """Jet's answer to a new refund."""

    refund_authorization_id: str
    refund_status: str = ""


class RefundedItem(JetValue):
    """One line of a refund as Jet reports it."""

    order_item_id: str
    alt_order_item_id: str | None = None
    total_quantity_returned: int = 0
    order_return_refund_qty: int = 0
    refund_reason: str | None = None
    refund_feedback: str | None = None
    notes: str | None = None
    refund_amount: RefundedAmount = RefundedAmount()


class Refund(JetDocument):
    """GET /refunds/state/{id}."""

    refund_authorization_id: str
    alt_refund_id: str | None = None
    refund_status: str = ""
    merchant_order_id: str | None = None
    reference_order_id: str | None = None
    reference_merchant_order_id: str | None = None
    alt_order_id: str | None = None
    items: Many[RefundedItem] = ()

    @property
    def is_accepted(self) -> bool:
        return self.refund_status.lower() == RefundStatus.ACCEPTED

    @property
    def is_rejected(self) -> bool:
        """Whether Jet will not pay, for whichever reason."""
        return self.refund_status.lower().startswith(RefundStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class RefundItem:
    """One line to be refunded; amounts are totals of the line, not per unit."""

    order_item_id: str
    total_quantity_returned: int
    order_return_refund_qty: int
    refund_reason: str
    refund_amount: RefundAmount
    refund_feedback: str = ""
    notes: str = ""
    alt_order_item_id: str = ""

    def payload(self) -> dict[str, Any]:
        return without_blanks(
            order_item_id=self.order_item_id,
            alt_order_item_id=self.alt_order_item_id,
            total_quantity_returned=self.total_quantity_returned,
            order_return_refund_qty=self.order_return_refund_qty,
            refund_reason=self.refund_reason,
            refund_feedback=self.refund_feedback,
            notes=self.notes,
            refund_amount=self.refund_amount.payload(),
        )
