"""Reads Jet's order into columns of ours: exact money, cut texts, and a clear reason where that cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from jetapi.types import orders as theirs
from jetbridge.core import money
from orders.jet.orders import OrderDocument, plain

ACKNOWLEDGE_WITHIN = timedelta(minutes=15)
ZERO = Decimal(0)
# What the columns hold; an amount beyond it is a mistake, not an order.
HIGHEST_AMOUNT = Decimal("9999999999.99")
HIGHEST_UNITS = 1_000_000


class UnreadableOrder(Exception):
    """Jet's order lacks what an import needs; the text says what."""


@dataclass(frozen=True)
class ReadOrder:
    """An order's columns, its lines' columns, and who bought."""

    jet_id: str
    columns: dict[str, Any]
    items: list[dict[str, Any]]
    hash_email: str
    buyer_name: str
    buyer_phone: str
    document: OrderDocument


def read_order(document: OrderDocument, *, now: datetime) -> ReadOrder:
    """
    Take over what Jet reports of an order.

    :raises UnreadableOrder: no items, doubled items, impossible quantities or amounts
    """
    source = document.source
    _check(source)
    items = _items(source)
    return ReadOrder(
        jet_id=source.merchant_order_id,
        columns={
            **_identity(source, now),
            **_dates(source, now),
            **_place(source),
            **_money(source, items),
            "units": sum(item["units_ordered"] for item in items),
            "has_cancel_request": any(item["units_cancel_requested"] for item in items),
        },
        items=items,
        hash_email=_text(source.hash_email or f"order-{source.merchant_order_id}", 200),
        buyer_name=_text(source.buyer.name or source.shipping_to.recipient.name, 200),
        buyer_phone=_text(source.buyer.phone_number, 60),
        document=document,
    )


def units_asked(item: theirs.OrderItem) -> int:
    """Count a line's units; Jet's cancel test asks for 0 units of which 1 is to be cancelled."""
    return max(item.request_order_quantity, item.request_order_cancel_qty)


def _check(document: theirs.Order) -> None:
    if not document.order_items:
        raise UnreadableOrder("Jet's order has no items.")
    seen: set[str] = set()
    for item in document.order_items:
        if item.order_item_id in seen:
            raise UnreadableOrder(f"Jet names the item {item.order_item_id} twice.")
        seen.add(item.order_item_id)
        quantities = (item.request_order_quantity, item.request_order_cancel_qty)
        if min(quantities) < 0 or not 0 < max(quantities) <= HIGHEST_UNITS:
            raise UnreadableOrder(
                f"Item {item.merchant_sku or item.order_item_id}: quantity {quantities[0]}."
            )
        if item.item_price.base_price is None:
            raise UnreadableOrder(f"Item {item.merchant_sku or item.order_item_id} has no price.")


def _identity(document: theirs.Order, now: datetime) -> dict[str, Any]:
    return {
        "reference_number": _text(document.reference_order_id, 64),
        "jet_status": _text(document.status.lower(), 40),
        "exception_state": _text(document.exception_state, 100),
        "document": plain(document.raw),
        "document_at": now,
        "fulfillment_node_id": _text(document.fulfillment_node, 64),
    }


def _dates(document: theirs.Order, now: datetime) -> dict[str, Any]:
    detail = document.order_detail
    ready_at = document.order_ready_date
    is_usable = ready_at is not None and 2000 <= ready_at.year <= 2100
    if not is_usable:
        # Jet may leave the date out; the clock then starts when we first see the order.
        ready_at = None if document.status.lower() == "created" else now
    return {
        "placed_at": document.order_placed_date,
        "transmitted_at": document.order_transmission_date,
        "ready_at": ready_at,
        "acknowledge_by": ready_at + ACKNOWLEDGE_WITHIN if ready_at else None,
        "acknowledged_at": document.order_acknowledge_date,
        "ship_by": detail.request_ship_by,
        "deliver_by": detail.request_delivery_by,
        "service_level": _text(detail.request_service_level, 100),
        "requested_carrier": _text(detail.request_shipping_carrier, 100),
        "requested_method": _text(detail.request_shipping_method, 100),
    }


