"""What invoices, shipments and credit memos have in common: where they are kept, and how they are read."""

from collections.abc import Callable, Collection
from typing import Any

from .. import lists
from ..call import Call, listed_of
from ..errors import not_there
from ..memory import StoreMemory

Made = dict[str, Any]
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
