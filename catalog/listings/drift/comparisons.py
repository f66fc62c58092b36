"""What we would send beside what Jet holds, field by field. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.listings.facets.payloads import Body
from catalog.mapping.fields.table import FIELDS

# Fields of the SKU message that are no single value of the jet.com tab.
LABELS = {
    "standard_product_codes": "Identifiers",
    "jet_browse_node_id": "Jet category",
    "attributes_node_specific": "Attributes of the category",
    "main_image_url": "Main image",
    "swatch_image_url": "Swatch image",
    "alternate_images": "Further images",
    "price": "Price",
    "quantity": "Quantity at our node",
    "relationship": "Group",
    "variation_refinements": "Told apart by Jet's attributes",
    "children_skus": "Children",
    "group_title": "Title of the group",
    "shipping_exceptions": "Shipping exceptions at our node",
    "time_to_return": "Days to return",
    "return_location_ids": "Return locations",
    "return_shipping_methods": "Return methods",
} | {name: field.label for name, field in FIELDS.items()}
# What a merchant looks for first.
FIRST = (
    "price",
    "quantity",
    "product_title",
    "brand",
    "standard_product_codes",
    "ASIN",
    "jet_browse_node_id",
)


# What a look at a SKU always shows, also where neither side has it.
ALWAYS = (
    "price",
    "quantity",
    "product_title",
    "brand",
    "standard_product_codes",
    "main_image_url",
    "product_description",
    "manufacturer",
    "multipack_quantity",
    "safety_warning",
)


@dataclass(frozen=True)
class Names:
    """What Jet's numbers of categories and attributes stand for."""

    categories: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)

    def category(self, number: Any) -> str:
        """Word a category: "Kitchen > Mugs (4000188)"."""
        return _named(self.categories, number)

    def attribute(self, number: Any) -> str:
        """Word an attribute: "Color (119)"."""
        return _named(self.attributes, number)


def _named(names: Mapping[str, str], number: Any) -> str:
    name = names.get(str(number), "")
    return f"{name} ({number})" if name else str(number)


NO_NAMES = Names()


@dataclass(frozen=True)
class Line:
    """One field on both sides, in words; empty where a side has none."""

    label: str
    ours: str
    jets: str
    differs: bool


def compare(
    ours: Body, held: Mapping[str, Any], *, node: str, names: Names = NO_NAMES, always: Collection[str] = ()
) -> list[Line]:
    """
    Return every field that one side has, and those of `always`, in the order in which a merchant looks for them.

    held is Jet's answer as it came; what Jet adds by itself (its ids, dates, status) is left out.
    """
    jets = {name: held[name] for name in LABELS if held.get(name) not in (None, [], "")}
    quantity = quantity_at(held, node)
    if quantity is not None:
        jets["quantity"] = quantity
    fields = [
        name
        for name in (*FIRST, *(each for each in LABELS if each not in FIRST))
        if name in ours or name in jets or name in always
    ]
    return [_line(name, ours.get(name), jets.get(name), names) for name in fields]


def quantity_at(held: Mapping[str, Any], node: str) -> Any:
    """Return the quantity that Jet holds at a node, or nothing where it knows none."""
    rows = held.get("inventory_by_fulfillment_node") or []
    return next((row.get("quantity") for row in _dicts(rows) if row.get("fulfillment_node_id") == node), None)


def _line(name: str, ours: Any, jets: Any, names: Names) -> Line:
    differs = alike(name, ours) != alike(name, jets)
    return Line(LABELS[name], shown(name, ours, names), shown(name, jets, names), differs)


def shown(name: str, value: Any, names: Names = NO_NAMES) -> str:
    """Return a value in words, one entry a line."""
    if value is None:
        return ""
    if name == "jet_browse_node_id":
        return names.category(value)
    if name in AMOUNTS and isinstance(value, int | float | Decimal):
        return f"${Decimal(str(value)):,.2f}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return "\n".join(_entry(name, each, names) for each in value)
    return str(value)


def _entry(name: str, entry: Any, names: Names = NO_NAMES) -> str:
    if name == "variation_refinements":
        return names.attribute(entry)
    worded = WORDED.get(name)
    return worded(entry, names) if worded and isinstance(entry, Mapping) else str(entry)


WORDED: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "standard_product_codes": lambda row, names: (
        f"{row.get('standard_product_code_type', '')} {row.get('standard_product_code', '')}".strip()
    ),
    "attributes_node_specific": lambda row, names: _attribute(row, names),
    "alternate_images": lambda row, names: f"{row.get('image_slot_id')}: {row.get('image_url', '')}",
    "shipping_exceptions": lambda row, names: _exception(row),
}


def _attribute(row: Mapping[str, Any], names: Names) -> str:
    """Word an attribute's value: "Color (119): Blue", with its unit."""
    value = f"{row.get('attribute_value', '')} {row.get('attribute_value_unit') or ''}".strip()
    return f"{names.attribute(row.get('attribute_id'))}: {value}"


def _exception(row: Mapping[str, Any]) -> str:
    """Word a shipping exception: "restricted: Standard", "exclusive: Freight, Additional charge $3.25"."""
    what = row.get("service_level") or row.get("shipping_method") or ""
    words = f"{row.get('shipping_exception_type', '')}: {what}"
    charge = row.get("shipping_charge_amount")
    if charge is None:
        return words
    return f"{words}, {row.get('override_type') or 'charge'} ${Decimal(str(charge)):,.2f}"


AMOUNTS = ("price", "msrp", "map_price", "no_return_fee_adjustment")
# Their order says nothing.
SETS = (
    "standard_product_codes",
    "attributes_node_specific",
    "children_skus",
    "shipping_exceptions",
    "return_location_ids",
    "return_shipping_methods",
)


def alike(name: str, value: Any) -> Any:
    """Return a value in the form in which both sides can be compared: 12 and 12.00 are one price."""
    if name == "start_selling_date":
        return str(value or "")[:10]
    if isinstance(value, list | tuple):
        entries = [_entry(name, each) for each in value]
        return tuple(sorted(entries)) if name in SETS else tuple(entries)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return str(value)


def _number(value: float | Decimal) -> Decimal | str:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _dicts(rows: Any) -> Iterable[Mapping[str, Any]]:
    return (row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list | tuple) else ()
