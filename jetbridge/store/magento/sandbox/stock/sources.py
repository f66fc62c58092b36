"""Sources, stocks, the links between them, and what each source holds of each SKU."""

from typing import Any

from .. import criteria, lists
from ..call import Call, Route, listed
from ..contract import number as plain_number
from ..errors import no_such_entity, refused
from ..memory import StoreMemory
from . import items

SOURCE, STOCK, LINK = "source", "stock", "stock_link"
READ_SOURCE, READ_STOCK = "Magento_InventoryApi::source", "Magento_InventoryApi::stock"
EDIT = "Magento_InventoryApi::stock_source_item_assign"
DEFAULT_STOCK = 1


def install(memory: StoreMemory) -> None:
    """Give a store the source and the stock that it is installed with."""
    source = {
        "source_code": items.DEFAULT, "name": "Default Source", "enabled": True, "description": "Default Source",
        "latitude": 0, "longitude": 0, "country_id": "US", "postcode": "00000", "use_default_carrier_config": True,
        "carrier_links": [], "extension_attributes": {"is_pickup_location_active": False, "frontend_name": ""},
    }  # fmt: skip
    memory.put(SOURCE, memory.number(SOURCE), source, name=items.DEFAULT)
    channel = {"sales_channels": [{"type": "website", "code": "base"}]}
    stock = {"stock_id": DEFAULT_STOCK, "name": "Default Stock", "extension_attributes": channel}
    memory.put(STOCK, memory.number(STOCK), stock, name="Default Stock")
    link = {"stock_id": DEFAULT_STOCK, "source_code": items.DEFAULT, "priority": 1}
    memory.put(LINK, memory.number(LINK), link, name=f"{DEFAULT_STOCK} {items.DEFAULT}", parent=DEFAULT_STOCK)


def by_priority(memory: StoreMemory, stock: int) -> list[str]:
    links = sorted(memory.children(LINK, stock), key=lambda each: each["priority"])
    return [each["source_code"] for each in links]


def codes_of(memory: StoreMemory, stock: int, *, only_enabled: bool = False) -> set[str]:
    codes = set(by_priority(memory, stock))
    if not only_enabled:
        return codes
    return {each["source_code"] for each in memory.all(SOURCE) if each["enabled"]} & codes


def resolved(memory: StoreMemory, website: str) -> dict[str, Any]:
    """
    Return the stock that serves a website.

    :raises Refusal: none does
    """
    for stock in memory.all(STOCK):
        if any(each["code"] == website for each in stock["extension_attributes"]["sales_channels"]):
            return stock
    raise refused("No linked stock found")


def source_list(call: Call) -> dict[str, Any]:
    return lists.members(call, call.memory.all(SOURCE))


def source(call: Call) -> dict[str, Any]:
    code = call.params["sourceCode"]
    found = call.memory.named(SOURCE, code)
    if found is None:
        raise no_such_entity("source_code", code)
    return found


def save_source(call: Call) -> list[Any]:
    """
    Make a source, or change the one of its code.

    :raises Refusal: it lacks a code, a name, a country or a post code
    """
    given = call.body["source"]
    code = call.params.get("sourceCode") or given.get("source_code")
    held = call.memory.named(SOURCE, code or "")
    doc = {
        **(held or {"enabled": True, "carrier_links": []}),
        **{k: v for k, v in given.items() if v is not None},
    }
    doc["source_code"] = code
    for name in ("source_code", "name", "country_id", "postcode"):
        if not doc.get(name):
            raise refused("Validation Failed", f'"{name}" can not be empty.')
    number = next((n for n, name in call.memory.each_name(SOURCE) if name == code), None)
    doc.setdefault("extension_attributes", {"is_pickup_location_active": False, "frontend_name": ""})
    call.memory.put(SOURCE, number or call.memory.number(SOURCE), doc, name=str(code))
    return []


def stock_list(call: Call) -> dict[str, Any]:
    return lists.members(call, call.memory.all(STOCK))


def stock(call: Call) -> dict[str, Any]:
    number = call.number("stockId")
    found = call.memory.get(STOCK, number)
    if found is None:
        raise no_such_entity("stock_id", number)
    return found


def save_stock(call: Call) -> int:
    """
    Make or change a stock; a website that it is given leaves the stock that it had.

    :raises Refusal: it has no name, or there is none of this number
    """
    given = call.body["stock"]
    number = call.number("stockId") if "stockId" in call.params else given.get("stock_id")
    held = stock(Call(call.world, call.request, params={"stockId": str(number)})) if number else None
    if not (given.get("name") or held):
        raise refused("Validation Failed")
    number = number or call.memory.number(STOCK)
    channels = (given.get("extension_attributes") or {}).get("sales_channels")
    doc = held or {"stock_id": number, "extension_attributes": {"sales_channels": []}}
    doc["name"] = given.get("name") or doc["name"]
    if channels is not None:
        plain = [{"type": each.get("type") or "website", "code": each.get("code")} for each in channels]
        _take_from_others(call.memory, number, {each["code"] for each in plain})
        doc["extension_attributes"] = {"sales_channels": plain}
    call.memory.put(STOCK, number, {"stock_id": number, "name": doc["name"], **doc}, name=doc["name"])
    return int(number)


def _take_from_others(memory: StoreMemory, number: int, codes: set[str]) -> None:
    for other in memory.all(STOCK):
        if other["stock_id"] != number:
            channels = other["extension_attributes"]["sales_channels"]
            other["extension_attributes"]["sales_channels"] = [e for e in channels if e["code"] not in codes]
            memory.put(STOCK, other["stock_id"], other, name=other["name"])


