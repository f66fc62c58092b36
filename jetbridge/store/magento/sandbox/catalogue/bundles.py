"""Bundles and downloadable products by calls of their own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ..call import Call, Route
from ..errors import missing, refused
from ..memory import StoreMemory
from . import contents, products
from .contents import BUNDLE, LINKS, SAMPLES, Doc

RESOURCE, DOWNLOADS = "Magento_Catalog::products", "Magento_Downloadable::downloadable"
OPTION_TYPES = {
    "select": "Drop-down",
    "radio": "Radio Buttons",
    "checkbox": "Checkbox",
    "multi": "Multiple Select",
}
NO_BUNDLE = 'The product with the "%1" SKU isn\'t a bundle product.'


def option_types(_call: Call) -> list[Doc]:
    return [{"label": label, "code": code} for code, label in OPTION_TYPES.items()]


def _bundle(memory: StoreMemory, sku: str) -> Doc:
    doc = products.find(memory, sku)
    if doc["type_id"] != "bundle":
        raise refused(NO_BUNDLE, doc["sku"])
    return doc


def _of_call(call: Call) -> Doc:
    return _bundle(call.memory, call.params["sku"])


def _kept(call: Call, doc: Doc) -> None:
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)


def options(call: Call) -> list[Doc]:
    return list(_of_call(call).get(BUNDLE, []))


def option(call: Call) -> Doc:
    return contents.option_of(_of_call(call), call.number("optionId"))


def save_option(call: Call) -> int:
    """
    Make an option of the bundle that it names, or change it.

    :raises Refusal: no bundle is named, or there is no such option
    """
    given = dict(call.body["option"])
    if "optionId" in call.params:
        given["option_id"] = call.number("optionId")
    doc = _bundle(call.memory, given.get("sku") or "")
    number = contents.keep_option(call.memory, doc, given)
    _kept(call, doc)
    return number


def drop_option(call: Call) -> bool:
    doc, number = _of_call(call), call.number("optionId")
    contents.option_of(doc, number)
    doc[BUNDLE] = [each for each in doc[BUNDLE] if each["option_id"] != number]
    _kept(call, doc)
    return True


def children(call: Call) -> list[Doc]:
    doc, chosen = _bundle(call.memory, call.params["productSku"]), str(call.query.get("optionId") or "")
    found = [each for each in doc.get(BUNDLE, []) if chosen in ("", str(each["option_id"]))]
    return [link for each in found for link in each["product_links"]]


def link(call: Call) -> int:
    """
    Put a product into an option of a bundle.

    :raises Refusal: there is no such option or product, or it is in it already
    """
    doc, number = _of_call(call), call.number("optionId")
    found = next((each for each in doc.get(BUNDLE, []) if each["option_id"] == number), None)
    if found is None:
        text = 'Product with specified sku: "%1" does not contain option: "%2"'
        raise refused(text, doc["sku"], number)
    made = contents.keep_link(call.memory, doc, found, call.body["linkedProduct"])
    _kept(call, doc)
    return made


def change_link(call: Call) -> bool:
    """
    Change what a link says.

    :raises Refusal: the bundle has none of this number
    """
    doc, given = _of_call(call), dict(call.body["linkedProduct"]) | {"id": call.params["id"]}
    for each in doc.get(BUNDLE, []):
        if any(known["id"] == given["id"] for known in each["product_links"]):
            contents.keep_link(call.memory, doc, each, given)
            _kept(call, doc)
            return True
    raise refused(
        'The product link with the "%1" ID field wasn\'t found. Verify the ID and try again.', given["id"]
    )


def unlink(call: Call) -> bool:
    """
    Take a product out of an option.

    :raises Refusal: it is not in it
    """
    doc, number, sku = _of_call(call), call.number("optionId"), call.params["childSku"].lower()
    for each in doc.get(BUNDLE, []):
        kept = [known for known in each["product_links"] if known["sku"].lower() != sku]
        if each["option_id"] == number and len(kept) < len(each["product_links"]):
            each["product_links"] = kept
            _kept(call, doc)
            return True
    raise missing("The bundle product doesn't exist. Review your request and try again.")


def files(place: str, call: Call) -> list[Doc]:
    return list(products.find(call.memory, call.params["sku"]).get(place, []))


def save_file(place: str, name: str, call: Call) -> int:
    """
    Give a downloadable product a file, or change it.

    :raises Refusal: it is another kind of product, or there is no such file
    """
    doc, given = products.find(call.memory, call.params["sku"]), dict(call.body[name])
    if doc["type_id"] != "downloadable":
        raise refused("The product needs to be the downloadable type. Verify the product and try again.")
    if "id" in call.params:
        given["id"] = call.number("id")
    number = contents.keep_file(call.memory, doc, place, given)
    _kept(call, doc)
    return number


def drop_file(place: str, call: Call) -> bool:
    downloads = [each for each in call.memory.all(products.KIND) if each["type_id"] == "downloadable"]
    _kept(call, contents.drop(downloads, place, call.number("id")))
    return True


def _files(tail: str, place: str, name: str) -> tuple[Route, ...]:
    save: Callable[[Call], Any] = partial(save_file, place, name)
    return (
        Route("GET", f"products/{{sku}}/downloadable-links{tail}", DOWNLOADS, partial(files, place)),
        Route("POST", f"products/{{sku}}/downloadable-links{tail}", DOWNLOADS, save),
        Route("PUT", f"products/{{sku}}/downloadable-links{tail}/{{id}}", DOWNLOADS, save),
        Route("DELETE", f"products/downloadable-links{tail}/{{id}}", DOWNLOADS, partial(drop_file, place)),
    )


ROUTES = (
    Route("GET", "bundle-products/options/types", RESOURCE, option_types),
    Route("POST", "bundle-products/options/add", RESOURCE, save_option),
    Route("PUT", "bundle-products/options/{optionId}", RESOURCE, save_option),
    Route("GET", "bundle-products/{productSku}/children", RESOURCE, children),
    Route("POST", "bundle-products/{sku}/links/{optionId}", RESOURCE, link),
    Route("PUT", "bundle-products/{sku}/links/{id}", RESOURCE, change_link),
    Route("GET", "bundle-products/{sku}/options/all", RESOURCE, options),
    Route("GET", "bundle-products/{sku}/options/{optionId}", RESOURCE, option),
    Route("DELETE", "bundle-products/{sku}/options/{optionId}", RESOURCE, drop_option),
    Route("DELETE", "bundle-products/{sku}/options/{optionId}/children/{childSku}", RESOURCE, unlink),
    *_files("", LINKS, "link"), *_files("/samples", SAMPLES, "sample"),
)  # fmt: skip
