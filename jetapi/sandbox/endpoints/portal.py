"""What the partner portal's own pages asked for; undocumented, used by integrators."""

import csv
import io

from ..calls import Call
from ..kit.wire import Answer, Document, ok
from ..rules import checklist, orders, skus
from .orders import named

PAGE = 5000
COLUMNS = ("merchant_sku", "product_title", "status", "sub_status", "price", "inventory", "is_archived")


def setup_status(call: Call) -> Answer:
    return ok(checklist.status(call.world, call.mode))


def merchant_skus(call: Call) -> Answer:
    """List SKUs with their statuses in pages of up to 5,000."""
    start = call.whole_number("from", 0, most=2**53)
    size = call.whole_number("size", PAGE, most=PAGE)
    found = _listed(call, start, size)
    call.world.seen("sku.", call.mode)
    return ok({"merchant_skus": [_row(doc) for doc in found]})


def export(call: Call) -> Answer:
    """Give the same list as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for doc in _listed(call, 0, -1):
        row = _row(doc)
        writer.writerow({**row, "sub_status": "; ".join(row["sub_status"])})
    return Answer(200, text.getvalue().encode("utf-8"), content_type="text/csv; charset=utf-8")


def _listed(call: Call, start: int, size: int) -> list[Document]:
    statuses = [each.strip() for each in call.request.query().get("statuses", "").split(",") if each.strip()]
    marks = ",".join("?" * len(statuses))
    where = f"status COLLATE NOCASE IN ({marks})" if statuses else ""
    return call.world.store.docs(skus.KIND, call.mode, where, *statuses, limit=size, skip=start)


def _row(doc: Document) -> Document:
    return {
        "merchant_sku": doc["merchant_sku"],
        "product_title": doc["content"].get("product_title", ""),
        "status": doc["status"],
        "sub_status": doc["sub_status"],
        "price": doc.get("price", {}).get("price"),
        "inventory": sum(kept["quantity"] for kept in doc.get("inventory", {}).values()),
        "is_archived": doc["is_archived"],
    }


def order_history(call: Call) -> Answer:
    """Return what happened to an order, oldest first."""
    order = orders.load(call.world, call.mode, named(call))
    events: list[Document] = [
        {"eventType": "order_created", "eventDate": order["order_placed_date"], "payload": {}}
    ]
    if order.get("order_ready_date"):
        events.append({"eventType": "order_ready", "eventDate": order["order_ready_date"], "payload": {}})
    if order.get("order_acknowledge_date"):
        payload = {"acknowledgement_status": order.get("acknowledgement_status", "accepted")}
        at = order["order_acknowledge_date"]
        events.append({"eventType": "order_acknowledged", "eventDate": at, "payload": payload})
    return ok([*events, *_shipped_events(order, compat=call.options.compat)])


def _shipped_events(order: Document, *, compat: bool) -> list[Document]:
    """Word what was shipped: compat each message as it was sent, else all of it as the order shows it."""
    if compat and order.get("_messages"):
        return [
            {"eventType": "order_shipped", "eventDate": each["at"], "payload": each["payload"]}
            for each in order["_messages"]
        ]
    if order.get("shipments"):
        return [{"eventType": "order_shipped", "payload": {"shipments": order["shipments"]}}]
    return []
