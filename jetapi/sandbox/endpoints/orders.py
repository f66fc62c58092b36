"""The order endpoints and the order generator."""

from typing import Any

from ..calls import Call
from ..kit import checks
from ..kit.wire import Answer, Rejected, Unknown, ok, reject_if, segment
from ..rules import acknowledgements, new_orders, orders, shipments
from ..wire import empty

MOST_GENERATED = 1000


def _urls(ids: list[str]) -> Answer:
    """Word a list; these URLs have a slash in front, and the key is there even when the list is empty."""
    return ok({"order_urls": [f"/orders/withoutShipmentDetail/{segment(each)}" for each in ids]})


def listed(call: Call) -> Answer:
    query = call.request.query()
    found = orders.list_ids(
        call.world,
        call.mode,
        call.params["status"],
        cancelled=_flag(query.get("iscancelled"), "isCancelled"),
        node=query.get("fulfillment_node", ""),
    )
    call.world.seen("order.", call.mode)
    return _urls(found)


def _flag(text: str | None, name: str) -> bool | None:
    if text is None or not text.strip():
        return None
    if text.strip().lower() not in ("true", "false"):
        raise Rejected(f"{name} must be true or false.")
    return text.strip().lower() == "true"


def listed_by_tag(call: Call) -> Answer:
    tagged = call.params["tagged"].lower()
    if tagged not in ("true", "false"):
        raise Unknown("A tagged list ends in /true or /false.")
    found = orders.list_ids(
        call.world, call.mode, call.params["status"], tag=call.params["tag"], tagged=tagged == "true"
    )
    call.world.seen("order.", call.mode)
    return _urls(found)


def directed_cancels(call: Call) -> Answer:
    return _urls(orders.list_directed_cancels(call.world, call.mode))


def get(call: Call) -> Answer:
    order = orders.load(call.world, call.mode, named(call))
    call.world.seen("order.", call.mode, order["merchant_order_id"])
    return ok(orders.as_shown(order, compat=call.options.compat))


def named(call: Call) -> str:
    """Give the id of the order in the path, whichever of its ids stands there."""
    return orders.id_of(call.world, call.mode, call.params["id"])


def acknowledge(call: Call) -> Answer:
    acknowledgements.acknowledge(call.world, call.mode, named(call), call.document())
    return empty(204)


def shipped(call: Call) -> Answer:
    shipments.ship(call.world, call.mode, named(call), call.document(), sent=call.sent)
    return empty(204)


def tag(call: Call) -> Answer:
    body = call.document() if call.request.body.strip() else {}
    orders.tag(call.world, call.mode, named(call), body)
    return empty(204)


def generate(call: Call) -> Answer:
    """Make n ready orders at once, as the portal's order generator did."""
    count = call.params["count"]
    if not count.isdecimal() or not 1 <= int(count[:9]) <= MOST_GENERATED:
        raise Rejected(f"The number of orders must be 1 to {MOST_GENERATED}.")
    body = call.document()
    lines = _lines(body.get("items"))
    node = body.get("fulfillment_node") or ""
    if node and node not in call.world.nodes(call.account):
        raise Rejected("fulfillment_node is not one of the merchant's nodes.")
    ids = [new_orders.place(call.world, call.mode, lines, node=str(node)) for _ in range(int(count))]
    return _urls(ids)


def _lines(items: Any) -> list[new_orders.Line]:
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        raise Rejected("items is required and must be a list of objects with sku and order_quantity.")
    fields = {"order_quantity": checks.whole(0, 10**6), "order_cancel_quantity": checks.whole(0, 10**6)}
    found = []
    for place, each in enumerate(items):
        found += checks.problems(each, fields, f"items[{place}].")
    reject_if(found)
    return [
        new_orders.Line(
            each.get("sku", ""), each.get("order_quantity") or 0, each.get("order_cancel_quantity") or 0
        )
        for each in items
    ]
