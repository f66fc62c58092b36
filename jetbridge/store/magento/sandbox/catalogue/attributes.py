"""
Attributes of products, their options and sets.

The store comes with those that it was installed with; their numbers are as on a fresh 2.4.7.
"""

from typing import Any

from .. import lists
from ..call import ALL, Call, Route
from ..contract import Field
from ..errors import missing, refused
from ..memory import StoreMemory

KIND, SETS, GROUPS = "attribute", "attribute_set", "attribute_group"
RESOURCE = "Magento_Catalog::attributes_attributes"
DEFAULT_SET, FIRST_OWN = 4, 137
SOURCE_TABLE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table"
PRICE_BACKEND = "Magento\\Catalog\\Model\\Product\\Attribute\\Backend\\Price"
BACKENDS = {
    "text": "varchar", "textarea": "text", "date": "datetime", "datetime": "datetime", "boolean": "int",
    "select": "int", "multiselect": "text", "price": "decimal", "weight": "decimal", "media_image": "varchar",
}  # fmt: skip
# number, code, input ("-": none), backend, label; "!" behind the code: required, "+": made by people.
INSTALLED = """
73 name! text varchar Product Name
74 sku! text static SKU
75 description textarea text Description
76 short_description textarea text Short Description
77 price! price decimal Price
78 special_price price decimal Special Price
79 special_from_date date datetime Special Price From Date
80 special_to_date date datetime Special Price To Date
81 cost+ price decimal Cost
82 weight weight decimal Weight
83 manufacturer+ select int Manufacturer
84 meta_title text varchar Meta Title
85 meta_keyword textarea text Meta Keywords
86 meta_description textarea varchar Meta Description
87 image media_image varchar Base
88 small_image media_image varchar Small
89 thumbnail media_image varchar Thumbnail
90 media_gallery gallery static Media Gallery
92 tier_price text decimal Tier Price
93 color+ select int Color
94 news_from_date date datetime Set Product as New from Date
95 news_to_date date datetime Set Product as New to Date
97 status select int Enable Product
99 visibility select int Visibility
104 page_layout select varchar Layout
105 category_ids text static Categories
106 options_container select varchar Display Product Options In
107 required_options text static
108 has_options text static
112 created_at! date static
113 updated_at! date static
114 country_of_manufacture select varchar Country of Manufacture
115 quantity_and_stock_status select int Quantity
121 url_key text varchar URL Key
122 url_path text varchar
123 msrp price decimal Minimum Advertised Price
124 msrp_display_actual_price_type select varchar Display Actual Price
125 links_purchased_separately! - int Links can be purchased separately
126 samples_title! - varchar Samples title
127 links_title! - varchar Links title
128 links_exist - int
129 price_type! boolean int Dynamic Price
130 sku_type! boolean int Dynamic SKU
131 weight_type! boolean int Dynamic Weight
132 price_view! select int Price View
133 shipment_type! select int Ship Bundle Items
134 gift_message_available select varchar Allow Gift Message
135 swatch_image media_image varchar Swatch
136 tax_class_id select int Tax Class
"""
FIXED_OPTIONS = {
    "status": (("Enabled", "1"), ("Disabled", "2")),
    "visibility": (
        ("Not Visible Individually", "1"), ("Catalog", "2"), ("Search", "3"), ("Catalog, Search", "4"),
    ),
    "tax_class_id": (("None", "0"), ("Taxable Goods", "2")),
    "quantity_and_stock_status": (("In Stock", "1"), ("Out of Stock", "0")),
    "price_view": (("Price Range", "0"), ("As Low as", "1")),
    "shipment_type": (("Together", "0"), ("Separately", "1")),
}  # fmt: skip
STORE_SCOPED = (
    "name", "description", "short_description", "meta_title", "meta_keyword", "meta_description", "url_key", "image",
    "small_image", "thumbnail", "swatch_image",
)  # fmt: skip
WEBSITE_SCOPED = ("status", "special_price", "special_from_date", "special_to_date", "tax_class_id")
FLAGS = (
    "is_wysiwyg_enabled", "is_html_allowed_on_front", "used_for_sort_by", "is_filterable", "is_filterable_in_search",
    "is_used_in_grid", "is_visible_in_grid", "is_filterable_in_grid",
)  # fmt: skip
MARKS = (
    "is_searchable", "is_visible_in_advanced_search", "is_comparable", "is_used_for_promo_rules",
    "is_visible_on_front", "used_in_product_listing",
)  # fmt: skip
SHORT = (
    "attribute_id", "attribute_code", "frontend_input", "entity_type_id", "is_required", "options", "is_user_defined",
    "default_frontend_label", "frontend_labels", "backend_type", "backend_model", "source_model", "default_value",
    "is_unique", "validation_rules",
)  # fmt: skip
UNKNOWN = 'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.'
APPLY_TO = {
    "price": ["simple", "virtual", "downloadable", "bundle", "configurable"],
    "cost": ["simple", "virtual", "downloadable"],
    "manufacturer": ["simple", "configurable"],
    "color": ["simple", "virtual", "configurable"],
    **{f"links_{name}": ["downloadable"] for name in ("purchased_separately", "title", "exist")},
    "samples_title": ["downloadable"],
    **{name: ["bundle"] for name in ("price_type", "sku_type", "weight_type", "price_view", "shipment_type")},
}
LENGTHS = {"name": 255, "sku": 64}
SET_GROUPS = {
    7: "Product Details", 13: "Content", 19: "Bundle Items", 10: "Images", 9: "Search Engine Optimization",
    8: "Advanced Pricing", 11: "Design", 14: "Schedule Design Update", 12: "Autosettings", 20: "Gift Options",
}  # fmt: skip


