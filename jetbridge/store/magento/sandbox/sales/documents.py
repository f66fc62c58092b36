"""What invoices, shipments and credit memos have in common: where they are kept, and how they are read."""

from collections.abc import Callable, Collection
from typing import Any

from .. import lists
from ..call import Call, listed_of
from ..errors import not_there
from ..memory import StoreMemory

Made = dict[str, Any]
OF_SHIPMENTS = (
    "billing_address_id", "shipping_address_id", "store_id", "created_at", "updated_at", "entity_id", "increment_id",
    "order_id",
)  # fmt: skip
COLUMNS = {"entity_id": "id", "increment_id": "name", "order_id": "parent", "updated_at": "updated_at"}


def begun(order: dict[str, Any], number: int, stamp: str) -> dict[str, Any]:
    """Return what invoices and credit memos take over from their order."""
    names = (
        "base_currency_code",
        "base_to_global_rate",
        "base_to_order_rate",
        "billing_address_id",
        "global_currency_code",
        "order_currency_code",
        "store_currency_code",
        "store_id",
        "store_to_base_rate",
        "store_to_order_rate",
    )
    found = {name: order[name] for name in names if order.get(name) is not None}
    if "shipping" in order:
        found["shipping_address_id"] = order["shipping"]["entity_id"]
    return found | {
        "created_at": stamp,
        "updated_at": stamp,
        "entity_id": number,
        "increment_id": f"{number:09d}",
        "order_id": order["entity_id"],
    }


def save(memory: StoreMemory, kind: str, made: Made) -> None:
    memory.put(
        kind, made["entity_id"], made, name=made["increment_id"], parent=made["order_id"],
        updated_at=made["updated_at"],
    )  # fmt: skip


def find(memory: StoreMemory, kind: str, number: int) -> Made:
    """
    Return a document.

    :raises Refusal: there is none of this number
    """
    found = memory.get(kind, number)
    if found is None:
        raise not_there()
    return found


def reader(kind: str) -> Callable[[Call], Made]:
    return lambda call: find(call.memory, kind, call.number("id"))


def lister(kind: str, fields: Collection[str]) -> Callable[[Call], dict[str, Any]]:
    """Return what lists a kind; it can be filtered by its columns and by these fields."""
    return lambda call: lists.entities(call, kind, lists.known_column(COLUMNS, fields), lambda made: made)


def comments(kind: str) -> Callable[[Call], dict[str, Any]]:
    """Return what lists the comments of a document."""

    def listed(call: Call) -> dict[str, Any]:
        found = find(call.memory, kind, call.number("id"))
        return listed_of(found["entity_id"], found["comments"])

    return listed


def commenter(kind: str) -> Callable[[Call], Made]:
    """Return what adds a comment to a document: the one of the path, or the one that the comment names."""

    def commented(call: Call) -> Made:
        given = {name: value for name, value in call.body["entity"].items() if value is not None}
        number = call.number("id") if "id" in call.params else given.get("parent_id") or 0
        found = find(call.memory, kind, number)
        row = {**given, "entity_id": call.memory.number(f"{kind}_comment"), "parent_id": found["entity_id"]}
        row["created_at"] = call.world.stamp()
        found["comments"].append(row)
        save(call.memory, kind, found)
        return row

    return commented


def there(kind: str) -> Callable[[Call], bool]:
    """Return what says of a document only that it is there: its mail is sent to nobody here."""
    return lambda call: bool(find(call.memory, kind, call.number("id")))


def keeper(kind: str) -> Callable[[Call], Made]:
    """Return what keeps a document as it is sent: nothing is checked, no stock moves and no order follows."""

    def kept(call: Call) -> Made:
        given = {name: value for name, value in call.body["entity"].items() if value is not None}
        order = find(call.memory, "order", given.get("order_id") or 0)
        known = call.memory.get(kind, given.get("entity_id") or 0)
        number = known["entity_id"] if known else call.memory.number(kind)
        first = begun(order, number, call.world.stamp())
        if kind == "shipment":
            first = {name: value for name, value in first.items() if name in OF_SHIPMENTS} | {"tracks": []}
        made = known or {**first, "items": [], "comments": []}
        made |= {
            **given,
            "entity_id": number,
            "increment_id": given.get("increment_id") or made["increment_id"],
        }
        for name in ("items", "comments", "tracks"):
            for each in made.get(name, ()):
                own = each.get("entity_id") or call.memory.number(f"{kind}_{name}")
                each |= {"entity_id": own, "parent_id": number}
        save(call.memory, kind, made)
        return made

    return kept
