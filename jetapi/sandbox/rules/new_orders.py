"""Orders made here: by the generator, or for control in any state."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from .. import dates, money
from ..kit import checks
from ..kit.wire import Document, Rejected, reject_if
from ..words import ORDER_STATUSES
from ..world import World, new_digits, new_id
from . import acknowledgements, orders, shipments

FRAUD_WINDOW = timedelta(minutes=30)
TAX_RATE = Decimal("0.07")
DEFAULT_PRICE = 10
SHIP_WITHIN = timedelta(days=2)
DELIVER_WITHIN = timedelta(days=6)
BUYERS = (
    ("Ada Birch", "12 Harbor Lane", "Portland", "ME", "04101"),
    ("Ben Castillo", "480 Mesa Road", "Tucson", "AZ", "85701"),
    ("Carla Dunn", "7 Mill Street, Apt 4", "Troy", "NY", "12180"),
    ("Dev Edwards", "2203 Lakeview Drive", "Madison", "WI", "53703"),
)


class Line(NamedTuple):
    """One line that is ordered; `price` overrides the SKU's own."""

    sku: str
    quantity: int
    cancel_quantity: int = 0
    price: float | None = None


def place(world: World, account: str, lines: list[Line], *, status: str = "ready", node: str = "") -> str:
    """
    Make one order in any state, by the steps that lead there; give its id.

    :raises Rejected: a line asks for nothing, or the status is not Jet's
    """
    reject_if(_line_problems(lines, status))
    order = frame(world, account, lines, node=node)
    order_id: str = order["merchant_order_id"]
    _enter(world, account, order, is_created=status == "created")
    if status not in ("created", "ready"):
        _walk(world, account, order, status)
    return order_id


def _line_problems(lines: list[Line], status: str) -> list[str]:
    found = [] if status in ORDER_STATUSES else [f"status must be one of: {', '.join(ORDER_STATUSES)}."]
    if not lines:
        found.append("items is required and must name at least one SKU.")
    for place_, line in enumerate(lines):
        label = f"items[{place_}]"
        if not isinstance(line.sku, str) or not line.sku:
            found.append(f"{label}.sku is required.")
        quantities = (line.quantity, line.cancel_quantity)
        if not all(checks.is_whole(each) and 0 <= each <= 10**6 for each in quantities) or not any(
            quantities
        ):
            found.append(f"{label}: the quantities must be whole numbers, not both 0.")
        elif 0 < line.quantity < line.cancel_quantity:
            found.append(f"{label}: more units are to be cancelled than are ordered.")
        complaint = checks.number(above=0)(line.price) if line.price is not None else None
        if complaint:
            found.append(f"{label}.price {complaint}.")
    return found


def frame(world: World, account: str, lines: list[Line], *, node: str) -> Document:
    """Give an order that has everything but its state; an unknown node becomes the account's own."""
    merchant = world.accounts.get(account)
    known = world.nodes(merchant) if merchant else [""]
    now = world.now()
    name, street, city, state, zip_code = BUYERS[now.microsecond % len(BUYERS)]
    items = [_item(world, account, line) for line in lines]
    return {
        "merchant_order_id": new_id(),
        "reference_order_id": new_digits(15),
        "customer_reference_order_id": new_digits(14),
        "merchant_id": merchant.merchant_id if merchant else "",
        "fulfillment_node": node if node in known else known[0],
        "hash_email": f"{new_id()}@customer.jet.com",
        "jet_request_directed_cancel": any(line.cancel_quantity for line in lines),
        "has_shipments": False,
        "order_detail": {
            "request_shipping_carrier": "FedEx",
            "request_shipping_method": "",
            "request_service_level": "Standard",
            "request_ship_by": dates.order_date(now + SHIP_WITHIN),
            "request_delivery_by": dates.order_date(now + DELIVER_WITHIN),
        },
        "buyer": {"name": name, "phone_number": "555-0100"},
        "shipping_to": {
            "recipient": {"name": name, "phone_number": "555-0100"},
            "address": {
                "address1": street,
                "address2": "",
                "city": city,
                "state": state,
                "zip_code": zip_code,
            },
        },
        "order_totals": totals(items),
        "order_items": items,
    }