def install(memory: StoreMemory) -> None:
    """Give a store what it is installed with: attributes, one set and its groups."""
    for line in INSTALLED.strip().splitlines():
        digits, code, kind, backend, *label = line.split(" ", 4)
        name = code.strip("!+")
        number = int(digits)
        doc = _document(number, name, None if kind == "-" else kind, backend, label[0] if label else None)
        doc |= {"is_required": code.endswith("!"), "is_user_defined": code.endswith("+")}
        doc["apply_to"] = APPLY_TO.get(name, [])
        if name in LENGTHS:
            doc["frontend_class"] = f"validate-length maximum-length-{LENGTHS[name]}"
        doc["set_ids"] = [DEFAULT_SET] if name not in ("manufacturer", "color") else []
        memory.put(KIND, number, doc, name=name)
    memory.number_from(KIND, FIRST_OWN)
    memory.number_from("option", 4)
    doc = {
        "attribute_set_id": DEFAULT_SET,
        "attribute_set_name": "Default",
        "sort_order": 1,
        "entity_type_id": 4,
    }
    memory.put(SETS, DEFAULT_SET, doc, name="Default")
    memory.number_from(SETS, 9)
    for place, title in SET_GROUPS.items():
        group = {
            "attribute_group_id": str(place), "attribute_group_name": title, "attribute_set_id": DEFAULT_SET,
        }  # fmt: skip
        memory.put(GROUPS, place, group, name=title)


def _document(number: int, code: str, kind: str | None, backend: str, label: str | None) -> dict[str, Any]:
    scope = "store" if code in STORE_SCOPED else "website" if code in WEBSITE_SCOPED else "global"
    return {
        **dict.fromkeys(FLAGS, False), "position": 0, "apply_to": [], **dict.fromkeys(MARKS, "0"), "is_visible": True,
        "scope": scope, "attribute_id": number, "attribute_code": code, "frontend_input": kind, "entity_type_id": "4",
        "is_required": False, "options": [], "is_user_defined": True, "default_frontend_label": label,
        "frontend_labels": [], "backend_type": backend, "default_value": None, "is_unique": "0",
        "validation_rules": [], "set_ids": [],
    }  # fmt: skip


def by_code(memory: StoreMemory, code: str) -> dict[str, Any] | None:
    """Find an attribute by its code, or by its number in digits."""
    found = memory.named(KIND, code)
    return found if found is not None or not code.isdecimal() else memory.get(KIND, int(code[:9]))


def code_of(memory: StoreMemory, number: str) -> str:
    """
    Return an attribute's code.

    :raises Refusal: there is none of this number
    """
    found = by_code(memory, number)
    if found is None:
        raise missing(UNKNOWN, number)
    return str(found["attribute_code"])


def _one(call: Call) -> dict[str, Any]:
    code = call.params["attributeCode"]
    found = by_code(call.memory, code)
    if found is None:
        raise missing(UNKNOWN, code)
    return found


