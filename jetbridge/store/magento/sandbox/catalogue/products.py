"""
Products: read, made, changed, renamed and deleted as the store does it.

Values stand once for all store views and again where a view has its own. A SKU is looked for without case; a product
is the same by its number, also under a new SKU.
"""

from typing import Any

from .. import criteria
from ..call import ALL, Call, Route, listed
from ..contract import number as plain_number
from ..errors import internal, missing, refused, required
from ..memory import StoreMemory
from ..stock import items as stock_items
from . import attributes, contents, values
from .url_keys import url_key

KIND = "product"
RESOURCE = "Magento_Catalog::products"
TYPES = ("simple", "virtual", "configurable", "bundle", "grouped", "downloadable")
TOP = ("name", "price", "status", "visibility", "weight")
LONGEST_SKU = 64
TERM = "search_term"
SKU_OR_NAME = "(name LIKE ? OR json_extract(doc, '$.values.name') LIKE ?)"
IS_SEARCHED = "json_extract(doc, '$.values.visibility') IN (3, 4, '3', '4')"
SEVERAL, VIEWS = ("category_id", "website_id"), ("store", "store_id")
STATIC = {"entity_id": "id", "id": "id", "sku": "name", "updated_at": "updated_at"}


def install_document(number: int, sku: str, stamp: str) -> dict[str, Any]:
    """Return a product as the store begins one."""
    return {
        "id": number,
        "sku": sku,
        "attribute_set_id": attributes.DEFAULT_SET,
        "type_id": "simple",
        "created_at": stamp,
        "updated_at": stamp,
        "website_ids": [1],
        "links": [],
        "media": [],
        "tier_prices": [],
        "options": [],
        "children": [],
        "views": {},
        "values": {
            "status": 1,
            "visibility": 4,
            "options_container": "container2",
            "msrp_display_actual_price_type": "0",
            "required_options": "0",
            "has_options": "0",
            "tax_class_id": "2",
        },
        "stock": dict(stock_items.SETTINGS),
    }


def find(memory: StoreMemory, sku: str) -> dict[str, Any]:
    """
    Return a product's document.

    :raises Refusal: there is none of this SKU
    """
    found = memory.named(KIND, sku)
    if found is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    return found


def save(memory: StoreMemory, doc: dict[str, Any]) -> None:
    memory.put(KIND, doc["id"], doc, name=doc["sku"], updated_at=doc["updated_at"])


def value_of(doc: dict[str, Any], code: str, store: str) -> Any:
    """Return an attribute's value as a store view has it."""
    own = doc["views"].get(store, {}) if store != ALL else {}
    return own[code] if own.get(code) is not None else doc["values"].get(code)


def shown(memory: StoreMemory, doc: dict[str, Any], store: str, *, in_list: bool = False) -> dict[str, Any]:
    """Word a product; lists leave its stock out."""
    found: dict[str, Any] = {"id": doc["id"], "sku": doc["sku"]}
    found["name"] = value_of(doc, "name", store)
    found["attribute_set_id"] = doc["attribute_set_id"]
    for code in ("price", "status", "visibility"):
        value = value_of(doc, code, store)
        if value is not None:
            found[code] = plain_number(float(value))
    found |= {name: doc[name] for name in ("type_id", "created_at", "updated_at")}
    weight = value_of(doc, "weight", store)
    if weight is not None:
        found["weight"] = plain_number(float(weight))
    extension: dict[str, Any] = {"website_ids": doc["website_ids"]}
    if doc["links"]:
        extension["category_links"] = doc["links"]
    if not in_list:
        extension["stock_item"] = stock_items.legacy(memory, doc)
    if doc["type_id"] == "configurable":
        extension["configurable_product_options"] = doc["options"]
        extension["configurable_product_links"] = doc["children"]
    found["extension_attributes"] = extension | contents.shown(doc)
    found |= {
        "product_links": doc.get("product_links", []),
        "options": doc.get("own_options", []),
        "media_gallery_entries": [_entry(e) for e in doc["media"]],
    }
    found["tier_prices"] = doc["tier_prices"]
    found["custom_attributes"] = _custom(doc, store)
    return found


def child_shown(doc: dict[str, Any], memory: StoreMemory, store: str) -> dict[str, Any]:
    """Word a child in the list of its parent's: without extension attributes and options."""
    found = shown(memory, doc, store, in_list=True)
    return {name: value for name, value in found.items() if name not in ("extension_attributes", "options")}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "content"}


def _custom(doc: dict[str, Any], store: str) -> list[dict[str, Any]]:
    own = doc["views"].get(store, {}) if store != ALL else {}
    merged = doc["values"] | {code: value for code, value in own.items() if value is not None}
    found = [
        {"attribute_code": code, "value": value}
        for code, value in merged.items()
        if code not in TOP and value is not None
    ]
    place = next(
        (n for n, each in enumerate(found) if each["attribute_code"] == "tax_class_id"), len(found) - 1
    )
    ids = {"attribute_code": "category_ids", "value": [each["category_id"] for each in doc["links"]]}
    return [*found[: place + 1], ids, *found[place + 1 :]]