def link_list(call: Call) -> dict[str, Any]:
    return lists.members(call, call.memory.all(LINK))


def save_links(call: Call) -> list[Any]:
    """
    Let sources serve a stock.

    :raises Refusal: the default source belongs to the default stock alone, and this to it
    """
    for each in map(_link, call.body["links"]):
        if (each["source_code"] == items.DEFAULT) != (each["stock_id"] == DEFAULT_STOCK):
            raise refused("Validation Failed", "Can not save link related to Default Source or Default Stock")
        if call.memory.named(SOURCE, each["source_code"]) is None:
            raise refused("Could not save StockSourceLinks")
        name = f"{each['stock_id']} {each['source_code']}"
        number = next((n for n, known in call.memory.each_name(LINK) if known == name), None)
        doc = {
            "stock_id": each["stock_id"],
            "source_code": each["source_code"],
            "priority": each.get("priority") or 1,
        }
        call.memory.put(LINK, number or call.memory.number(LINK), doc, name=name, parent=each["stock_id"])
    return []


def _link(given: dict[str, Any]) -> dict[str, Any]:
    """Read a link whose parts may be left out: of no stock, or no source, there is none."""
    return {**given, "stock_id": given.get("stock_id") or 0, "source_code": given.get("source_code") or ""}


def drop_links(call: Call) -> list[Any]:
    names = {f"{each['stock_id']} {each['source_code']}" for each in map(_link, call.body["links"])}
    for number, name in list(call.memory.each_name(LINK)):
        if name in names:
            call.memory.forget(LINK, number)
    return []


def item_list(call: Call) -> dict[str, Any]:
    """
    List what sources hold, without any date: the cheap way to read all stock.

    :raises Refusal: no criteria, or a field that there is none of
    """
    known = {"source_item_id": True, "sku": False, "source_code": False, "quantity": True, "status": True}

    def column(name: str) -> tuple[str, bool]:
        if name not in known:
            raise lists.crash(name)
        return ("id" if name == "source_item_id" else name), known[name]

    asked = call.criteria()
    where, params = criteria.where(asked, column)
    order = criteria.order_by(asked, column, "id")
    sql = f"SELECT sku, source_code, quantity, status FROM source_items WHERE {where}"  # noqa: S608
    rows = call.memory.rows(f"{sql} ORDER BY {order} LIMIT ? OFFSET ?", *params, *asked.window)
    total = call.memory.rows(f"SELECT COUNT(*) FROM source_items WHERE {where}", *params)[0][0]  # noqa: S608
    found = [
        {"sku": sku, "source_code": code, "quantity": plain_number(quantity), "status": status}
        for sku, code, quantity, status in rows
    ]
    return listed(found, asked, total)


def save_items(call: Call) -> list[Any]:
    """
    Write absolute quantities; unknown SKUs and quantities below zero are taken.

    :raises Refusal: a source that there is none of
    """
    given = call.body["sourceItems"]
    for each in given:
        if call.memory.named(SOURCE, each.get("source_code") or "") is None or not each.get("sku"):
            raise refused("Could not save Source Item")
        items.write(
            call.memory, each["sku"], each["source_code"], each.get("quantity") or 0, each.get("status") or 0
        )
        _note_status(call.memory, each)
    return []


def _note_status(memory: StoreMemory, given: dict[str, Any]) -> None:
    """The default source's status is what the older stock item says."""
    doc = memory.named("product", given["sku"]) if given["source_code"] == items.DEFAULT else None
    if doc is not None:
        doc["stock"]["is_in_stock"] = bool(given.get("status"))
        doc["has_no_quantity"] = False
        memory.put("product", doc["id"], doc, name=doc["sku"], updated_at=doc["updated_at"])


def drop_items(call: Call) -> list[Any]:
    for each in call.body["sourceItems"]:
        sql = "DELETE FROM source_items WHERE sku=? AND source_code=?"
        call.memory.run(sql, each.get("sku") or "", each.get("source_code") or "")
    return []


ROUTES = (
    Route("GET", "inventory/sources", READ_SOURCE, source_list),
    Route("GET", "inventory/sources/{sourceCode}", READ_SOURCE, source),
    Route("POST", "inventory/sources", "Magento_InventoryApi::source_edit", save_source),
    Route("PUT", "inventory/sources/{sourceCode}", "Magento_InventoryApi::source_edit", save_source),
    Route("GET", "inventory/stocks", READ_STOCK, stock_list),
    Route("GET", "inventory/stocks/{stockId}", READ_STOCK, stock),
    Route("POST", "inventory/stocks", "Magento_InventoryApi::stock_edit", save_stock),
    Route("PUT", "inventory/stocks/{stockId}", "Magento_InventoryApi::stock_edit", save_stock),
    Route("GET", "inventory/stock-source-links", "Magento_InventoryApi::stock_source_link", link_list),
    Route("POST", "inventory/stock-source-links", "Magento_InventoryApi::stock_source_link", save_links),
    Route("POST", "inventory/stock-source-links-delete", "Magento_InventoryApi::stock_source_link", drop_links),
    Route(
        "GET", "inventory/stock-resolver/{type}/{code}", "Magento_InventorySalesApi::stock",
        lambda call: resolved(call.memory, call.params["code"]),
    ),
    Route("GET", "inventory/source-items", READ_SOURCE, item_list),
    Route("POST", "inventory/source-items", EDIT, save_items),
    Route("POST", "inventory/source-items-delete", EDIT, drop_items),
)  # fmt: skip
