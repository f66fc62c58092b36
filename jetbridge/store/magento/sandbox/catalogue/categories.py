"""The tree of categories, and which products stand in them."""

from typing import Any

from .. import lists
from ..call import ALL, Call, Route
from ..errors import missing, no_such_entity, refused
from ..memory import StoreMemory
from .url_keys import url_key

KIND = "category"
RESOURCE = "Magento_Catalog::categories"
ROOT, DEFAULT_ROOT = 1, 2
PLACE_IN_LIST = 10_000
ATTRIBUTES = "Magento_Catalog::attributes_attributes"
UNKNOWN = 'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.'
# number, code, input, backend, label; "!" behind the code: required.
INSTALLED = """
45 name! text varchar Name
46 is_active! select int Is Active
47 description textarea text Description
48 image image varchar Image
49 meta_title text varchar Page Title
50 meta_keywords textarea text Meta Keywords
51 meta_description textarea text Meta Description
52 display_mode select varchar Display Mode
53 landing_page select int CMS Block
54 is_anchor select int Is Anchor
66 children_count text static Children Count
67 available_sort_by multiselect text Available Product Listing Sort By
68 default_sort_by select varchar Default Product Listing Sort By
69 include_in_menu select int Include in Navigation Menu
119 url_key text varchar URL Key
120 url_path text varchar URL Path
"""
SWITCH = (("Yes", "1"), ("No", "0"))
OPTIONS = {
    "is_active": SWITCH, "is_anchor": SWITCH, "include_in_menu": SWITCH,
    "display_mode": (
        ("Products only", "PRODUCTS"), ("Static block only", "PAGE"),
        ("Static block and products", "PRODUCTS_AND_PAGE"),
    ),
}  # fmt: skip
MARKS = (
    "is_searchable", "is_visible_in_advanced_search", "is_comparable", "is_used_for_promo_rules",
    "is_visible_on_front", "used_in_product_listing",
)  # fmt: skip


def install(memory: StoreMemory, stamp: str) -> None:
    """Give a store the two categories that it is installed with."""
    for number, parent, name in ((ROOT, 0, "Root Catalog"), (DEFAULT_ROOT, ROOT, "Default Category")):
        doc = _document(
            number, parent, name, stamp, path=f"{ROOT}" if number == ROOT else f"{ROOT}/{DEFAULT_ROOT}"
        )
        memory.put(KIND, number, doc, name=name, parent=parent)
    memory.number_from(KIND, 3)


def _document(number: int, parent: int, name: str, stamp: str, *, path: str) -> dict[str, Any]:
    return {
        "id": number, "parent_id": parent, "values": {"name": name, "is_active": True}, "views": {}, "position": 1,
        "level": path.count("/"), "path": path, "created_at": stamp, "updated_at": stamp, "include_in_menu": True,
    }  # fmt: skip


def find(memory: StoreMemory, number: int) -> dict[str, Any]:
    """
    Return a category's document.

    :raises Refusal: there is none of this number
    """
    found = memory.get(KIND, number)
    if found is None:
        raise no_such_entity("id", number)
    return found


def name_of(doc: dict[str, Any], store: str) -> str:
    own = doc["views"].get(store, {}) if store != ALL else {}
    return str(own.get("name") or doc["values"]["name"])


def shown(memory: StoreMemory, doc: dict[str, Any], store: str) -> dict[str, Any]:
    """Word a category with the numbers of its children."""
    children = memory.children(KIND, doc["id"])
    count = len(children)
    if doc["id"] <= DEFAULT_ROOT:
        count = sum(1 for each in memory.all(KIND) if each["path"].startswith(f"{doc['path']}/"))
    found: dict[str, Any] = {"id": doc["id"], "parent_id": doc["parent_id"], "name": name_of(doc, store)}
    if doc["id"] != ROOT:
        found["is_active"] = doc["values"]["is_active"]
    found |= {
        "position": doc["position"] if doc["id"] != ROOT else 0, "level": doc["level"],
        "children": ",".join(str(each["id"]) for each in children), "created_at": doc["created_at"],
        "updated_at": doc["updated_at"], "path": doc["path"], "include_in_menu": doc["include_in_menu"],
    }  # fmt: skip
    attributes = {"path": doc["path"], "children_count": str(count)}
    if doc["level"] > 1:
        attributes = {
            "is_anchor": "1",
            **attributes,
            "url_key": doc["url_key"],
            "url_path": _url_path(memory, doc),
        }
    found["custom_attributes"] = [
        {"attribute_code": name, "value": value} for name, value in attributes.items()
    ]
    return found


def _url_path(memory: StoreMemory, doc: dict[str, Any]) -> str:
    numbers = [int(part) for part in doc["path"].split("/")[2:]]
    return "/".join(find(memory, number)["url_key"] for number in numbers)


