"""
Shipments: each takes from one source and gives the order's reservation back, whether or not the order had reserved.

A second one of the same body is made as well. Later tracks and comments move no `updated_at`.
"""

from typing import Any

from ..call import Call, Route
from ..contract import number as plain_number
from ..errors import refused
from ..memory import StoreMemory
from ..stock import items, salable, sources
from . import documents, lines, order_parts, states

KIND = "shipment"
RESOURCE, SHIP = "Magento_Sales::shipment", "Magento_Sales::ship"
FIELDS = ("created_at", "store_id", "total_qty", "shipping_address_id", "billing_address_id")
NOT_SAVED = "Could not save a shipment, see error log for details"


def ship(call: Call) -> str:
    """
    Ship what is named, or all that is left; the shipment's number comes as text.

    :raises Refusal: nothing to ship, more than is left, or a source that does not have it
    """
    order = order_parts.find(call.memory, call.number("orderId"))
    arguments = call.body.get("arguments") or {}
    source = (arguments.get("extension_attributes") or {}).get("source_code") or items.DEFAULT
    return str(make(call, order, call.body, source)["entity_id"])


def make(call: Call, order: dict[str, Any], body: dict[str, Any], source: str) -> dict[str, Any]:
    memory, stamp = call.memory, call.world.stamp()
    chosen = _chosen(order, body.get("items"))
    take(memory, order, chosen, source)
    is_first = not any(lines.number_of(each, "qty_shipped") for each in order["lines"])
    number = memory.number(KIND)
    shipment = {
        "billing_address_id": order.get("billing_address_id"),
        "created_at": stamp,
        "entity_id": number,
        "increment_id": f"{number:09d}",
        "order_id": order["entity_id"],
        "packages": [],
        "shipping_address_id": order.get("shipping", {}).get("entity_id"),
        "store_id": 1,
        "total_qty": plain_number(sum(quantity for _, quantity in chosen)),
        "updated_at": stamp,
        "items": [_item(memory, number, line, quantity) for line, quantity in chosen],
        "tracks": [_track(memory, number, order, each, stamp) for each in body.get("tracks") or []],
        "comments": lines.comment_of(body, memory.number("shipment_comment"), number, stamp),
        "extension_attributes": {"source_code": source},
    }
    for line, quantity in chosen:
        lines.count(order, line, "qty_shipped", quantity)
        line["updated_at"] = stamp
    states.settle(order)
    order_parts.save(memory, order, stamp if is_first else "")
    documents.save(memory, KIND, {name: value for name, value in shipment.items() if value is not None})
    return shipment


def _chosen(order: dict[str, Any], given: list[dict[str, Any]] | None) -> list[tuple[dict[str, Any], float]]:
    asked = lines.asked(order, given) if given else [(each, lines.to_ship(each)) for each in lines.own(order)]
    problems = []
    if order.get("state") in ("holded", "canceled", "closed", "payment_review"):
        problems.append(f"A shipment cannot be created when an order has a status of {order.get('status')}")
    elif not any(map(lines.is_shipped, lines.own(order))):
        problems.append("The order does not allow a shipment to be created.")
    found = []
    for line, quantity in asked:
        if line is None:
            problems.append("The shipment contains product item that is not part of the original order.")
        elif line.get("parent_item_id") or not lines.is_shipped(line):
            continue  # a child's own line ships with its parent's
        elif quantity > lines.to_ship(line) + 0.0001:
            sku = lines.sku_of(line)
            problems.append(
                f'The quantity to ship must not be greater than the unshipped quantity for product SKU "{sku}".'
            )
        elif quantity > 0:
            found.append((line, quantity))
    if not found:
        problems.append("You can't create a shipment without products.")
    lines.validate("Shipment", problems)
    return found


