"""Compares an order as we hold it with what Jet reports now: field by field, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from jetbridge.core import store_days
from orders.jet import shipments
from orders.jet.messages import ReadOrder
from orders.models import Order

# Columns that are taken over from Jet, and what they are called. What an order's own clock and answers say is not.
COLUMNS = {
    "recipient_name": "Recipient",
    "recipient_phone": "Phone",
    "address1": "Address",
    "address2": "Address, line 2",
    "city": "City",
    "state": "State",
    "zip_code": "ZIP code",
    "fulfillment_node_id": "Fulfillment node",
    "ship_by": "Ship by",
    "deliver_by": "Deliver by",
    "service_level": "Service level",
    "requested_carrier": "Requested carrier",
    "requested_method": "Requested method",
    "base_total": "Goods",
    "tax_total": "Tax",
    "shipping_total": "Shipping",
    "shipping_tax_total": "Shipping tax",
    "fee_total": "Jet's fees",
    "grand_total": "Total",
    "net_total": "Net",
}
# Reported beside the columns; services for status and cancels carry them out.
STATUS = {"jet_status": "Status at Jet", "exception_state": "Exception"}
LINE_COLUMNS = {"title": "title", "unit_price": "price", "unit_shipping": "shipping", "tax_code": "tax code"}
LINE_MONEY = ("line_price", "line_tax", "line_shipping", "line_shipping_tax", "line_fee")


@dataclass(frozen=True)
class Difference:
    """One thing that Jet reports otherwise than we hold it; not every one can be taken over."""

    field: str
    here: str
    at_jet: str
    can_take: bool = True


def differences(order: Order, read: ReadOrder) -> list[Difference]:
    """Return everything that differs; reads the order's lines."""
    return [*_columns(order, read, {**STATUS, **COLUMNS}), *_lines(order, read), *_shipments(order, read)]


def _columns(order: Order, read: ReadOrder, names: dict[str, str]) -> Iterator[Difference]:
    for name, label in names.items():
        here, there = getattr(order, name), read.columns[name]
        if here != there:
            yield Difference(label, _value_text(here), _value_text(there))


def _lines(order: Order, read: ReadOrder) -> Iterator[Difference]:
    ours = {item.jet_id: item for item in order.items.all()}
    for line in read.items:
        item = ours.pop(line["jet_id"], None)
        if item is None:
            units = f"{line['units_ordered']} x {line['sku']}"
            yield Difference("Line", "", units, can_take=False)
            continue
        if item.units_ordered != line["units_ordered"]:
            here, there = str(item.units_ordered), str(line["units_ordered"])
            yield Difference(f"{item.sku}: units", here, there, can_take=False)
        if item.units_cancel_requested < line["units_cancel_requested"]:
            here, there = str(item.units_cancel_requested), str(line["units_cancel_requested"])
            yield Difference(f"{item.sku}: units to cancel", here, there)
        for name, label in LINE_COLUMNS.items():
            if getattr(item, name) != line[name]:
                yield Difference(
                    f"{item.sku}: {label}", _value_text(getattr(item, name)), _value_text(line[name])
                )
    for item in ours.values():
        yield Difference("Line", f"{item.units_ordered} x {item.sku}", "", can_take=False)


def _shipments(order: Order, read: ReadOrder) -> Iterator[Difference]:
    if not read.document.shipments:
        return
    for each in shipments.foreign(order, read.document):
        parts = [f"{units.shipped} x {sku}" for sku, units in each.units.items() if units.shipped]
        parts += [
            f"cancelled {units.cancelled} x {sku}" for sku, units in each.units.items() if units.cancelled
        ]
        way = " ".join(part for part in (each.carrier, each.tracking_number) if part)
        yield Difference("Shipment", "", ", ".join(parts) + (f" with {way}" if way else ""))


def _value_text(value: Any) -> str:
    if isinstance(value, datetime):
        return date_format(store_days.local(value), "N j, Y, H:i T")
    return f"${value:,.2f}" if isinstance(value, Decimal) else str(value or "")