def get(call: Call) -> dict[str, Any]:
    return shown(call.memory, find(call.memory, call.number("categoryId")), call.store)


def tree(call: Call) -> dict[str, Any]:
    """
    Return a category with all below it, to a depth where one is asked for.

    :raises Refusal: there is no such category
    """
    root, depth = str(call.query.get("rootCategoryId") or ""), str(call.query.get("depth") or "")
    doc = find(call.memory, int(root) if root.isdecimal() else DEFAULT_ROOT)
    return _branch(call, doc, int(depth) if depth.isdecimal() else None)


def _branch(call: Call, doc: dict[str, Any], depth: int | None) -> dict[str, Any]:
    children = call.memory.children(KIND, doc["id"]) if depth is None or depth > 0 else []
    below = None if depth is None else depth - 1
    return {
        "id": doc["id"], "parent_id": doc["parent_id"], "name": name_of(doc, call.store),
        "is_active": doc["values"]["is_active"], "position": doc["position"], "level": doc["level"],
        "product_count": 0, "children_data": [_branch(call, each, below) for each in _placed(children)],
    }  # fmt: skip


def _placed(docs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(docs, key=lambda each: (each["position"], each["id"]))


def listing(call: Call) -> dict[str, Any]:
    columns = {
        "entity_id": "id",
        "id": "id",
        "parent_id": "parent",
        "name": "name",
        "updated_at": "updated_at",
    }
    places = {"path", "position", "level", "created_at", "url_key"}

    def column(name: str) -> tuple[str, bool]:
        if name in columns:
            return columns[name], name in ("entity_id", "id", "parent_id")
        if name == "is_active":
            return "json_extract(doc, '$.values.is_active')", True
        if name in places:
            return f"json_extract(doc, '$.{name}')", name in ("position", "level")
        raise refused('The "%1" attribute name is invalid. Reset the name and try again.', name)

    return lists.entities(call, KIND, column, lambda doc: shown(call.memory, doc, call.store))


def create(call: Call) -> dict[str, Any]:
    """
    Make a category below another.

    :raises Refusal: it has no name, or its parent is none
    """
    given = call.body["category"]
    if not given.get("name"):
        raise refused('The "Name" attribute value is empty. Set the attribute and try again.')
    doc = make(call.memory, given["name"], given.get("parent_id") or DEFAULT_ROOT, call.world.stamp())
    return _changed(call, doc, given)


def make(memory: StoreMemory, name: str, parent: int, stamp: str) -> dict[str, Any]:
    """
    Add a category as the last below its parent.

    :raises Refusal: the parent is none
    """
    above = find(memory, parent)
    number = memory.number(KIND)
    doc = _document(number, parent, name, stamp, path=f"{above['path']}/{number}")
    doc["position"] = len(memory.children(KIND, parent)) + 1
    doc["url_key"] = url_key(name)
    memory.put(KIND, number, doc, name=name, parent=parent, updated_at=stamp)
    return doc


def update(call: Call) -> dict[str, Any]:
    return _changed(call, find(call.memory, call.number("id")), call.body["category"])


def _changed(call: Call, doc: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    is_view = call.store != ALL and call.params.get("id")
    if given.get("name"):
        target = doc["views"].setdefault(call.store, {}) if is_view else doc["values"]
        target["name"] = given["name"]
    if given.get("is_active") is not None:
        doc["values"]["is_active"] = given["is_active"]
    doc |= {name: given[name] for name in ("position", "include_in_menu") if given.get(name) is not None}
    doc["updated_at"] = call.world.stamp()
    _put(call, doc)
    return shown(call.memory, doc, call.store)


def move(call: Call) -> bool:
    """
    Put a category with all below it under another, behind one of its children or in front of them.

    :raises Refusal: one of them is none, or the other stands below it
    """
    doc, parent = find(call.memory, call.number("categoryId")), find(call.memory, call.body["parentId"])
    if doc["id"] <= DEFAULT_ROOT or f"{parent['path']}/".startswith(f"{doc['path']}/"):
        raise refused("Operation do not allow to move a parent category to any of children category")
    before, after = doc["path"], f"{parent['path']}/{doc['id']}"
    below = [each for each in call.memory.all(KIND) if f"{each['path']}/".startswith(f"{before}/")]
    for each in below:
        each["path"] = after + each["path"][len(before) :]
        each["level"], each["updated_at"] = each["path"].count("/"), call.world.stamp()
        if each["id"] == doc["id"]:
            each["parent_id"] = parent["id"]
        _put(call, each)
    others = [each for each in _placed(call.memory.children(KIND, parent["id"])) if each["id"] != doc["id"]]
    place = next((n for n, each in enumerate(others, 1) if each["id"] == call.body.get("afterId")), 0)
    others.insert(place, find(call.memory, doc["id"]))
    for position, each in enumerate(others, 1):
        each["position"] = position
        _put(call, each)
    return True


def _put(call: Call, doc: dict[str, Any]) -> None:
    name = doc["values"]["name"]
    call.memory.put(KIND, doc["id"], doc, name=name, parent=doc["parent_id"], updated_at=doc["updated_at"])


def delete(call: Call) -> bool:
    """
    Take a category away with all below it.

    :raises Refusal: the store cannot be without it
    """
    doc = find(call.memory, call.number("categoryId"))
    if doc["id"] <= DEFAULT_ROOT:
        raise refused("The category can't be deleted.")
    for each in call.memory.all(KIND):
        if f"{each['path']}/".startswith(f"{doc['path']}/"):
            call.memory.forget(KIND, each["id"])
    return True


def products_of(call: Call) -> list[dict[str, Any]]:
    number = call.number("categoryId")
    find(call.memory, number)
    found = []
    for doc in call.memory.all("product"):
        place = next((each["position"] for each in doc["links"] if each["category_id"] == str(number)), None)
        if place is not None:
            found.append({"sku": doc["sku"], "position": PLACE_IN_LIST, "category_id": str(number)})
    return found


def assign(call: Call) -> bool:
    """
    Put a product into a category; the product's `updated_at` stays.

    :raises Refusal: there is no such category or product
    """
    number, link = call.number("categoryId"), call.body["productLink"]
    find(call.memory, number)
    doc = call.memory.named("product", link.get("sku") or "")
    if doc is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    links = [each for each in doc["links"] if each["category_id"] != str(number)]
    doc["links"] = [*links, {"position": link.get("position") or 0, "category_id": str(number)}]
    call.memory.put("product", doc["id"], doc, name=doc["sku"], updated_at=doc["updated_at"])
    return True


def unassign(call: Call) -> bool:
    number = call.number("categoryId")
    find(call.memory, number)
    doc = call.memory.named("product", call.params["sku"])
    if doc is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    kept = [each for each in doc["links"] if each["category_id"] != str(number)]
    if len(kept) == len(doc["links"]):
        raise refused("The category doesn't contain the specified product.")
    doc["links"] = kept
    call.memory.put("product", doc["id"], doc, name=doc["sku"], updated_at=doc["updated_at"])
    return True


def attributes() -> list[dict[str, Any]]:
    found = []
    for line in INSTALLED.strip().splitlines():
        number, code, kind, backend, label = line.split(" ", 4)
        name = code.rstrip("!")
        found.append({
            "is_wysiwyg_enabled": name == "description", "is_html_allowed_on_front": name == "description",
            "position": 0, "apply_to": [], **dict.fromkeys(MARKS, "0"), "is_visible": True,
            "scope": "global" if backend == "static" else "store", "attribute_id": int(number),
            "attribute_code": name, "frontend_input": kind, "entity_type_id": "3", "is_required": code.endswith("!"),
            "options": [{"label": text, "value": value} for text, value in OPTIONS.get(name, ())],
            "is_user_defined": False, "default_frontend_label": label, "frontend_labels": [], "backend_type": backend,
            "is_unique": "0", "validation_rules": [],
        })  # fmt: skip
    return found


def attribute(call: Call) -> dict[str, Any]:
    code = call.params["attributeCode"]
    for each in attributes():
        if code in (each["attribute_code"], str(each["attribute_id"])):
            return each
    raise missing(UNKNOWN, code)


ROUTES = (
    Route("GET", "categories/attributes", ATTRIBUTES, lambda call: lists.members(call, attributes())),
    Route("GET", "categories/attributes/{attributeCode}", ATTRIBUTES, attribute),
    Route(
        "GET",
        "categories/attributes/{attributeCode}/options",
        ATTRIBUTES,
        lambda call: attribute(call)["options"],
    ),
    Route("GET", "categories", RESOURCE, tree),
    Route("GET", "categories/list", RESOURCE, listing),
    Route("GET", "categories/{categoryId}", RESOURCE, get),
    Route("POST", "categories", RESOURCE, create),
    Route("PUT", "categories/{id}", RESOURCE, update),
    Route("PUT", "categories/{categoryId}/move", RESOURCE, move),
    Route("DELETE", "categories/{categoryId}", RESOURCE, delete),
    Route("GET", "categories/{categoryId}/products", RESOURCE, products_of),
    Route("POST", "categories/{categoryId}/products", RESOURCE, assign),
    Route("PUT", "categories/{categoryId}/products", RESOURCE, assign),
    Route("DELETE", "categories/{categoryId}/products/{sku}", RESOURCE, unassign),
)
