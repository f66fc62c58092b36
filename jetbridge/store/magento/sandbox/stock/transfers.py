"""Many products at once: given to sources, taken from them, moved between them; and when stock is low."""

from typing import Any

from ..call import Call, Route
from ..errors import missing, refused
from ..memory import StoreMemory
from . import items, sources

EDIT = "Magento_Catalog::products"
NOTICE, BY_PRIORITY = "stock_notice", "get-sources-assigned-to-stock-ordered-by-priority"
ALGORITHMS = "Magento_InventorySourceSelectionApi::source_selection_algorithm"
NOTICE_READ, NOTICE_EDIT = (f"Magento_InventoryLowQuantityNotificationApi::{each}" for each in (
    "source_item_configuration_read", "source_item_configuration_edit",
))  # fmt: skip
ALGORITHM = {
    "code": "priority", "title": "Source Priority",
    "description": "Algorithm which provides Source Selections based on predefined priority of Sources",
}  # fmt: skip


def _check(memory: StoreMemory, codes: list[str]) -> None:
    """
    Look whether there are these sources.

    :raises Refusal: there is one of them not
    """
    for code in codes:
        if memory.named(sources.SOURCE, code) is None:
            raise refused("Source %sourceCode does not exist", code)


def assign(call: Call) -> int:
    """Give products to sources, without units; those that have them keep what they have."""
    codes, made = call.body["sourceCodes"], 0
    _check(call.memory, codes)
    for sku in call.body["skus"]:
        for code in codes:
            if items.quantity(call.memory, sku, code) is None:
                items.write(call.memory, sku, code, 0, 0)
                made += 1
    return made


def unassign(call: Call) -> int:
    gone = 0
    for sku in call.body["skus"]:
        for code in call.body["sourceCodes"]:
            gone += items.quantity(call.memory, sku, code) is not None
            call.memory.run("DELETE FROM source_items WHERE sku=? AND source_code=?", sku, code)
    return gone


def transfer(call: Call) -> bool:
    """
    Move all that products have in one source to another.

    :raises Refusal: a source that there is none of, or both the same
    """
    start, end, memory = call.body["originSource"], call.body["destinationSource"], call.memory
    _check(memory, [start, end])
    if start == end:
        raise refused("Cannot transfer a source on itself")
    for sku in call.body["skus"]:
        _move(memory, sku, start, end, items.quantity(memory, sku, start) or 0)
        if call.body["unassignFromOrigin"]:
            memory.run("DELETE FROM source_items WHERE sku=? AND source_code=?", sku, start)
    return True


def transfer_part(call: Call) -> list[Any]:
    """
    Move some units of products from one source to another.

    :raises Refusal: a source that there is none of, or more than it has
    """
    start, end, memory = call.body["originSourceCode"], call.body["destinationSourceCode"], call.memory
    _check(memory, [start, end])
    for each in call.body["items"]:
        if (items.quantity(memory, each["sku"], start) or 0) < each["qty"]:
            raise refused("Requested transfer amount for sku %1 is not available", each["sku"])
    for each in call.body["items"]:
        _move(memory, each["sku"], start, end, each["qty"])
    return []


def _move(memory: StoreMemory, sku: str, start: str, end: str, amount: float) -> None:
    if not amount:
        return
    items.move(memory, sku, start, -amount)
    if items.quantity(memory, sku, end) is None:
        items.write(memory, sku, end, 0, 1)
    items.move(memory, sku, end, amount)


def by_priority(call: Call) -> list[dict[str, Any]]:
    codes = sources.by_priority(call.memory, call.number("stockId"))
    found = (call.memory.named(sources.SOURCE, code) for code in codes)
    return [each for each in found if each is not None]


def drop_stock(call: Call) -> list[Any]:
    """
    Delete a stock with its links.

    :raises Refusal: it is the default stock, it sells to a website, or there is none
    """
    number = call.number("stockId")
    found = sources.stock(call)
    if number == 1:
        raise refused("Default Stock could not be deleted.")
    if (found.get("extension_attributes") or {}).get("sales_channels"):
        raise refused("Stock has at least one sale channel and could not be deleted.")
    call.memory.forget(sources.STOCK, number)
    return []


def notice(call: Call) -> dict[str, Any]:
    """
    Say of how many units on a source's stock of a product is low.

    :raises Refusal: the source does not have it
    """
    sku, code = call.params["sku"], call.params["sourceCode"]
    if items.quantity(call.memory, sku, code) is None:
        raise missing("Source Item Configuration for SKU %1 and source %2 isn't there.", sku, code)
    known = call.memory.meta(NOTICE, {}).get(f"{code}/{sku.lower()}")
    return {"source_code": code, "notify_stock_qty": 1 if known is None else known, "sku": sku}


def set_notices(call: Call) -> list[Any]:
    return _noted(
        call, {_key(each): each.get("notify_stock_qty") for each in call.body["sourceItemConfigurations"]}
    )


def drop_notices(call: Call) -> list[Any]:
    return _noted(call, dict.fromkeys(map(_key, call.body["sourceItems"])))


def _noted(call: Call, said: dict[str, Any]) -> list[Any]:
    call.memory.set_meta(NOTICE, {**call.memory.meta(NOTICE, {}), **said})
    return []


def _key(given: dict[str, Any]) -> str:
    return f"{given.get('source_code')}/{str(given.get('sku')).lower()}"


ROUTES = (
    Route("POST", "inventory/bulk-product-source-assign", EDIT, assign),
    Route("POST", "inventory/bulk-product-source-unassign", EDIT, unassign),
    Route("POST", "inventory/bulk-product-source-transfer", EDIT, transfer),
    Route("POST", "inventory/bulk-partial-source-transfer", EDIT, transfer_part),
    Route(
        "GET",
        f"inventory/{BY_PRIORITY}/{{stockId}}",
        sources.READ_SOURCE,
        by_priority,
    ),
    Route("DELETE", "inventory/stocks/{stockId}", "Magento_InventoryApi::stock_delete", drop_stock),
    Route("GET", "inventory/low-quantity-notification/{sourceCode}/{sku}", NOTICE_READ, notice),
    Route("POST", "inventory/low-quantity-notification", NOTICE_EDIT, set_notices),
    Route("POST", "inventory/low-quantity-notifications-delete", NOTICE_EDIT, drop_notices),
    Route(
        "GET",
        "inventory/source-selection-algorithm-list",
        ALGORITHMS,
        lambda _: [ALGORITHM],
    ),
)
