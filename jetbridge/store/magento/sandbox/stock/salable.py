"""
What may be sold: the sources' quantities and the reservations beside them, less the threshold of being sold out.

Two ledgers: an order reserves, its shipment takes from a source and gives the reservation back. On a stock other than
the default, a shipment that leaves less than was reserved before it hides the quantity until a consumer ran.
"""

from collections.abc import Iterable
from typing import Any

from .. import criteria
from ..call import Call, Route, listed
from ..contract import number as plain_number
from ..contract import whole
from ..errors import BROKEN, Crash, internal, missing, refused
from ..memory import StoreMemory
from . import items, sources

RESOURCE = "Magento_InventorySalesApi::stock"
NO_SOURCES = "Can't check requested quantity for products without Source Items support."


def held(memory: StoreMemory, sku: str, stock: int) -> float:
    """Return what the stock's sources have that are switched on and in stock."""
    codes = sources.codes_of(memory, stock, only_enabled=True)
    rows = memory.rows("SELECT source_code, quantity, status FROM source_items WHERE sku=?", sku)
    return float(sum(amount for code, amount, status in rows if code in codes and status))


def reserved(memory: StoreMemory, sku: str, stock: int) -> float:
    """Return the sum of the reservations: below zero while orders are open."""
    rows = memory.rows(
        "SELECT COALESCE(SUM(quantity), 0) FROM reservations WHERE sku=? AND stock_id=?", sku, stock
    )
    return float(rows[0][0])


def reserve(memory: StoreMemory, stock: int, sku: str, quantity: float, event: str, order: str) -> None:
    sql = "INSERT INTO reservations (stock_id, sku, quantity, event, increment_id) VALUES (?, ?, ?, ?, ?)"
    memory.run(sql, stock, sku, quantity, event, order)


def has_rows(memory: StoreMemory, sku: str, stock: int) -> bool:
    codes = sources.codes_of(memory, stock)
    return any(
        code in codes for (code,) in memory.rows("SELECT source_code FROM source_items WHERE sku=?", sku)
    )


def quantity(memory: StoreMemory, doc: dict[str, Any], stock: int) -> float:
    """Return the salable quantity as the store reckons it for an order: without what its index hides."""
    return held(memory, doc["sku"], stock) + reserved(memory, doc["sku"], stock) - items.least(doc)


def exported(memory: StoreMemory, doc: dict[str, Any], stock: int) -> tuple[float, bool]:
    """Return what the store says outside: the quantity, and whether it sells."""
    if doc["type_id"] == "configurable":
        return 0, True
    if not items.is_managed(doc) or (not doc["stock"]["is_in_stock"] and _is_sold(memory, doc, stock)):
        return 0, True
    if is_lagging(memory, stock, doc["sku"]):
        return 0, True
    amount = quantity(memory, doc, stock)
    if items.has_backorders(doc):
        return amount, True
    return (amount, True) if amount > 0 else (0, False)


def _is_sold(memory: StoreMemory, doc: dict[str, Any], stock: int) -> bool:
    """A product that a person marked as out of stock still sells from its sources."""
    return held(memory, doc["sku"], stock) > 0


def note_shipped(memory: StoreMemory, stock: int, sku: str, reserved_before: float) -> None:
    """Hide the quantity of a stock other than the default, where less is left than was reserved before."""
    if stock != sources.DEFAULT_STOCK and held(memory, sku, stock) < -reserved_before:
        memory.set_meta("lagging", [*memory.meta("lagging", []), [stock, sku.lower()]])


def is_lagging(memory: StoreMemory, stock: int, sku: str) -> bool:
    return stock != sources.DEFAULT_STOCK and [stock, sku.lower()] in memory.meta("lagging", [])


def tick(memory: StoreMemory) -> None:
    """Let the store's consumer run that brings its index up to date."""
    memory.set_meta("lagging", [])


def clean_up(memory: StoreMemory) -> None:
    """Forget the reservations of orders whose sum is zero, as the store does each night."""
    memory.run(
        "DELETE FROM reservations WHERE increment_id IN (SELECT increment_id FROM reservations"
        " GROUP BY increment_id, sku, stock_id HAVING ABS(SUM(quantity)) < 0.0001)"
    )


def _product(call: Call, sku: str) -> dict[str, Any]:
    found = call.memory.named("product", sku)
    if found is None:
        raise Crash(BROKEN)
    return found


def salable_quantity(call: Call) -> Any:
    """
    Return one SKU's salable quantity.

    :raises Refusal: it is a parent
    :raises Crash: there is no such SKU
    """
    doc, stock = _product(call, call.params["sku"]), call.number("stockId")
    if doc["type_id"] == "configurable":
        raise refused(NO_SOURCES)
    if not items.is_managed(doc):
        return plain_number(held(call.memory, doc["sku"], stock))
    return plain_number(exported(call.memory, doc, stock)[0])


