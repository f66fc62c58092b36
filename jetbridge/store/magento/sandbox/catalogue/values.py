"""
Values of attributes as the store takes them: much is read freely, and what it does not know is dropped in silence.
"""

from datetime import datetime
from typing import Any

from ..call import ALL, Call
from ..errors import refused
from ..memory import StoreMemory
from . import attributes

LONGEST_TEXT = 255
DATE_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y", "%m/%d/%Y", "%d-%m-%Y",
)  # fmt: skip
TOP = ("name", "price", "status", "visibility", "weight")


def apply(call: Call, doc: dict[str, Any], given: dict[str, Any], *, is_new: bool) -> None:
    """
    Write what was sent into a product: for all store views, or for the one that was spoken to.

    :raises Refusal: a value of another kind than its attribute's
    """
    is_view = call.store != ALL and not is_new
    target = doc["views"].setdefault(call.store, {}) if is_view else doc["values"]
    for code in TOP:
        if code in given:
            _check_top(code, given[code])
            _set(doc, target if code == "name" else doc["values"], code, given[code])
    for each in given.get("custom_attributes") or []:
        _apply_custom(call, doc, target, each)
    extension = given.get("extension_attributes") or {}
    if extension.get("website_ids") is not None:
        doc["website_ids"] = extension["website_ids"]
    if extension.get("category_links") is not None:
        doc["links"] = [
            {"position": each.get("position") or 0, "category_id": str(each["category_id"])}
            for each in extension["category_links"]
        ]
    if given.get("attribute_set_id"):
        doc["attribute_set_id"] = given["attribute_set_id"]
    if given.get("type_id") and not is_new:
        doc["type_id"] = given["type_id"]
    if given.get("tier_prices") is not None:
        doc["tier_prices"] = given["tier_prices"]
    if given.get("product_links") is not None:
        doc["product_links"] = [_link(call.memory, doc, each) for each in given["product_links"]]


def _link(memory: StoreMemory, doc: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    other = memory.named("product", given.get("linked_product_sku") or "")
    if other is None:
        raise refused("The linked products data is invalid. Verify the data and try again.")
    return {
        "sku": doc["sku"], "link_type": given.get("link_type") or "related", "linked_product_sku": other["sku"],
        "linked_product_type": other["type_id"], "position": given.get("position") or 0,
    }  # fmt: skip


def _check_top(code: str, value: Any) -> None:
    if code == "name" and value == "":
        raise refused('The "Product Name" attribute value is empty. Set the attribute and try again.')
    if code == "price" and isinstance(value, int | float) and value < 0:
        raise refused("Please enter a number 0 or greater in this field.")


def _set(doc: dict[str, Any], target: dict[str, Any], code: str, value: Any) -> None:
    """A view's value of null gives the one of all views back; elsewhere null clears."""
    if value is None:
        target.pop(code, None)
    else:
        target[code] = value


def _apply_custom(call: Call, doc: dict[str, Any], target: dict[str, Any], given: dict[str, Any]) -> None:
    code, value = given.get("attribute_code") or "", given.get("value")
    attribute = call.memory.named(attributes.KIND, code)
    if attribute is None or code in ("sku", *TOP):
        return  # dropped in silence
    if code == "category_ids":
        doc["links"] = [{"position": 0, "category_id": str(each)} for each in value or []]
        return
    if value is None:
        target.pop(code, None)
        return
    place = target if attribute["scope"] != "global" else doc["values"]
    place[code] = _read(attribute, value)
    if code == "special_price" and "special_from_date" not in doc["values"]:
        doc["values"]["special_from_date"] = f"{call.world.stamp()[:10]} 00:00:00"


def _read(attribute: dict[str, Any], value: Any) -> Any:
    code, kind = attribute["attribute_code"], attribute["frontend_input"]
    if isinstance(value, dict | list):
        raise _wrong(code)
    if kind in ("price", "weight"):
        return f"{_decimal(value):.6f}"
    if kind in ("date", "datetime"):
        return _date(code, str(value))
    if kind == "boolean":
        if isinstance(value, bool) or str(value) not in ("0", "1"):
            raise _wrong(code)
        return str(value)
    if kind == "select":
        if isinstance(value, bool) or (
            not str(value).lstrip("-").isdecimal() and attribute["backend_type"] == "int"
        ):
            raise _wrong(code)
        return str(value)
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return text[:LONGEST_TEXT] if kind == "text" else text


def _wrong(code: str) -> Exception:
    return refused(
        f'Error occurred during "custom_attributes" processing. Attribute "{code}" has invalid value.'
    )


def _decimal(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _date(code: str, text: str) -> str:
    for form in DATE_FORMS:
        try:
            return f"{datetime.strptime(text, form):%Y-%m-%d %H:%M:%S}"  # noqa: DTZ007 - dates have no zone here
        except ValueError:
            continue
    raise refused('The "%1" value is not a valid date.', code) if text else _wrong(code)


def trim_options(memory: StoreMemory, parent: dict[str, Any]) -> None:
    """Leave in a parent's options the values that its children have."""
    for option in parent["options"]:
        code = attributes.code_of(memory, option["attribute_id"])
        children = (memory.get("product", number) for number in parent["children"])
        used = {str(each["values"].get(code)) for each in children if each is not None}
        if used:
            option["values"] = [each for each in option["values"] if str(each["value_index"]) in used]