def get(call: Call) -> dict[str, Any]:
    return shown(call.memory, _sound(find(call.memory, call.params["sku"])), call.store)


def _sound(doc: dict[str, Any]) -> dict[str, Any]:
    """
    Give a product that can be read: a plugin falls over at a broken one, and its whole page with it.

    :raises Refusal: it cannot
    """
    if doc.get("broken"):
        raise internal()
    return doc


def listing(call: Call) -> dict[str, Any]:
    """
    List products by number, without their stock.

    :raises Refusal: no criteria, or an attribute that there is none of
    """

    def column(name: str) -> tuple[str, bool]:
        if name in STATIC:
            return STATIC[name], STATIC[name] == "id"
        if name in ("type_id", "created_at", "attribute_set_id"):
            return f"json_extract(doc, '$.{name}')", name == "attribute_set_id"
        if name == "category_id":
            return (
                "(SELECT group_concat(json_extract(value, '$.category_id')) FROM json_each(doc, '$.links'))",
                False,
            )
        if name == "website_id":
            return "(SELECT group_concat(value) FROM json_each(doc, '$.website_ids'))", False
        attribute = call.memory.named(attributes.KIND, name)
        if attribute is None:
            raise refused('The "%1" attribute name is invalid. Reset the name and try again.', name)
        code = attribute["attribute_code"]
        sql = f"json_extract(doc, '$.values.{code}')"
        if call.store != ALL:
            sql = f"coalesce(json_extract(doc, '$.views.{call.store}.{code}'), {sql})"
        return sql, attribute["backend_type"] in ("int", "decimal") and code in TOP

    asked = call.criteria()
    asked = _scoped(asked)
    where, params = criteria.where(asked, column)
    order = criteria.order_by(asked, column, "id")
    docs = call.memory.found(KIND, where, params, order, *asked.window)
    items = [shown(call.memory, _sound(doc), call.store, in_list=True) for doc in docs]
    return listed(items, call.criteria(), call.memory.count(KIND, where, params))


def _scoped(asked: criteria.Criteria) -> criteria.Criteria:
    """A product stands in several categories and websites: an equal one is one of them. A view leaves out none."""
    groups = (tuple(_scope(each) for each in group if each.field not in VIEWS) for group in asked.groups)
    return criteria.Criteria(tuple(filter(None, groups)), asked.sorts, asked.page_size, asked.page)


def _scope(each: criteria.Filter) -> criteria.Filter:
    is_one = each.field in SEVERAL and each.condition in ("eq", "in")
    return criteria.Filter(each.field, each.value, "finset") if is_one else each


def create(call: Call) -> dict[str, Any]:
    """
    Make a product; one of the same SKU, or of the number that was sent, is changed instead.

    :raises Refusal: something that a product cannot be without, or cannot be
    """
    given = call.body["product"]
    sku = str(given.get("sku") or "").strip()
    doc = call.memory.get(KIND, given["id"]) if given.get("id") else None
    doc = doc or (call.memory.named(KIND, sku) if sku else None)
    found = _stored(call, doc, given, sku)
    sent = {"product_links", "tier_prices"} & set(given)
    return {
        name: value
        for name, value in found.items()
        if name not in ("product_links", "tier_prices") or name in sent
    }


def update(call: Call) -> dict[str, Any]:
    """
    Change a product; an unknown SKU is made, and another SKU in the body is not looked at.

    :raises Refusal: something that a product cannot be
    """
    given, sku = call.body["product"], call.params["sku"]
    return _stored(
        call, call.memory.named(KIND, sku), given, sku if call.memory.named(KIND, sku) is None else ""
    )


def _stored(call: Call, doc: dict[str, Any] | None, given: dict[str, Any], sku: str) -> dict[str, Any]:
    memory, stamp = call.memory, call.world.stamp()
    is_new = doc is None
    if doc is None:
        doc = _begun(call, given, sku, stamp)
    elif sku and doc["sku"] != sku:
        _check_sku(memory, sku, doc["id"])
        stock_items.add_default(memory, sku)  # beside the row of the old name, which stays
        doc["sku"] = sku
    values.apply(call, doc, given, is_new=is_new)
    contents.keep(memory, doc, given.get("extension_attributes") or {})
    _make_url_key(memory, doc, is_new=is_new)
    doc["updated_at"] = stamp
    stock_items.apply(memory, doc, (given.get("extension_attributes") or {}).get("stock_item"), is_new=is_new)
    save(memory, doc)
    return shown(memory, doc, call.store)