def is_salable(call: Call) -> bool:
    doc, stock = _product(call, call.params["sku"]), call.number("stockId")
    return _sells(call.memory, doc, stock)


def _sells(memory: StoreMemory, doc: dict[str, Any], stock: int) -> bool:
    return not items.is_managed(doc) or items.has_backorders(doc) or quantity(memory, doc, stock) > 0


def are_salable(call: Call) -> list[dict[str, Any]]:
    skus, stock = call.query.get("skus"), whole(str(call.query.get("stockId") or ""))
    named: Iterable[Any] = skus.values() if isinstance(skus, dict) else []
    found = []
    for sku in named:
        doc = call.memory.named("product", str(sku))
        sells = doc is not None and _sells(call.memory, doc, stock)
        found.append({"sku": str(sku), "stock_id": stock, "salable": sells})
    return found


def is_salable_for(call: Call) -> dict[str, Any]:
    """Say whether so many may be sold, and every reason why not."""
    doc, stock = _product(call, call.params["sku"]), call.number("stockId")
    try:
        asked = float(call.params["requestedQty"])
    except ValueError:
        asked = 0
    return salable_result(call.memory, doc, stock, asked)


def are_salable_for(call: Call) -> list[dict[str, Any]]:
    """
    Say of several SKUs whether so many of each may be sold; one that there is none of breaks the whole answer.

    :raises Crash: there is no such SKU
    """
    requests, stock = call.query.get("skuRequests"), whole(str(call.query.get("stockId") or ""))
    asked: Iterable[Any] = requests.values() if isinstance(requests, dict) else []
    found = []
    for each in asked:
        doc = _product(call, str(each.get("sku") or ""))
        result = salable_result(call.memory, doc, stock, float(each.get("qty") or 0))
        found.append({"sku": str(each["sku"]), "stock_id": stock, **result})
    return found


def salable_result(memory: StoreMemory, doc: dict[str, Any], stock: int, asked: float) -> dict[str, Any]:
    if not items.is_managed(doc) or items.has_backorders(doc) or quantity(memory, doc, stock) >= asked:
        return {"salable": True, "errors": []}
    reasons = (
        ("back_order-disabled", "Backorders are disabled"), ("manage_stock-enabled", "Manage stock is enabled"),
        ("is_salable_with_reservations-not_enough_qty", "The requested qty is not available"),
    )  # fmt: skip
    return {"salable": False, "errors": [{"code": code, "message": text} for code, text in reasons]}


def _stock_of(call: Call) -> int:
    """
    Return the stock that serves a website.

    :raises Refusal: the website has none
    """
    return int(sources.resolved(call.memory, call.params["salesChannelCode"])["stock_id"])


def export(call: Call) -> dict[str, Any]:
    """
    List salable quantities by SKU, reservations included; a page with a broken row is none.

    :raises Refusal: no criteria, a website without a stock, or a row that is broken
    """
    asked, stock = call.criteria(), _stock_of(call)

    def column(name: str) -> tuple[str, bool]:
        known = {"sku": "name", "entity_id": "id", "type_id": "json_extract(doc, '$.type_id')"}
        if name not in known:
            raise refused('The "%1" attribute name is invalid. Reset the name and try again.', name)
        return known[name], name == "entity_id"

    where, params = criteria.where(asked, column)
    codes = sources.codes_of(call.memory, stock)
    marks = ", ".join("?" * len(codes))
    where += f" AND EXISTS (SELECT 1 FROM source_items s WHERE s.sku=name AND s.source_code IN ({marks}))"  # noqa: S608 - marks alone
    params += sorted(codes)
    docs = call.memory.found("product", where, params, "id", *asked.window)
    rows = []
    for doc in docs:
        if doc.get("broken"):
            raise internal()
        amount, sells = exported(call.memory, doc, stock)
        rows.append({"sku": doc["sku"], "qty": plain_number(amount), "is_salable": sells})
    return listed(rows, asked, call.memory.count("product", where, params))


def dump(call: Call) -> list[dict[str, Any]]:
    """Return the whole index at once: the sources' quantities, without reservations."""
    stock = _stock_of(call)
    found = []
    for doc in call.memory.all("product"):
        if has_rows(call.memory, doc["sku"], stock):
            amount = held(call.memory, doc["sku"], stock)
            sells = doc["type_id"] == "configurable" or not items.is_managed(doc) or amount > items.least(doc)
            sells = sells or items.has_backorders(doc)
            found.append({"sku": doc["sku"], "qty": plain_number(amount), "is_salable": sells})
    return found