def option_list(doc: dict[str, Any], store: str) -> list[dict[str, Any]]:
    """Return the options of a select as a store view reads them, the empty one first."""
    fixed = FIXED_OPTIONS.get(doc["attribute_code"])
    if fixed:
        return [{"label": label, "value": value} for label, value in fixed]
    if doc["frontend_input"] not in ("select", "multiselect"):
        return []
    own = sorted(doc["options"], key=lambda each: each["sort_order"])
    labels = [
        {
            "label": each["label"] if store == ALL else each["labels"].get("1", each["label"]),
            "value": each["value"],
        }
        for each in own
    ]
    return [{"label": " ", "value": ""}, *labels]


def shown(doc: dict[str, Any], store: str, *, is_short: bool = False) -> dict[str, Any]:
    """Word an attribute; lists of a set say less of each."""
    full = {**doc, "options": option_list(doc, store)}
    full["source_model"] = SOURCE_TABLE if doc["frontend_input"] in ("select", "multiselect") else None
    full["backend_model"] = PRICE_BACKEND if doc["frontend_input"] == "price" else None
    names = SHORT if is_short else [name for name in full if name != "set_ids"]
    dropped = ("source_model", "backend_model", "default_value", "default_frontend_label")
    found = {name: full[name] for name in names if not (name in dropped and full[name] is None)}
    return found


def get(call: Call) -> dict[str, Any]:
    found = shown(_one(call), call.store)
    return {"extension_attributes": {"is_pagebuilder_enabled": False}, **found}


def listing(call: Call) -> dict[str, Any]:
    columns = {"attribute_id": "id", "attribute_code": "name"}
    known = {
        name: Field("int" if name.startswith("is_") or name == "position" else "")
        for name in (*SHORT, *FLAGS, *MARKS, "is_visible", "position")
    }
    column = lists.document_column(known, columns, lists.crash)
    return lists.entities(call, KIND, column, lambda doc: shown(doc, call.store))


def options(call: Call) -> list[dict[str, Any]]:
    return option_list(_one(call), call.store)


def create(call: Call) -> dict[str, Any]:
    """
    Make an attribute.

    :raises Refusal: its code is taken
    """
    given = call.body["attribute"]
    code = given.get("attribute_code", "")
    if call.memory.named(KIND, code) is not None:
        raise refused("%1 already exists.", "Attribute with the same code")
    kind = given.get("frontend_input") or "text"
    if kind not in BACKENDS and not kind.startswith("swatch"):
        raise refused('Invalid value of "%1" provided for the %2 field.', kind, "frontend_input")
    kind = "select" if kind.startswith("swatch") else kind
    number = call.memory.number(KIND)
    label = given.get("default_frontend_label") or code
    doc = _document(number, code, kind, given.get("backend_type") or BACKENDS[kind], label)
    doc |= {name: given[name] for name in ("scope", "is_required", *FLAGS) if given.get(name) is not None}
    if kind in ("select", "multiselect"):
        doc["default_value"] = ""
    for option in given.get("options") or []:
        _add_option(call.memory, doc, option)
    call.memory.put(KIND, number, doc, name=code)
    return {"extension_attributes": {"is_pagebuilder_enabled": False}, **shown(doc, call.store)}


