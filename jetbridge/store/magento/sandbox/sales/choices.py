"""What a buyer chooses of a product (a child, parts, files, options of its own), and what that costs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import refused
from ..memory import StoreMemory

Doc = dict[str, Any]
UNCHOSEN = "You need to choose options for your item."
REQUIRED = "Please select all required options."
UNSPECIFIED = "Please specify product option(s)."
GONE = "The options you selected are not available."
NO_LINK = "Please specify product link(s)."
OWN_REQUIRED = (
    "The product's required option(s) weren't entered. Make sure the options are entered and try again."
)
OWN_GONE = "Some of the selected item options are not currently available."
PERCENT = "percent"
# What nobody ships.
VIRTUAL = ("virtual", "downloadable")


@dataclass
class Chosen:
    """
    What goes into a cart: under which SKU, for how much, and of what a unit of it takes from stock.

    `parts` are SKU, units and price of each; `options` are shown again as they were chosen.
    """

    sku: str
    price: float
    regular: float
    parts: list[tuple[str, float, float]]
    options: dict[str, Any] = field(default_factory=dict)


def cost(doc: Doc, today: str) -> tuple[float, float]:
    """Return what a product costs today, and what it costs otherwise."""
    regular = float(doc["values"].get("price") or 0)
    special = doc["values"].get("special_price")
    start, end = doc["values"].get("special_from_date", ""), doc["values"].get("special_to_date", "9")
    return (float(special) if special is not None and start <= today <= end else regular), regular


def chosen(memory: StoreMemory, doc: Doc, given: Doc, today: str) -> Chosen:
    """
    Read what is chosen of a product.

    :raises Refusal: something is not chosen that has to be, or cannot be chosen
    """
    extension = (given.get("product_option") or {}).get("extension_attributes") or {}
    if doc["type_id"] == "configurable":
        found = _child(memory, doc, extension.get("configurable_item_options") or [], today)
    elif doc["type_id"] == "bundle":
        found = _bundle(memory, doc, extension.get("bundle_options") or [], today)
    else:
        price, regular = cost(doc, today)
        found = Chosen(doc["sku"], price, regular, [(doc["sku"], 1.0, price)])
        if doc["type_id"] == "downloadable":
            _add_links(
                doc, found, (extension.get("downloadable_option") or {}).get("downloadable_links") or []
            )
    _add_own(doc, found, extension.get("custom_options") or [])
    return found


def _said(options: list[Doc]) -> dict[str, str]:
    """Return what is said of each option, by its number."""
    return {str(each.get("option_id")): str(each.get("option_value") or "") for each in options}


def _child(memory: StoreMemory, doc: Doc, options: list[Doc], today: str) -> Chosen:
    values = _said(options)
    codes = {}
    for option in doc["options"]:
        attribute = memory.get("attribute", int(option["attribute_id"]))
        if attribute is not None:
            codes[attribute["attribute_code"]] = values.get(option["attribute_id"])
    for number in doc["children"]:
        child = memory.get("product", number)
        if child is not None and all(
            str(child["values"].get(code)) == value for code, value in codes.items()
        ):
            price, regular = cost(child, today)
            shown = {"configurable_item_options": options} if options else {}
            return Chosen(child["sku"], price, regular, [(child["sku"], 1.0, 0.0)], shown)
    raise refused(UNCHOSEN)


def _bundle(memory: StoreMemory, doc: Doc, options: list[Doc], today: str) -> Chosen:
    """Take parts as they are chosen; of a fixed price each adds what its link says, else what the part costs."""
    asked = {each.get("option_id"): each for each in options}
    links = list(_selected(doc, asked))
    if len(links) != sum(len(each.get("option_selections") or []) for each in options):
        raise refused(GONE)
    if not links:
        raise refused(UNSPECIFIED)
    base, _ = cost(doc, today)
    is_fixed = str(doc["values"].get("price_type") or 0) == "1"
    total, parts = base if is_fixed else 0.0, list[tuple[str, float, float]]()
    for link in links:
        child = memory.named("product", link["sku"])
        if child is None:
            raise refused(GONE)
        may_say = link.get("can_change_quantity") and asked[link["option_id"]].get("option_qty")
        units = float(asked[link["option_id"]]["option_qty"] if may_say else link.get("qty") or 1)
        own = float(link.get("price") or 0)
        added = base * own / 100 if link.get("price_type") == 1 else own
        price = added if is_fixed else cost(child, today)[0]
        total += price * units
        parts.append((child["sku"], units, 0.0 if is_fixed else price))
    is_put_together = str(doc["values"].get("sku_type") or 0) == "0"
    sku = "-".join([doc["sku"], *(each[0] for each in parts)]) if is_put_together else doc["sku"]
    return Chosen(sku, total, total, parts, {"bundle_options": options})


def _selected(doc: Doc, asked: dict[Any, Doc]) -> Iterator[Doc]:
    for option in doc.get("bundle", []):
        numbers = (asked.get(option["option_id"]) or {}).get("option_selections") or []
        links = [each for each in option["product_links"] if int(each["id"]) in numbers]
        if option.get("required") and not links:
            raise refused(REQUIRED)
        yield from links


def _add_links(doc: Doc, found: Chosen, numbers: list[int]) -> None:
    """Add the price of files that are bought one by one; otherwise all come with the product."""
    links = doc.get("download_links", [])
    if str(doc["values"].get("links_purchased_separately") or 0) == "1":
        links = [each for each in links if each["id"] in numbers]
        if not links:
            raise refused(NO_LINK)
        found.price += sum(float(each.get("price") or 0) for each in links)
    found.options["downloadable_option"] = {"downloadable_links": [each["id"] for each in links]}


def _add_own(doc: Doc, found: Chosen, options: list[Doc]) -> None:
    asked = _said(options)
    base = found.price
    for option in doc.get("own_options", []):
        said = asked.get(str(option["option_id"]), "")
        if not said:
            if option.get("is_require"):
                raise refused(OWN_REQUIRED)
            continue
        for each in _values(option, said):
            price = float(each.get("price") or 0)
            found.price += base * price / 100 if each.get("price_type") == PERCENT else price
            found.sku += f"-{each['sku']}" if each.get("sku") else ""
    if options:
        found.options["custom_options"] = options


def _values(option: Doc, said: str) -> list[Doc]:
    """Return what carries an option's price: the values that are chosen of it, or itself where it has none."""
    if not option.get("values"):
        return [option]
    numbers = said.split(",")
    found = [each for each in option["values"] if str(each["option_type_id"]) in numbers]
    if len(found) != len(numbers):
        raise refused(OWN_GONE)
    return found
