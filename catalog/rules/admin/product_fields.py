"""The fields of the product page in their groups, each of Jet's with where its value comes from."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.forms import BoundField, Textarea

from catalog.mapping import selectors as mapping
from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.sources import Resolved, Source, resolve, store_text
from catalog.mapping.fields.table import FIELDS
from catalog.products.forms import product_attributes
from catalog.products.identifiers import IDENTIFIERS
from catalog.products.models import Product, Variation
from catalog.products.values import BadValue
from catalog.rules.eligibility import eligibilities
from catalog.rules.forms.products import ProductForm
from catalog.rules.prices import PriceRefused, offered_price
from catalog.rules.quantities import explain_quantity
from jetbridge.core import store_days
from jetbridge.core.models import Configuration
from jetbridge.panel.display import Tone, chip

GENERAL = (
    (
        "What it is",
        ("sku", "name", "kind", "enabled", "excluded", "offered_anyway", "visibility", "attribute_set"),
    ),
    ("Store categories", ("category_links", "add_category", "listed_in")),
    ("Price", ("price", "special_price", "special_price_from", "special_price_to")),
    ("Stock and weight", ("quantity", "manage_stock", "is_in_stock", "stock_buffer", "weight")),
    ("Texts", ("short_description", "description")),
)
JET_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Brand and identifiers", ("brand", *IDENTIFIERS, "mfr_part_number", "manufacturer")),
    ("Title and description", ("product_title", "product_description", "bullets", "multipack_quantity")),
    (
        "Price and sale",
        (
            "msrp", "map_price", "map_implementation", "number_units_for_price_per_unit",
            "type_of_unit_for_price_per_unit", "start_selling_date", "product_tax_code", "no_return_fee_adjustment",
            "exclude_from_fee_adjustments",
        ),
    ),
    (
        "Weight, size and shipping",
        (
            "shipping_weight_pounds", "package_length_inches", "package_width_inches", "package_height_inches",
            "display_length_inches", "display_width_inches", "display_height_inches", "fulfillment_time",
            "ships_alone",
        ),
    ),
    (
        "Law and safety",
        (
            "legal_disclaimer_description", "safety_warning", "prop_65", "cpsia_cautionary_statements",
            "country_of_origin",
        ),
    ),
    ("Hints for Jet's catalogue", ("category_path", "amazon_item_type_keyword")),
)  # fmt: skip
# Groups that are open at once; the others open where they hold something.
ALWAYS_OPEN = 2
# As much of an inherited value as a line shows.
PLACEHOLDER = 300


@dataclass(frozen=True)
class JetRow:
    """One of Jet's fields: where its value comes from, and what Jet will receive."""

    field: BoundField
    source: Any
    receives: str
    refused: str
    without: str


@dataclass(frozen=True)
class Group:
    title: str
    rows: Sequence[Any]
    open: bool = True
    note: str = ""


def general(form: ProductForm, product: Product, config: Configuration) -> list[Group]:
    notes = {}
    if product.pk is not None:
        notes = {"Price": _price_note(product, config), "Stock and weight": _stock_note(product, config)}
    return [
        Group(title, [form[name] for name in names], note=notes.get(title, "")) for title, names in GENERAL
    ]


def _price_note(product: Product, config: Configuration) -> str:
    # A configurable product borrows its price from its children: read in one query.
    prefetch_related_objects([product], Prefetch("variations", Variation.objects.select_related("child")))
    try:
        price = offered_price(product, config, store_days.today())
        return f"Jet gets ${price:,.2f} by the price rule."
    except PriceRefused as reason:
        return str(reason)


def _stock_note(product: Product, config: Configuration) -> str:
    reserved = f" {product.reserved} are promised to orders." if product.reserved else ""
    eligibility = eligibilities([product], config).get(product.pk)
    return f"Jet gets {explain_quantity(product, config, eligibility)}{reserved}"


def attributes(form: ProductForm, product: Product, config: Configuration) -> list[Group]:
    """What the product holds or a mapping reads stands open; the store's other attributes wait below."""
    mapped = {*config.field_mapping.values(), *mapping.attribute_mappings().codes, *product.variation_codes}
    shown: list[BoundField] = []
    more: list[BoundField] = []
    for name in form.fields:
        if name.startswith(product_attributes.PREFIX):
            code = name.removeprefix(product_attributes.PREFIX)
            target = shown if code in product.attributes or code in mapped else more
            target.append(form[name])
    groups = [Group("Attributes", shown)] if shown else []
    if more:
        has_errors = any(field.errors for field in more)
        groups.append(Group(f"More attributes ({len(more)})", more, open=has_errors))
    return groups


def jet_groups(form: ProductForm, product: Product, config: Configuration) -> list[Group]:
    text = store_text(product, config) if product.pk is not None else None
    now = resolve(product, config, text=text)
    bare = copy.copy(product)
    bare.jet_fields = {}
    without = resolve(bare, config, text=text)
    # One code is enough for Jet: once there is one, the other kinds wait below.
    others = [name for name in IDENTIFIERS if name not in now]
    others = others if len(others) < len(IDENTIFIERS) else []
    shown = [(title, [name for name in names if name not in others]) for title, names in JET_GROUPS]
    if others:
        shown.insert(ALWAYS_OPEN, ("Other identifiers", others))
    groups = []
    for place, (title, names) in enumerate(shown):
        rows = [_jet_row(form[listing_fields.PREFIX + name], name, now, without) for name in names]
        filled = [now[name] for name in names if name in now]
        # What comes by itself is folded: a person looks at what was typed here, is wrong, or is always asked for.
        is_open = place < ALWAYS_OPEN or any(each.source == Source.OWN for each in filled)
        is_open = is_open or any(row.field.errors or row.refused for row in rows)
        note = f"{len(filled)} by mapping or default" if filled and not is_open else ""
        groups.append(Group(title, rows, open=is_open, note=note))
    return groups


def _jet_row(
    field: BoundField, name: str, now: Mapping[str, Resolved], without: Mapping[str, Resolved]
) -> JetRow:
    resolved, inherited = now.get(name), without.get(name)
    receives = refused = ""
    if resolved is not None:
        try:
            receives = words(FIELDS[name].read(resolved.value))
        except BadValue as error:
            refused = f"{words(resolved.value)}: {error}"
    own = resolved is not None and resolved.source == Source.OWN
    if inherited is not None:
        field.field.widget.attrs["placeholder"] = words(inherited.value)[:PLACEHOLDER]
    widget = field.field.widget
    is_text = isinstance(widget, Textarea) or getattr(widget, "input_type", "") == "text"
    if is_text and not own and inherited and receives == words(inherited.value):
        receives = ""  # the field itself shows it faintly
    behind = f"Without it: {words(inherited.value)} ({_origin(inherited)})" if own and inherited else ""
    return JetRow(field, _source_chip(resolved, required=FIELDS[name].required), receives, refused, behind)


def _source_chip(resolved: Resolved | None, *, required: bool) -> Any:
    if resolved is None:
        return chip("Missing", "red") if required else chip("No value", "grey")
    tones: dict[Source, Tone] = {Source.OWN: "green", Source.MAPPED: "blue", Source.DEFAULT: "grey"}
    return chip(
        _origin(resolved).capitalize() if resolved.source != Source.MAPPED else _origin(resolved),
        tones[resolved.source],
    )


def _origin(resolved: Resolved) -> str:
    if resolved.source == Source.MAPPED:
        return f"From {resolved.code}"
    return "own value" if resolved.source == Source.OWN else "default"


def words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return " · ".join(map(str, value)) if isinstance(value, list) else str(value)