def update(call: Call) -> dict[str, Any]:
    doc = _one(call)
    given = call.body["attribute"]
    doc |= {
        name: given[name]
        for name in ("default_frontend_label", "is_required", "scope", *FLAGS)
        if given.get(name) is not None
    }
    call.memory.put(KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return {"extension_attributes": {"is_pagebuilder_enabled": False}, **shown(doc, call.store)}


def delete(call: Call) -> bool:
    doc = _one(call)
    if not doc["is_user_defined"]:
        raise refused('The "%1" attribute can\'t be deleted.', doc["attribute_code"])
    call.memory.forget(KIND, doc["attribute_id"])
    return True


def add_option(call: Call) -> str:
    """
    Add an option; its number comes as text.

    :raises Refusal: there is one of this label
    """
    doc = _one(call)
    number = _add_option(call.memory, doc, call.body["option"])
    doc["default_value"] = doc["default_value"] or ""
    call.memory.put(KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return number


def _add_option(memory: StoreMemory, doc: dict[str, Any], given: dict[str, Any]) -> str:
    label = given.get("label") or ""
    if any(each["label"] == label for each in doc["options"]):
        raise refused('Admin store attribute option label "%1" is already exists.', label)
    number = str(memory.number("option"))
    labels = {str(each.get("store_id")): each.get("label") for each in given.get("store_labels") or []}
    order = given.get("sort_order") or 0
    doc["options"].append({"value": number, "label": label, "sort_order": order, "labels": labels})
    return number


def add_label(memory: StoreMemory, doc: dict[str, Any], label: str) -> str:
    """Add an option by its label alone; give its number."""
    number = _add_option(memory, doc, {"label": label, "sort_order": len(doc["options"])})
    memory.put(KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return number


def add(memory: StoreMemory, code: str, kind: str, label: str) -> dict[str, Any]:
    """Add an attribute to the default set."""
    number = memory.number(KIND)
    doc = _document(number, code, kind, BACKENDS[kind], label) | {
        "default_value": "",
        "set_ids": [DEFAULT_SET],
    }
    memory.put(KIND, number, doc, name=code)
    return doc


def add_select(memory: StoreMemory, code: str, label: str) -> dict[str, Any]:
    """Add an attribute with options to the default set."""
    return add(memory, code, "select", label)


def delete_option(call: Call) -> bool:
    doc = _one(call)
    kept = [each for each in doc["options"] if each["value"] != call.params["optionId"]]
    if len(kept) == len(doc["options"]):
        text = 'The "%1" attribute doesn\'t include an option with "%2" ID.'
        raise missing(text, doc["attribute_code"], call.params["optionId"])
    doc["options"] = kept
    call.memory.put(KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return True


def change_option(call: Call) -> bool:
    """
    Change an option's label, place and labels of store views.

    :raises Refusal: there is no such option, or another has the label
    """
    doc, given, number = _one(call), call.body["option"], call.params["optionId"]
    found = next((each for each in doc["options"] if each["value"] == number), None)
    if found is None:
        raise missing(
            'The "%1" attribute doesn\'t include an option with "%2" ID.', doc["attribute_code"], number
        )
    if any(each["label"] == given.get("label") and each is not found for each in doc["options"]):
        raise refused('Admin store attribute option label "%1" is already exists.', given["label"])
    found |= {name: given[name] for name in ("label", "sort_order") if given.get(name) is not None}
    found["labels"] |= {
        str(each.get("store_id")): each.get("label") for each in given.get("store_labels") or []
    }
    call.memory.put(KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return True


TYPES = {
    "text": "Text Field", "textarea": "Text Area", "texteditor": "Text Editor", "pagebuilder": "Page Builder",
    "date": "Date", "datetime": "Date and Time", "boolean": "Yes/No", "multiselect": "Multiple Select",
    "select": "Dropdown", "price": "Price", "media_image": "Media Image", "swatch_visual": "Visual Swatch",
    "swatch_text": "Text Swatch", "weee": "Fixed Product Tax",
}  # fmt: skip


def types(_call: Call) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in TYPES.items()]


def of_pictures(call: Call) -> list[dict[str, Any]]:
    """
    List the roles that a picture may have in a set.

    :raises Refusal: there is no set of this name
    """
    name = call.params["attributeSetName"]
    if call.memory.named(SETS, name) is None:
        raise missing('The "%1" attribute set wasn\'t found. Verify and try again.', name)
    found = (each for each in call.memory.all(KIND) if each["frontend_input"] == "media_image")
    return [shown(each, call.store, is_short=True) for each in found]


ROUTES = (
    Route("GET", "products/attributes", RESOURCE, listing),
    Route("GET", "products/attributes/types", RESOURCE, types),
    Route("GET", "products/media/types/{attributeSetName}", RESOURCE, of_pictures),
    Route("PUT", "products/attributes/{attributeCode}/options/{optionId}", RESOURCE, change_option),
    Route("GET", "products/attributes/{attributeCode}", RESOURCE, get),
    Route("POST", "products/attributes", RESOURCE, create),
    Route("PUT", "products/attributes/{attributeCode}", RESOURCE, update),
    Route("DELETE", "products/attributes/{attributeCode}", RESOURCE, delete),
    Route("GET", "products/attributes/{attributeCode}/options", RESOURCE, options),
    Route("POST", "products/attributes/{attributeCode}/options", RESOURCE, add_option),
    Route("DELETE", "products/attributes/{attributeCode}/options/{optionId}", RESOURCE, delete_option),
)
