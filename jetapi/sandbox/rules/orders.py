"""Orders as the sandbox keeps them: lists, units that are still open, tags, the fraud window, directed cancels."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .. import dates
from ..kit.wire import Document, Rejected, Unknown, quoted, reject_if
from ..store import Columns
from ..words import ORDER_STATUSES
from ..world import World

KIND = "order"
LISTED_FOR = timedelta(days=90)
LIST_CAP = 1000
OTHER_IDS = ("reference_order_id", "alt_order_id")
BY_OTHER_ID = "SELECT id FROM documents WHERE kind='order' AND account=?"
ANSWER_WITHIN = timedelta(minutes=15)
OPEN = ("created", "ready", "acknowledged", "inprogress")


class Units(NamedTuple):
    """How many units were asked for, shipped and cancelled."""

    ordered: int
    shipped: int
    cancelled: int

    @property
    def open(self) -> int:
        return max(0, self.ordered - self.shipped - self.cancelled)


def load(world: World, account: str, order_id: str) -> Document:
    """
    Give an order as it is kept.

    :raises Unknown: the account has no such order
    """
    order = world.store.get(KIND, account, order_id)
    if order is None:
        raise Unknown(f"The order {quoted(order_id)} was not found.")
    return order


def id_of(world: World, account: str, named: str) -> str:
    """Give the id of an order that a path names; compat takes its other two ids, of several orders the newest."""
    if not world.options.compat or world.store.has(KIND, account, named):
        return named
    for name in OTHER_IDS:
        sql = f"{BY_OTHER_ID} AND json_extract(doc, '$.{name}')=? ORDER BY seq DESC LIMIT 1"
        for (found,) in world.store.rows(sql, account, named):
            return str(found)
    return named


def save(world: World, account: str, order: Document) -> None:
    columns = Columns(
        status=order["status"],
        at=dates.parse(order["order_placed_date"], naive_is_utc=True).timestamp(),
        tag=order.get("_tag", ""),
        node=order["fulfillment_node"],
        flag=has_cancelled_units(order),
    )
    world.store.put(KIND, account, order["merchant_order_id"], order, columns)


def has_cancelled_units(order: Document) -> bool:
    """Return whether units were cancelled, by Jet's request or by the merchant."""
    by_merchant = any(int(item.get("response_shipment_cancel_qty") or 0) > 0 for item in shipped_items(order))
    asked = any(item["request_order_cancel_qty"] > 0 for item in order["order_items"])
    return bool(order.get("jet_request_directed_cancel") or asked or by_merchant or order.get("_declined"))


def shipped_items(order: Document) -> Iterable[Document]:
    for shipment in order.get("shipments") or ():
        yield from shipment["shipment_items"]


def list_ids(
    world: World,
    account: str,
    status: str,
    *,
    cancelled: bool | None = None,
    node: str = "",
    tag: str = "",
    tagged: bool | None = None,
) -> list[str]:
    """
    List the ids of the last 90 days, oldest first, at most 1,000.

    :raises Unknown: not a status of Jet's
    """
    if status.lower() not in ORDER_STATUSES:
        raise Unknown(f"There is no order status {quoted(status)}.")
    where, params = ["status=?", "at>=?"], [status.lower(), (world.now() - LISTED_FOR).timestamp()]
    for condition, value in (("flag=?", cancelled), ("node=?", node or None)):
        if value is not None:
            where.append(condition)
            params.append(value)
    if tagged is not None:
        where.append("tag=?" if tagged else "tag<>?")
        params.append(tag)
    return world.store.ids(KIND, account, " AND ".join(where), *params, limit=LIST_CAP)


def list_directed_cancels(world: World, account: str) -> list[str]:
    """List the orders of which Jet requests to cancel units and that are still open."""
    marks = ",".join("?" * len(OPEN))
    where = f"status IN ({marks}) AND flag=1 AND at>=?"
    since = (world.now() - LISTED_FOR).timestamp()
    found = world.store.docs(KIND, account, where, *OPEN, since)
    asked = [order["merchant_order_id"] for order in found if order.get("jet_request_directed_cancel")]
    return asked[:LIST_CAP]


def units_of(item: Document) -> int:
    """Count a line's units; a generated cancel test asks for 0 units of which 1 is to be cancelled."""
    return max(int(item["request_order_quantity"]), int(item["request_order_cancel_qty"]))


