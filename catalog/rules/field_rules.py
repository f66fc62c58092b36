"""Rules of single fields: lengths, numbers, vocabularies, check digits, and what must be there."""

import re
from collections.abc import Iterator

from catalog.mapping.fields.table import FIELDS
from catalog.mapping.fields.vocabularies import CPSIA_NONE, MEMBERS_ONLY
from catalog.products.identifiers import IDENTIFIERS
from catalog.rules.subjects import Found, Subject, advice, blocks, not_live

# Jet documents no limit; the SKU is part of an address, and longer ones were never seen.
LONGEST_SKU = 50
LONGEST_ADDRESS = 2000
_ADDRESS = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
SOLD_OUT, KEPT_OFF = "quantity.zero", "offering.kept_off"


def is_bad_address(url: str) -> bool:
    """Return whether an image would be sent under an address that Jet refuses; relative paths are not sent."""
    if not url.lower().startswith(("http://", "https://")):
        return False
    return len(url) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(url)


def sku(subject: Subject) -> Iterator[Found]:
    """The SKU is part of Jet's addresses."""
    name = subject.product.sku
    if len(name) > LONGEST_SKU:
        yield blocks("sku.too_long", "sku", f"The SKU has {len(name):,} characters; Jet takes {LONGEST_SKU}.")
    if "/" in name:
        yield blocks("sku.slash", "sku", "The SKU contains a slash, which Jet cannot have in an address.")


def values(subject: Subject) -> Iterator[Found]:
    """Every value must be readable as what Jet requires."""
    for name, error in subject.read[1].items():
        field = FIELDS[name]
        source = subject.resolved[name]
        where = f" (attribute {source.code})" if source.code else ""
        yield blocks(f"{name}.{error.code}", name, f"{field.label}{where} {error}.")


def required(subject: Subject) -> Iterator[Found]:
    """Title, brand and multipack quantity must be there."""
    for name, field in FIELDS.items():
        if field.required and name not in subject.resolved:
            yield blocks(f"{name}.missing", name, f"{field.label} is missing.")
    if "product_description" not in subject.resolved:
        yield advice("product_description.missing", "product_description", "The product has no description.")


def identifiers(subject: Subject) -> Iterator[Found]:
    """
    One of UPC, EAN, GTIN-14, ISBN or ASIN; brand and part number alone are taken but never go live.

    A configurable product is the name of a group: its children are sold, and have codes of their own.
    """
    if subject.is_configurable or any(name in subject.resolved for name in IDENTIFIERS):
        return
    if "brand" in subject.resolved and "mfr_part_number" in subject.resolved:
        yield not_live(
            "identifier.only_part_number",
            "UPC",
            "Brand and part number alone are taken but never go live: a UPC, EAN, GTIN-14, ISBN or ASIN is needed.",
        )
        return
    yield blocks(
        "identifier.missing",
        "UPC",
        "An identifier is missing: one of UPC, EAN, GTIN-14, ISBN-10, ISBN-13, ASIN.",
    )


def together(subject: Subject) -> Iterator[Found]:
    """Fields that depend on each other."""
    found = subject.read[0]
    if found.get("map_implementation") == MEMBERS_ONLY and "map_price" not in subject.resolved:
        yield blocks("map_price.needed", "map_price", "MAP implementation 102 needs a MAP price.")
    cautions = found.get("cpsia_cautionary_statements", ())
    if CPSIA_NONE in cautions and len(cautions) > 1:
        name = "cpsia_cautionary_statements"
        yield blocks(f"{name}.contradiction", name, f"“{CPSIA_NONE}” cannot stand beside other cautions.")
    units = ("number_units_for_price_per_unit", "type_of_unit_for_price_per_unit")
    if len([name for name in units if name in subject.resolved]) == 1:
        yield advice(
            "price_per_unit.half", units[0], "Price per unit needs both the number of units and the unit."
        )


def pictures(subject: Subject) -> Iterator[Found]:
    """Without a main image that Jet can fetch a product never goes live."""
    images = subject.pictures
    if not images.main:
        yield not_live("image.missing", "main_image_url", "The product has no image.")
    elif not images.main.lower().startswith(("http://", "https://")):
        yield not_live(
            "image.no_base_url",
            "main_image_url",
            f"The image path {images.main[:200]} is relative: enter the image base URL in Configuration.",
        )
    wrong = [url for url in (images.main, images.swatch, *images.others) if is_bad_address(url)]
    if wrong:
        yield blocks(
            "image.bad_address",
            "main_image_url",
            f"Jet would refuse the image address {wrong[0][:200]!r}: it has no host, holds blanks or is too long.",
        )
    if images.left_out:
        yield advice(
            "image.too_many", "main_image_url", f"Jet shows 8 further images; {images.left_out} are left out."
        )


def offer(subject: Subject) -> Iterator[Found]:
    """Price and quantity: without them nothing is sold. A group has neither, its children have."""
    if subject.price_refusal and not subject.is_configurable:
        yield not_live("price.missing", "price", subject.price_refusal)
    if subject.below_map is not None:
        yield advice(
            "price.below_map",
            "map_price",
            f"The price for Jet is below the MAP price of {subject.below_map}; the maker may forbid that.",
        )
    if subject.quantity <= 0 and not subject.is_configurable:
        yield advice(
            SOLD_OUT, "quantity", "The quantity for Jet is 0: Jet reviews a product once it has stock."
        )
    if subject.kept_off and not subject.product.excluded:
        yield advice(KEPT_OFF, "offered_anyway", f"The product is kept off Jet by {subject.kept_off}.")
    if not subject.product.enabled:
        yield advice(
            "product.disabled", "enabled", "The product is disabled in the store and not sold on Jet."
        )