def _item(world: World, account: str, line: Line) -> Document:
    sku = world.store.get("sku", account, line.sku) or {}
    content = sku.get("content", {})
    price = line.price if line.price is not None else sku.get("price", {}).get("price", DEFAULT_PRICE)
    fee = money.plain(money.commission([money.exact(price)]))
    item = {
        "order_item_id": new_id(),
        "merchant_sku": line.sku,
        "product_title": content.get("product_title", line.sku),
        "request_order_quantity": line.quantity,
        "request_order_cancel_qty": line.cancel_quantity,
        "url": "",
        "item_price": {
            "base_price": price,
            "item_tax": money.plain(money.exact(price) * line.quantity * TAX_RATE),
            "item_shipping_cost": 0,
            "item_shipping_tax": 0,
        },
        "item_fees": fee,
        "fee_adjustments": [_adjustment(fee)],
        "regulatory_fees": 0,
    }
    if content.get("product_tax_code"):
        item["item_tax_code"] = content["product_tax_code"]
    return item


def _adjustment(value: float) -> Document:
    return {"adjustment_name": "", "adjustment_type": "base", "commission_id": "", "value": value}


def totals(items: list[Document]) -> Document:
    """Add up an order: price and shipping are per unit, tax is per line."""
    sums = {name: Decimal() for name in ("base_price", "item_tax", "item_shipping_cost", "item_shipping_tax")}
    for item in items:
        for name in sums:
            times = 1 if name.endswith("tax") else item["request_order_quantity"]
            sums[name] += money.exact(item["item_price"].get(name)) * times
    fees = money.plain(money.commission([sums["base_price"], sums["item_shipping_cost"]]))
    return {
        "item_price": {name: money.plain(value) for name, value in sums.items()},
        "item_fees": fees,
        "fee_adjustments": [_adjustment(fees)],
        "regulatory_fees": 0,
    }


def _enter(world: World, account: str, order: Document, *, is_created: bool) -> None:
    now = world.now()
    placed = now if is_created else now - FRAUD_WINDOW
    order["status"] = "created"
    order["order_placed_date"] = dates.order_date(placed)
    order["order_transmission_date"] = dates.order_date(min(now, placed + timedelta(minutes=1)))
    orders.save(world, account, order)
    world.check_off(account, "IsOrderCreated")
    if is_created:
        world.later("order.ready", account, order["merchant_order_id"], when=now)
    else:
        orders.become_ready(world, account, order["merchant_order_id"], now)


def _walk(world: World, account: str, order: Document, status: str) -> None:
    order_id = order["merchant_order_id"]
    answers = [
        {"order_item_id": item["order_item_id"], "order_item_acknowledgement_status": "fulfillable"}
        for item in order["order_items"]
    ]
    body = {"acknowledgement_status": "accepted", "order_items": answers}
    acknowledgements.acknowledge(world, account, order_id, body)
    if status == "acknowledged":
        return
    items = [_shipped(item, status) for item in order["order_items"]]
    shipment = {
        "alt_shipment_id": "generated",
        "shipment_tracking_number": f"1Z{new_digits(16)}",
        "carrier": "UPS",
        "response_shipment_method": "UPSGround",
        "response_shipment_date": dates.order_date(world.now()),
        "expected_delivery_date": dates.order_date(world.now() + DELIVER_WITHIN),
        "carrier_pick_up_date": dates.order_date(world.now()),
        "ship_from_zip_code": "07030",
        "shipment_items": [item for item in items if item[shipments.SHIPPED] + item[shipments.CANCELLED]],
    }
    if not shipment["shipment_items"]:
        raise Rejected("An order of a single unit cannot be inprogress.")
    shipments.ship(world, account, order_id, {"shipments": [shipment]})


def _shipped(item: Document, status: str) -> Document:
    cancelled = min(item["request_order_cancel_qty"], orders.units_of(item))
    shipped = orders.units_of(item) - cancelled
    if status == "inprogress":
        shipped, cancelled = shipped // 2, 0
    return {"merchant_sku": item["merchant_sku"], shipments.SHIPPED: shipped, shipments.CANCELLED: cancelled}