def _begun(call: Call, given: dict[str, Any], sku: str, stamp: str) -> dict[str, Any]:
    memory = call.memory
    if not sku:
        raise refused('The "SKU" attribute value is empty. Set the attribute and try again.')
    _check_sku(memory, sku, None)
    chosen = given.get("attribute_set_id")
    if chosen is None or memory.get(attributes.SETS, chosen) is None:
        raise refused("Invalid product data: %1", "Invalid attribute set entity type")
    if not given.get("name"):
        raise refused('The "Product Name" attribute value is empty. Set the attribute and try again.')
    kind = given.get("type_id") or "simple"
    doc = install_document(memory.number(KIND), sku, stamp)
    doc |= {"attribute_set_id": chosen, "type_id": kind}
    return doc


def _check_sku(memory: StoreMemory, sku: str, number: int | None) -> None:
    if len(sku) > LONGEST_SKU:
        raise refused("SKU length should be %1 characters maximum.", LONGEST_SKU)
    other = memory.named(KIND, sku)
    if other is not None and other["id"] != number:
        raise refused('The value of attribute "%1" must be unique', "sku")


def _make_url_key(memory: StoreMemory, doc: dict[str, Any], *, is_new: bool) -> None:
    """
    Give a product an address; one that was sent must be free, one that we make is made so.

    :raises Refusal: another product has it
    """
    given = doc["values"].get("url_key")
    if given and not is_new and doc.get("url_checked") == given:
        return
    key = given or url_key(str(doc["values"].get("name", "")))
    taken = {
        row[0]
        for row in memory.rows(
            "SELECT json_extract(doc, '$.values.url_key') FROM entities WHERE kind=? AND id<>? AND"
            " json_extract(doc, '$.values.url_key')=?", KIND, doc["id"], key,
        )
    }  # fmt: skip
    if key in taken:
        if given:
            raise refused("URL key for specified store already exists.")
        key = f"{key}-{url_key(doc['sku'])}"
    doc["values"]["url_key"] = doc["url_checked"] = key


def delete(call: Call) -> bool:
    """
    Delete a product; its stock stays until the store cleans up, its parents lose it.

    :raises Refusal: there is none of this SKU
    """
    doc = find(call.memory, call.params["sku"])
    sql = "EXISTS (SELECT 1 FROM json_each(doc, '$.children') WHERE value=?)"
    for parent in call.memory.found(KIND, sql, [doc["id"]], "id", -1, 0):
        parent["children"] = [each for each in parent["children"] if each != doc["id"]]
        values.trim_options(call.memory, parent)
        save(call.memory, parent)
    call.memory.forget(KIND, doc["id"])
    return True


def search(call: Call) -> dict[str, Any]:
    """
    Find products whose SKU or name has the term, and that are shown in a search.

    :raises Refusal: no criteria, or no request by its name
    """
    asked = call.criteria()
    given = call.query.get("searchCriteria", call.query.get("search_criteria"))
    said = given if isinstance(given, dict) else {}
    name = said.get("requestName", said.get("request_name"))
    if not name:
        raise required("requestName")
    terms = [each.value for group in asked.groups for each in group if each.field == TERM]
    params = [f"%{term}%" for term in terms for _ in range(2)]
    where = " AND ".join([IS_SEARCHED, *[SKU_OR_NAME] * len(terms)])
    docs = call.memory.found(KIND, where, params, "id", *asked.window)
    items = [
        {"id": doc["id"], "custom_attributes": [{"attribute_code": "score", "value": f"{1 / place:.4f}"}]}
        for place, doc in enumerate(docs, start=1)
    ]
    return {
        "items": items, "aggregations": {"buckets": [], "bucket_names": []},
        "search_criteria": {"request_name": str(name), **asked.echo()},
        "total_count": call.memory.count(KIND, where, params),
    }  # fmt: skip


def types(_call: Call) -> list[dict[str, str]]:
    return [{"name": name, "label": f"{name.capitalize()} Product"} for name in TYPES]


def link_website(call: Call) -> bool:
    """
    Sell a product on a website.

    :raises Refusal: there is no such product
    """
    doc = find(call.memory, call.params["sku"])
    number = (call.body.get("productWebsiteLink") or {}).get("website_id") or 1
    doc["website_ids"] = sorted({*doc["website_ids"], number})
    save(call.memory, doc)
    return True


def unlink_website(call: Call) -> bool:
    doc, number = find(call.memory, call.params["sku"]), call.number("websiteId")
    doc["website_ids"] = [each for each in doc["website_ids"] if each != number]
    save(call.memory, doc)
    return True


ROUTES = (
    Route("GET", "products/types", RESOURCE, types),
    Route("GET", "search", "anonymous", search),
    Route("POST", "products/{sku}/websites", RESOURCE, link_website),
    Route("PUT", "products/{sku}/websites", RESOURCE, link_website),
    Route("DELETE", "products/{sku}/websites/{websiteId}", RESOURCE, unlink_website),
    Route("GET", "products", RESOURCE, listing, costs_rows=True),
    Route("POST", "products", RESOURCE, create),
    Route("GET", "products/{sku}", RESOURCE, get),
    Route("PUT", "products/{sku}", RESOURCE, update),
    Route("DELETE", "products/{sku}", RESOURCE, delete),
)
