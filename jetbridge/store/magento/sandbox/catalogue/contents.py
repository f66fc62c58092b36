"""What bundles consist of and downloadable products give: options with their links, files to load and to try."""

import base64
import binascii
import re
from typing import Any

from ..errors import missing, no_such_entity, refused
from ..memory import StoreMemory

Doc = dict[str, Any]
COMPOSITE = ("bundle", "configurable", "grouped")
BUNDLE, LINKS, SAMPLES = "bundle", "download_links", "download_samples"
KINDS = ("url", "file")
FORBIDDEN = re.compile(r"[^\w.-]")


def said(given: Doc) -> Doc:
    return {name: value for name, value in given.items() if value is not None}


def keep(memory: StoreMemory, doc: Doc, extension: Doc) -> None:
    """
    Keep what comes with a product: the options of a bundle, the links and samples of a download; others go.

    :raises Refusal: something that they cannot be
    """
    if (options := extension.get("bundle_product_options")) is not None:
        numbers = {each["option_id"] for each in options if each.get("option_id")}
        doc[BUNDLE] = [each for each in doc.get(BUNDLE, []) if each["option_id"] in numbers]
        for each in options:
            keep_option(memory, doc, each)
    for name, place in (("downloadable_product_links", LINKS), ("downloadable_product_samples", SAMPLES)):
        if (files := extension.get(name)) is not None:
            numbers = {each["id"] for each in files if each.get("id")}
            doc[place] = [each for each in doc.get(place, []) if each["id"] in numbers]
            for each in files:
                keep_file(memory, doc, place, each)


def shown(doc: Doc) -> Doc:
    """Word them as extension attributes of their product."""
    if doc["type_id"] == "bundle":
        return {"bundle_product_options": doc.get(BUNDLE, [])}
    if doc["type_id"] == "downloadable":
        return {
            "downloadable_product_links": doc.get(LINKS, []), "downloadable_product_samples": doc.get(SAMPLES, []),
        }  # fmt: skip
    return {}


def option_of(doc: Doc, number: int) -> Doc:
    for each in doc.get(BUNDLE, []):
        if each["option_id"] == number:
            return dict(each)
    raise missing("The option that was requested doesn't exist. Verify the entity and try again.")


def keep_option(memory: StoreMemory, doc: Doc, given: Doc) -> int:
    """
    Give a bundle an option, or change the one of its number; links that are sent take the place of those it had.

    :raises Refusal: there is no such option, or a link is to what cannot be in a bundle
    """
    number, links = given.get("option_id"), given.get("product_links")
    known = option_of(doc, number) if number else {
        "option_id": memory.number("bundle_option"), "title": "", "required": False, "type": "select", "position": 0,
        "product_links": [],
    }  # fmt: skip
    made = {**known, **said(given), "option_id": known["option_id"], "sku": doc["sku"]}
    made["product_links"] = known["product_links"] if links is None else []
    rest = [each for each in doc.get(BUNDLE, []) if each["option_id"] != made["option_id"]]
    doc[BUNDLE] = sorted([*rest, made], key=lambda each: (each["position"], each["option_id"]))
    for each in links or []:
        keep_link(memory, doc, made, each)
    return int(made["option_id"])


def keep_link(memory: StoreMemory, doc: Doc, option: Doc, given: Doc) -> int:
    """
    Put a product into an option, or change the link of its number.

    :raises Refusal: there is no such product or link, it is put together of others, or it is in the option already
    """
    child = memory.named("product", given.get("sku") or "")
    if child is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    if child["type_id"] in COMPOSITE:
        raise refused("The bundle product can't contain another composite product.")
    links = option["product_links"]
    known = next((each for each in links if given.get("id") and each["id"] == str(given["id"])), None)
    if known is None and any(each["sku"].lower() == child["sku"].lower() for each in links):
        text = 'Child with specified sku: "%1" already assigned to product: "%2"'
        raise refused(text, given["sku"], doc["sku"])
    begun = {
        "id": str(memory.number("bundle_link")), "option_id": option["option_id"], "qty": 1, "position": 0,
        "is_default": False, "price": 0, "price_type": 0, "can_change_quantity": 0,
    }  # fmt: skip
    kept = known or begun
    made = {**kept, **said(given), "id": kept["id"], "sku": child["sku"], "option_id": option["option_id"]}
    option["product_links"] = [made if each is known else each for each in links] + ([] if known else [made])
    return int(made["id"])


def keep_file(memory: StoreMemory, doc: Doc, place: str, given: Doc) -> int:
    """
    Give a product a file to load or to try, or change the one of its number.

    :raises Refusal: there is none of this number, no title, or neither a file nor an address
    """
    number = given.get("id")
    known = next((each for each in doc.get(place, []) if each["id"] == number), None)
    if number and known is None:
        raise missing(
            f"No downloadable {NAMES[place]} with the provided ID was found. Verify the ID and try again."
        )
    made = {**(known or {"id": memory.number(place)}), **said(given)}
    for kind in ("link", "sample") if place == LINKS else ("sample",):
        _take_file(made, kind)
    if not made.get("title"):
        raise refused(f"The {NAMES[place]} title is empty. Enter the {NAMES[place]} title and try again.")
    if place == LINKS:
        made = {"sort_order": 0, "is_shareable": 0, "price": 0, "number_of_downloads": 0, **made}
    made["id"] = int(made["id"])
    doc[place] = [
        *(each for each in doc.get(place, []) if each["id"] != made["id"]),
        {"sort_order": 0, **made},
    ]
    return int(made["id"])


NAMES = {LINKS: "link", SAMPLES: "sample"}


def _take_file(made: Doc, kind: str) -> None:
    """
    Keep a file that was sent under its name, or an address.

    :raises Refusal: it is neither, or what was sent cannot be read
    """
    content, way = made.pop(f"{kind}_file_content", None), made.get(f"{kind}_type")
    if way is None and kind == "sample" and content is None and "link_type" in made:
        return
    if way not in KINDS:
        raise refused(f"The {kind} type is invalid. Verify the {kind} type and try again.")
    if way == "url" and not made.get(f"{kind}_url"):
        raise refused(f"{kind.title()} URL must have valid format.")
    if content is None:
        return
    try:
        base64.b64decode(content.get("file_data") or "", validate=True)
    except (binascii.Error, ValueError):
        raise refused("Provided content must be valid base64 encoded data.") from None
    name = FORBIDDEN.sub("_", content.get("name") or "") or "file"
    made[f"{kind}_file"] = f"/{name[0].lower()}/{(name[1:2] or '_').lower()}/{name}"


def drop(docs: list[Doc], place: str, number: int) -> Doc:
    """
    Take a file from the product that has it; return the product.

    :raises Refusal: none has it
    """
    for doc in docs:
        kept = [each for each in doc.get(place, []) if each["id"] != number]
        if len(kept) < len(doc.get(place, [])):
            doc[place] = kept
            return doc
    raise no_such_entity("id", number)
