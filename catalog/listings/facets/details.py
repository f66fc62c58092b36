"""Details: the SKU message, by which Jet gets to know a SKU (docs/jet-api.md, products)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Prefetch, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce

from catalog.listings.facets import contexts, registry
from catalog.listings.facets.base import Answer
from catalog.listings.facets.comparisons import compare
from catalog.listings.facets.content import Content, picture_fields
from catalog.listings.facets.contexts import Listed, PayloadContext
from catalog.listings.facets.fields import Field, Names, each_row
from catalog.listings.facets.figures import Figure, Ground, Reading, is_newer
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models import Listing
from catalog.listings.models.facets import Word
from catalog.mapping import selectors as mapping
from catalog.mapping.fields.sources import resolve, store_text
from catalog.mapping.fields.table import FIELDS
from catalog.mapping.placements import Placement, node_attributes, placements
from catalog.products.identifiers import CODE_LENGTHS
from catalog.products.image_urls import Picture
from catalog.products.models import Product, ProductImage, ProductText
from catalog.products.values import BadValue
from jetbridge.core import store_days
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import Configuration
from jetbridge.core.models.ranges import among

# What Jet never gets to see of a product.
OWN_FIELDS = frozenset(
    {
        "visibility",
        "updated_at",
        "source_hash",
        "is_demo",
        "attribute_set",
        "offered_anyway",
        "closed_by_quantity",
    }
)
# What a merchant looks for first, and what a look always shows.
FIRST = {"product_title": 3, "brand": 4, "ASIN": 6}
ALWAYS = frozenset(
    {
        "product_title",
        "brand",
        "product_description",
        "manufacturer",
        "multipack_quantity",
        "safety_warning",
    }
)
AMOUNTS = frozenset({"msrp", "map_price", "no_return_fee_adjustment"})
# Fields that the drift report names.
NAMED = 5


def _code(row: Mapping[str, Any], names: Names) -> str:
    return f"{row.get('standard_product_code_type', '')} {row.get('standard_product_code', '')}".strip()


def _value(row: Mapping[str, Any], names: Names) -> str:
    """Word an attribute's value: "Color (119): Blue", with its unit."""
    value = f"{row.get('attribute_value', '')} {row.get('attribute_value_unit') or ''}".strip()
    return f"{names.attribute(row.get('attribute_id'))}: {value}"


def _few(pairs: Iterable[tuple[str, str]]) -> str:
    found = [f"{label}: {value or 'nothing'}" for label, value in pairs]
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return "\n".join(found[:NAMED])[:480] + more