def take(
    memory: StoreMemory, order: dict[str, Any], chosen: list[tuple[dict[str, Any], float]], source: str
) -> None:
    """
    Take units from a source and book the compensation of their reservation.

    :raises Refusal: there is no such source, or it does not have them
    """
    has_sources = bool(memory.all(sources.SOURCE))
    if has_sources and memory.named(sources.SOURCE, source) is None:
        raise refused(NOT_SAVED)
    goods = [
        (line, sku, units)
        for line, quantity in chosen
        for sku, units in lines.taken(order, line, quantity)
        if (doc := memory.named("product", sku)) is None or items.is_managed(doc)
    ]
    for _line, sku, units in goods:
        held = items.quantity(memory, sku, source)
        if memory.named("product", sku) is not None and (held is None or held < units):
            raise refused(NOT_SAVED)
    stock = order.get("stock_id", 1)
    for line, sku, units in goods:
        before = salable.reserved(memory, sku, stock)
        items.move(memory, sku, source, -units)
        salable.reserve(memory, stock, sku, units, "shipment_created", order["increment_id"])
        line.setdefault("shipped_from", []).append([source, units])
        salable.note_shipped(memory, stock, sku, before)


def _item(memory: StoreMemory, number: int, line: dict[str, Any], quantity: float) -> dict[str, Any]:
    found = {
        "entity_id": memory.number("shipment_item"),
        "parent_id": number,
        "order_item_id": line["item_id"],
    }
    found |= {name: line[name] for name in ("name", "price", "product_id", "sku", "weight") if name in line}
    return found | {"qty": plain_number(quantity)}


def _track(
    memory: StoreMemory, number: int, order: dict[str, Any], given: dict[str, Any], stamp: str
) -> dict[str, Any]:
    return {
        "order_id": order["entity_id"],
        "created_at": stamp,
        "entity_id": memory.number("track"),
        "parent_id": number,
        "updated_at": stamp,
        "weight": given.get("weight"),
        "qty": given.get("qty"),
        "description": given.get("description"),
        "track_number": given.get("track_number"),
        "title": given.get("title"),
        "carrier_code": given.get("carrier_code"),
    }


def add_track(call: Call) -> dict[str, Any]:
    """
    Add a track; neither the shipment's nor the order's `updated_at` moves.

    :raises Refusal: there is no such shipment
    """
    given = call.body["entity"]
    shipment = documents.find(call.memory, KIND, given.get("parent_id") or 0)
    order = order_parts.find(call.memory, shipment["order_id"])
    track = _track(call.memory, shipment["entity_id"], order, given, call.world.stamp())
    shipment["tracks"].append(track)
    documents.save(call.memory, KIND, shipment)
    return track


def drop_track(call: Call) -> bool:
    """Delete a track; one that is gone already is no fault."""
    number = call.number("id")
    for shipment in call.memory.all(KIND):
        kept = [each for each in shipment["tracks"] if each["entity_id"] != number]
        if len(kept) != len(shipment["tracks"]):
            shipment["tracks"] = kept
            documents.save(call.memory, KIND, shipment)
    return True


def label(call: Call) -> Any:
    return documents.find(call.memory, KIND, call.number("id")).get("shipping_label")


ROUTES = (
    Route("POST", "order/{orderId}/ship", SHIP, ship),
    Route("GET", "shipments", RESOURCE, documents.lister(KIND, FIELDS)),
    Route("GET", "shipment/{id}", RESOURCE, documents.reader(KIND)),
    Route("POST", "shipment/track", RESOURCE, add_track),
    Route("DELETE", "shipment/track/{id}", RESOURCE, drop_track),
    Route("GET", "shipment/{id}/comments", RESOURCE, documents.comments(KIND)),
    Route("POST", "shipment/{id}/comments", RESOURCE, documents.commenter(KIND)),
    Route("POST", "shipment", RESOURCE, documents.keeper(KIND)),
    Route("POST", "shipment/{id}/emails", RESOURCE, documents.there(KIND)),
    Route("GET", "shipment/{id}/label", RESOURCE, label),
)