def units_by_sku(order: Document) -> dict[str, Units]:
    """Add up each SKU's units over the order's lines and shipments."""
    tally: dict[str, list[int]] = {}
    for item in order["order_items"]:
        row = tally.setdefault(item["merchant_sku"], [0, 0, 0])
        row[0] += units_of(item)
        row[2] += order.get("_declined", {}).get(item["order_item_id"], 0)
    for item in shipped_items(order):
        row = tally.setdefault(item["merchant_sku"], [0, 0, 0])
        row[1] += int(item.get("response_shipment_sku_quantity") or 0)
        row[2] += int(item.get("response_shipment_cancel_qty") or 0)
    return {sku: Units(*row) for sku, row in tally.items()}


def shipped_by_item(order: Document) -> dict[str, int]:
    """Spread the shipped units over the lines; where a SKU stands on two lines they fill in order."""
    left = {sku: units.shipped for sku, units in units_by_sku(order).items()}
    spread = {}
    for item in order["order_items"]:
        taken = min(left[item["merchant_sku"]], units_of(item))
        left[item["merchant_sku"]] -= taken
        spread[item["order_item_id"]] = taken
    return spread


def tag(world: World, account: str, order_id: str, raw: Any) -> None:
    """
    Give an order a tag in the place of any other; a blank one takes it away.

    :raises Rejected: the tag is not text
    :raises Unknown: no such order
    """
    order = load(world, account, order_id)
    if not isinstance(raw, dict):
        raise Rejected("The request body must be a JSON object.")
    value = raw.get("tag")
    if value is not None and not isinstance(value, str):
        raise Rejected("tag must be text.")
    order["_tag"] = (value or "").strip()
    save(world, account, order)


def become_ready(world: World, account: str, order_id: str, when: datetime) -> None:
    """End the fraud and cancel window: the merchant has fifteen minutes to answer from now on."""
    order = load(world, account, order_id)
    if order["status"] != "created":
        return
    order["status"] = "ready"
    order["order_ready_date"] = dates.order_date(when)
    save(world, account, order)
    world.schedule.deadline("order.late", account, order_id, at=when + ANSWER_WITHIN)


def note_late(world: World, account: str, order_id: str, _when: datetime) -> None:
    """Note that nobody answered in fifteen minutes; the order stays ready, since nobody knows what Jet then did."""
    order = load(world, account, order_id)
    if order["status"] == "ready":
        order["_late"] = True
        save(world, account, order)


def request_cancels(world: World, account: str, order_id: str, items: Any) -> None:
    """
    Let Jet ask for units to be cancelled, before the order is ready or after.

    :raises Rejected: the order is complete, or a line has not that many units open
    :raises Unknown: no such order, no such line
    """
    order = load(world, account, order_id)
    if order["status"] not in OPEN:
        raise Rejected(f"The order is {order['status']}; units of an open order only can be cancelled.")
    quantities = _cancel_quantities(order, items)
    left = {sku: units.open for sku, units in units_by_sku(order).items()}
    found = []
    for line in order["order_items"]:
        quantity = quantities.get(line["order_item_id"], 0)
        if quantity > min(units_of(line), left[line["merchant_sku"]]):
            found.append(f"items: {line['order_item_id']} has fewer than {quantity} units open.")
    reject_if(found)
    for line in order["order_items"]:
        quantity = quantities.get(line["order_item_id"], 0)
        line["request_order_cancel_qty"] = max(line["request_order_cancel_qty"], quantity)
    order["jet_request_directed_cancel"] = True
    save(world, account, order)


def _cancel_quantities(order: Document, items: Any) -> dict[str, int]:
    lines = {line["order_item_id"]: line for line in order["order_items"]}
    if items is None:
        return {key: units_of(line) for key, line in lines.items()}
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        raise Rejected("items must be a list of objects with order_item_id and quantity.")
    quantities = {}
    for each in items:
        key, quantity = each.get("order_item_id"), each.get("quantity", 1)
        if not isinstance(key, str) or key not in lines:
            raise Unknown(f"The order has no item {quoted(key)}.")
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
            raise Rejected("items: quantity must be a whole number of 1 or more.")
        quantities[key] = quantity
    return quantities


def complete(world: World, order: Document, when: datetime) -> None:
    """Close an order; the caller saves it."""
    order["status"] = "complete"
    order["_completed"] = dates.order_date(when)


def as_shown(order: Document, *, compat: bool) -> Document:
    """Word an order as GET does; a directed cancel under both of its names, the merchant's id also without one."""
    body = {name: value for name, value in order.items() if not name.startswith("_")}
    if compat:
        body.setdefault("alt_order_id", None)
    if body.get("jet_request_directed_cancel"):
        body["jet_requested_directed_cancel"] = True
    return body