def selection(call: Call) -> dict[str, Any]:
    """Split a request over the stock's sources, by their priority."""
    request = call.body["inventoryRequest"]
    stock, taken, shippable = request["stock_id"], [], True
    for item in request.get("items") or []:
        left = float(item["qty"])
        for code in sources.by_priority(call.memory, stock):
            have = items.quantity(call.memory, item["sku"], code)
            if have is None:
                continue
            part = min(max(have, 0), left)
            taken.append({
                "source_code": code, "sku": item["sku"], "qty_to_deduct": plain_number(part),
                "qty_available": plain_number(have),
            })  # fmt: skip
            left -= part
        shippable = shippable and left <= 0
    return {"source_selection_items": taken, "shippable": shippable}


def legacy_item(call: Call) -> dict[str, Any]:
    """
    Return the older stock item: the default source's quantity.

    :raises Refusal: there is no such product
    """
    return items.legacy(call.memory, _known(call, call.params["productSku"]))


def _known(call: Call, sku: str) -> dict[str, Any]:
    doc = call.memory.named("product", sku)
    if doc is None:
        raise missing('The Product with the "%1" SKU doesn\'t exist.', sku)
    return doc


def legacy_status(call: Call) -> dict[str, Any]:
    doc = _known(call, call.params["productSku"])
    item = items.legacy(call.memory, doc)
    sells = _sells(call.memory, doc, sources.DEFAULT_STOCK) or doc["type_id"] == "configurable"
    return {
        "product_id": doc["id"], "stock_id": 1, "qty": item["qty"] or 0, "stock_status": int(sells),
        "stock_item": item,
    }  # fmt: skip


def low_stock(call: Call) -> dict[str, Any]:
    limit = call.query.get("qty")
    size, asked = call.query.get("pageSize"), call.query.get("currentPage")
    below = float(limit) if isinstance(limit, str) and limit.replace(".", "").isdecimal() else 0
    docs = [doc for doc in call.memory.all("product") if doc["type_id"] != "configurable"]
    found = [items.legacy(call.memory, doc) for doc in docs]
    low = [each for each in found if each["qty"] is not None and each["qty"] <= below]
    most = int(size) if isinstance(size, str) and size.isdecimal() and int(size) else len(low)
    page = int(asked) if isinstance(asked, str) and asked.isdecimal() and int(asked) else 1
    criteria_shown = {
        "mapper_interface_name": LOW_STOCK_MAPPER,
        "criteria_list": [],
        "filters": [],
        "orders": [],
        "limit": [str(page), str(most)],
    }
    shown = low[(page - 1) * most : page * most]
    return {"items": shown, "search_criteria": criteria_shown, "total_count": len(low)}


def change_legacy(call: Call) -> int:
    """
    Write the older stock item; the product's `updated_at` stays.

    :raises Refusal: there is no such product
    """
    doc = _known(call, call.params["productSku"])
    items.apply(call.memory, doc, call.body["stockItem"], is_new=False)
    call.memory.put("product", doc["id"], doc, name=doc["sku"], updated_at=doc["updated_at"])
    return int(doc["id"])


LOW_STOCK_MAPPER = "Magento\\CatalogInventory\\Model\\ResourceModel\\Stock\\Item\\StockItemCriteriaMapper"
LEGACY = "Magento_CatalogInventory::cataloginventory"
LEGACY_ROUTES = (
    Route("GET", "stockItems/{productSku}", LEGACY, legacy_item),
    Route("GET", "stockStatuses/{productSku}", LEGACY, legacy_status),
    Route("GET", "stockItems/lowStock", LEGACY, low_stock),
    Route("PUT", "products/{productSku}/stockItems/{itemId}", "Magento_Catalog::products", change_legacy),
)
FOR_QUANTITY, SELECTION = (
    "inventory/is-product-salable-for-requested-qty",
    "Magento_InventorySourceSelectionApi::result",
)
ROUTES = (
    Route("GET", "inventory/get-product-salable-quantity/{sku}/{stockId}", RESOURCE, salable_quantity),
    Route("GET", "inventory/is-product-salable/{sku}/{stockId}", RESOURCE, is_salable),
    Route("GET", "inventory/are-products-salable", RESOURCE, are_salable),
    Route(
        "GET",
        f"{FOR_QUANTITY}/{{sku}}/{{stockId}}/{{requestedQty}}",
        RESOURCE,
        is_salable_for,
    ),
    Route("GET", "inventory/are-product-salable-for-requested-qty", RESOURCE, are_salable_for),
    Route(
        "GET", "inventory/export-stock-salable-qty/{salesChannelType}/{salesChannelCode}", RESOURCE, export
    ),
    Route("GET", "inventory/dump-stock-index-data/{salesChannelType}/{salesChannelCode}", RESOURCE, dump),
    Route(
        "POST",
        "inventory/source-selection-algorithm-result",
        "Magento_InventorySourceSelectionApi::result",
        selection,
    ),
)
