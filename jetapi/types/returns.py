"""Returns and what the merchant answers to them (docs/jet-api.md, returns)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import Field

from jetapi import wire
from jetapi.types.base import JetDate, JetDocument, JetValue, Many, Money, without_blanks
from jetapi.types.orders import Address

ZERO = Decimal(0)


class ReturnStatus(StrEnum):
    CREATED = "created"
    IN_PROGRESS = "inprogress"
    COMPLETED_BY_MERCHANT = "completed by merchant"


class RefundedAmount(JetValue):
    """An amount in its four parts, as Jet reports it: totals, not per unit."""

    principal: Money = None
    tax: Money = None
    shipping_cost: Money = None
    shipping_tax: Money = None

    @property
    def total(self) -> Decimal:
        parts = (self.principal, self.tax, self.shipping_cost, self.shipping_tax)
        return sum((part for part in parts if part is not None), start=ZERO)


class ReturnMerchantSku(JetValue):
    """What the buyer asks to return."""

    order_item_id: str
    alt_order_item_id: str | None = None
    merchant_sku: str = ""
    merchant_sku_title: str | None = None
    reason: str | None = None
    return_quantity: int = 0
    requested_refund_amount: RefundedAmount = RefundedAmount()


class ReturnItem(JetValue):
    """What the merchant granted for one line."""

    order_item_id: str
    alt_order_item_id: str | None = None
    total_quantity_returned: int = 0
    order_return_refund_qty: int = 0
    return_refund_feedback: str | None = None
    notes: str | None = None
    refund_amount: RefundedAmount = RefundedAmount()


class Return(JetDocument):
    """GET /returns/state/{id}."""

    merchant_return_authorization_id: str
    reference_return_authorization_id: str | None = None
    alt_return_authorization_id: str | None = None
    merchant_order_id: str | None = None
    reference_order_id: str | None = None
    alt_order_id: str | None = None
    return_status: str = ""
    return_date: JetDate = None
    completed_date: JetDate = None
    refund_without_return: bool = False
    merchant_return_charge: Money = None
    agree_to_return_charge: bool | None = None
    return_charge_feedback: str | None = None
    shipping_carrier: str | None = None
    tracking_number: str | None = None
    return_location: Many[Address] = ()
    return_merchant_skus: Many[ReturnMerchantSku] = Field(default=(), alias="return_merchant_SKUs")
    items: Many[ReturnItem] = ()


@dataclass(frozen=True, slots=True)
class RefundAmount:
    """An amount to be paid back, in dollars: totals, not per unit."""

    principal: Decimal = ZERO
    tax: Decimal = ZERO
    shipping_cost: Decimal = ZERO
    shipping_tax: Decimal = ZERO

    def payload(self) -> dict[str, Decimal | int]:
        """
        Word it for Jet.

        :raises JetInvalidRequest: a part is no amount
        """
        parts = ("principal", "tax", "shipping_cost", "shipping_tax")
        return {part: wire.amount(getattr(self, part), name=part) for part in parts}


@dataclass(frozen=True, slots=True)
class ReturnItemCompletion:
    """The merchant's answer for one line; a feedback is needed where less is paid back than was asked."""

    order_item_id: str
    total_quantity_returned: int
    order_return_refund_qty: int
    refund_amount: RefundAmount
    return_refund_feedback: str = ""
    notes: str = ""
    alt_order_item_id: str = ""

    def payload(self) -> dict[str, Any]:
        return without_blanks(
            order_item_id=self.order_item_id,
            alt_order_item_id=self.alt_order_item_id,
            total_quantity_returned=self.total_quantity_returned,
            order_return_refund_qty=self.order_return_refund_qty,
            return_refund_feedback=self.return_refund_feedback,
            notes=self.notes,
            refund_amount=self.refund_amount.payload(),
        )


@dataclass(frozen=True, slots=True)
class ReturnCompletion:
    """The merchant's answer to a return; a feedback is needed where the return charge is not agreed to."""

    merchant_order_id: str
    items: tuple[ReturnItemCompletion, ...]
    agree_to_return_charge: bool = True
    return_charge_feedback: str = ""
    alt_order_id: str = ""

    def payload(self) -> dict[str, Any]:
        return without_blanks(
            merchant_order_id=self.merchant_order_id,
            alt_order_id=self.alt_order_id,
            agree_to_return_charge=self.agree_to_return_charge,
            return_charge_feedback=self.return_charge_feedback,
            items=[item.payload() for item in self.items],
        )