@registry.register
class Details(Content):
    """Title, text, identifiers, category, attributes, images."""

    name, label, order = "details", "Details", 20
    file_kind = Word("MerchantSKUs", "SKUs", 1)
    creates_sku = True
    fields = (
        Field("standard_product_codes", "Identifiers", 5, always=True, is_set=True, words=each_row(_code)),
        Field("jet_browse_node_id", "Jet category", 7, words=lambda number, names: names.category(number)),
        Field("attributes_node_specific", "Attributes of the category", is_set=True, words=each_row(_value)),
        *(
            Field(
                name,
                known.label,
                FIRST.get(name, 90),
                always=name in ALWAYS,
                is_amount=name in AMOUNTS,
                is_day=name == "start_selling_date",
            )
            for name, known in FIELDS.items()
        ),
    )

    def part_of(self, products: Collection[Product]) -> Collection[int]:
        """Take all of them: each product has it."""
        return {product.pk for product in products}

    def is_changed_by(self, columns: Collection[str], config: Configuration) -> bool:
        """By everything that Jet gets to see and that is no other facet's alone."""
        others = {name for facet in registry.facets() for name in facet.columns}
        return self.may_follow_edits(config) and bool(set(columns) - others - OWN_FIELDS)

    def shows(self, body: Mapping[str, Any]) -> list[str]:
        """Images too where the message has any: without, it leaves those on Jet alone."""
        own = {each.name for each in self.fields}
        for facet in registry.that(lambda facet: facet.figure == self.figure):
            names = {each.name for each in facet.fields}
            own |= names if not names.isdisjoint(body) else set()
        return [name for name in registry.fields() if name in own]

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Watch content for changes by others; the younger of the messages that say it is what Jet holds of us."""
        row, held = ground.row(reading, self), reading.held
        if held is None or row is None or row.accepted is None or row.next_try_at is not None:
            return None
        both = registry.that(lambda facet: facet.figure == self.figure)
        rows = [each for facet in both if (each := ground.row(reading, facet)) is not None]
        if any(is_newer(each, reading) for each in rows):
            return None
        sent, sent_at = dict(row.accepted), row.accepted_at
        for other in rows:
            later = other.accepted_at if other.accepted is not None else None
            if later is not None and (sent_at is None or later > sent_at):
                sent, sent_at = {**sent, **(other.accepted or {})}, later
        # What the offer holds is compared as figures of their own.
        offers = {each.label for facet in registry.offers() for each in facet.fields}
        lines = compare(sent, held.raw, node=ground.account.fulfillment_node_id)
        differing = [line for line in lines if line.differs and line.ours and line.label not in offers]
        return Figure(
            self.figure.name,
            None,
            _few((line.label, line.jets) for line in differing),
            store_at=product.updated_at,
            sent=_few((line.label, line.ours) for line in differing),
            sent_at=sent_at,
            live_at=held.content_updated_at,
            only_foreign=True,
        )

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read children, texts, images, and where the products stand in Jet's taxonomy."""
        found = list(context.products.values())
        contexts.read_groups(found)
        if context.config.store_view_id is not None:
            spoken = ProductText.objects.filter(store_view_id=context.config.store_view_id)
            prefetch_related_objects(found, Prefetch("texts", spoken))
        images = contexts.images_of(contexts.product_ids(listings))
        context.own = images, placements(found, mapping.attribute_mappings())

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word everything that the product has."""
        product = context.product_of(listing)
        family = product.children()
        images, placed = context.own
        return details(
            product,
            config=context.config,
            placement=placed.get(product.pk, Placement()),
            images=images.get(product.pk, ()),
            text=store_text(product, context.config),
            stand_in=family[0] if family else None,
        )

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Create the SKU, or replace its listing data."""
        at_jet.put(client, sku, body)

    def accepted(self, answers: Sequence[Answer], now: dt.datetime) -> None:
        """Jet has the SKUs, and begins to review those that are new to it."""
        Listing.objects.filter(among("pk", [answer.row.listing_id for answer in answers])).update(
            first_sent_at=Coalesce("first_sent_at", now),
            status_due_at=now,
            status=Case(
                When(status=Listing.Status.NOT_UPLOADED, then=Value(Listing.Status.UNDER_REVIEW)),
                default=F("status"),
            ),
        )
        registry.note_opened([answer.row.listing for answer in answers if answer.row.listing.is_new])


def details(
    product: Product,
    *,
    config: Configuration,
    placement: Placement,
    images: Iterable[ProductImage | Picture] = (),
    text: ProductText | None = None,
    stand_in: Product | None = None,
) -> Body:
    """
    Word the SKU message: every resolved field, identifiers, category, its attributes, images.

    A value that cannot be read goes as the store holds it: validation has blocked it, and where somebody
    sends it anyway Jet's answer shall be about what the store holds. stand_in is the child whose values a
    configurable product borrows for the attributes that distinguish its children.
    """
    body: Body = {}
    codes = []
    for name, resolved in resolve(product, config, text=text).items():
        value = _read(name, resolved.value)
        if name in CODE_LENGTHS:
            codes.append({"standard_product_code": value, "standard_product_code_type": name})
        else:
            body[name] = value
    if codes:
        body["standard_product_codes"] = codes
    if placement.jet_category_id is not None:
        body["jet_browse_node_id"] = placement.jet_category_id
    attributes = node_attributes(product, placement.rules, text=text, stand_in=stand_in)
    if attributes:
        body["attributes_node_specific"] = attributes
    return {**body, **picture_fields(images, config.image_base_url)}


def _read(name: str, value: Any) -> Any:
    try:
        read = FIELDS[name].read(value)
    except BadValue:
        return str(value) if isinstance(value, Decimal | dt.date) else value
    if isinstance(read, dt.date):
        moment = store_days.local(store_days.start(read))
        return f"{moment:%Y-%m-%dT%H:%M:%S}.0000000{moment.isoformat()[-6:]}"
    return read