def _place(document: theirs.Order) -> dict[str, Any]:
    recipient, address = document.shipping_to.recipient, document.shipping_to.address
    return {
        "recipient_name": _text(recipient.name, 200),
        "recipient_phone": _text(recipient.phone_number, 60),
        "address1": _text(address.address1, 300),
        "address2": _text(address.address2, 300),
        "city": _text(address.city, 120),
        "state": _text(address.state, 60),
        "zip_code": _text(address.zip_code, 20),
    }


def _items(document: theirs.Order) -> list[dict[str, Any]]:
    lines = document.order_items
    units = [units_asked(item) for item in lines]
    totals = document.order_totals.item_price or theirs.ItemPrice()
    taxes = _line_amounts([item.item_price.item_tax for item in lines], units, totals.item_tax)
    shipping_taxes = _line_amounts(
        [item.item_price.item_shipping_tax for item in lines], units, totals.item_shipping_tax
    )
    fees = _line_amounts([item.item_fees for item in lines], units, document.order_totals.item_fees)
    return [
        {
            "position": place,
            "jet_id": _text(item.order_item_id, 64),
            "sku": _text(item.merchant_sku, 64),
            "title": _text(item.product_title, 500),
            "units_ordered": units[place],
            "units_cancel_requested": min(item.request_order_cancel_qty, units[place]),
            "unit_price": _amount(item.item_price.base_price),
            "unit_shipping": _amount(item.item_price.item_shipping_cost),
            "line_price": _amount((item.item_price.base_price or ZERO) * units[place]),
            "line_shipping": _amount((item.item_price.item_shipping_cost or ZERO) * units[place]),
            "line_tax": taxes[place],
            "line_shipping_tax": shipping_taxes[place],
            "line_fee": fees[place],
            "tax_code": _text(item.item_tax_code, 100),
            "acknowledgement_status": _text(item.order_item_acknowledgement_status, 60),
        }
        for place, item in enumerate(lines)
    ]


def _line_amounts(
    given: Sequence[Decimal | None], units: Sequence[int], total: Decimal | None
) -> list[Decimal]:
    """
    Return per-line amounts of what Jet gives either per unit or per line: its documents do not say which.

    The reading that comes nearer to the order's own total is right; without a total, per line.
    """
    by_line = [_amount(each) for each in given]
    by_unit = [_amount((each or ZERO) * count) for each, count in zip(given, units, strict=True)]
    if total is None:
        return by_line
    return min((by_line, by_unit), key=lambda lines: abs(sum(lines, start=ZERO) - total))


def _money(document: theirs.Order, items: Sequence[dict[str, Any]]) -> dict[str, Decimal]:
    source = document.order_totals.item_price or theirs.ItemPrice()
    base = _total(source.base_price, items, "line_price")
    tax = _total(source.item_tax, items, "line_tax")
    shipping = _total(source.item_shipping_cost, items, "line_shipping")
    shipping_tax = _total(source.item_shipping_tax, items, "line_shipping_tax")
    fees = _total(document.order_totals.item_fees, items, "line_fee")
    fees += _amount(document.order_totals.regulatory_fees)
    return {
        "base_total": base,
        "tax_total": tax,
        "shipping_total": shipping,
        "shipping_tax_total": shipping_tax,
        "fee_total": fees,
        "grand_total": base + tax + shipping + shipping_tax,
        "net_total": base + shipping - fees,
    }


def _total(source: Decimal | None, items: Sequence[dict[str, Any]], column: str) -> Decimal:
    return _amount(source) if source is not None else sum((item[column] for item in items), start=ZERO)


def _amount(value: Decimal | None) -> Decimal:
    if value is None:
        return ZERO
    if not value.is_finite() or abs(value) > HIGHEST_AMOUNT:
        raise UnreadableOrder(f"The amount {value} is out of range.")
    return money.rounded(value)


def _text(value: str | None, limit: int) -> str:
    """Cut a text to its column; PostgreSQL takes no NUL characters."""
    return (value or "").replace("\x00", "")[:limit]
