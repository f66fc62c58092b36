"""Reads what a chunk of listings needs in a handful of queries, and words each of them for Jet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from catalog.listings.facets import payloads
from catalog.listings.facets.payloads import AttributeRule, Body, Placement
from catalog.listings.models import Facet, Listing, PriceReview
from catalog.listings.services.wishes import Listed
from catalog.mapping import selectors as mapping
from catalog.mapping.fields.sources import store_text
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.image_urls import Picture
from catalog.products.models import Product, ProductImage, ProductText, Variation
from catalog.rules.eligibility import OfferingRules, Standing, standings
from catalog.rules.models import ReturnException
from catalog.rules.prices import PriceRefused, jet_price
from catalog.rules.quantities import jet_quantity
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.ranges import among

# Columns that the wording of a facet never looks at.
NEVER_READ = ("sku_key", "attribute_set", "visibility", "source_hash", "is_demo", "created_at", "updated_at")
UNREAD = {
    Facet.DETAILS: NEVER_READ,
    Facet.PRICE: (*NEVER_READ, "description", "short_description"),
    Facet.INVENTORY: (*NEVER_READ, "description", "short_description", "attributes", "jet_fields"),
}


class CannotWord(Exception):
    """There is nothing that could be sent for this facet; the message says why in plain words."""


class Gone(CannotWord):
    """The store has nothing behind the SKU any more; nothing need be said of it."""


class NotYet(CannotWord):
    """Something else must reach Jet first; the wish stays."""


class NeedsReview(CannotWord):
    """The price differs so much from what Jet has that a person is to say yes first."""

    def __init__(self, old: Decimal, new: Decimal, percent: Decimal, declined: bool) -> None:
        self.old, self.new, self.percent, self.declined = old, new, percent, declined
        said = (
            "was declined under Price Reviews" if declined else "waits for a person's yes under Price Reviews"
        )
        super().__init__(f"The price change from {old} to {new} ({percent:+} %) {said}.")


@dataclass
class Material:
    """What wording needs beside the listing itself."""

    config: Configuration
    account: JetAccount
    today: date
    products: Mapping[int, Product] = field(default_factory=dict)
    placements: Mapping[int, Placement] = field(default_factory=dict)
    rules: Mapping[str, AttributeMapping] = field(default_factory=dict)
    images: Mapping[int, Sequence[Picture]] = field(default_factory=dict)
    standings: Mapping[int, Standing] = field(default_factory=dict)
    # What Jet has open of the children: its SKU by the product, which is another one where they were linked.
    on_jet: Mapping[int, str] = field(default_factory=dict)
    reviews: Mapping[int, PriceReview] = field(default_factory=dict)

    def product_of(self, listing: Listed) -> Product:
        """
        Return the listing's product as it was read for wording.

        :raises Gone: the store has no such product any more
        """
        product = self.products.get(listing.product_id or 0)
        if product is None:
            raise Gone("The store has no product for this SKU any more.")
        return product


def gather(
    listings: Sequence[Listed],
    facet: Facet,
    *,
    config: Configuration | None = None,
    products: Mapping[int, Product] | None = None,
) -> Material:
    """
    Read what this facet of these listings is worded from; the number of queries does not grow with them.

    products are those of the same listings, where another facet has read them already.
    """
    config = config or configuration.current()
    account = listings[0].account if listings else configuration.active_account()
    material = Material(config, account, timezone.localdate())
    if facet == Facet.ARCHIVE:
        return material
    ids = [listing.product_id for listing in listings if listing.product_id]
    ruled = OfferingRules.load(config) if facet == Facet.INVENTORY else OfferingRules()
    if products is None:
        # Rules of brands read the brand, which stands among the attributes.
        unread = () if ruled.brands else UNREAD.get(facet, ())
        products = {
            product.pk: product for product in Product.objects.filter(among("pk", ids)).defer(*unread)
        }
    found = list(products.values())
    material.products = products
    material.standings = standings(found, config, rules=ruled)
    _read_related(found, facet, config)
    if facet in (Facet.DETAILS, Facet.IMAGES):
        material.images = _images_of(ids)
    if facet == Facet.PRICE and config.price_review:
        reviews = PriceReview.objects.filter(among("listing_id", [each.pk for each in listings])).order_by(
            "pk"
        )
        # The last one of each listing.
        material.reviews = {review.listing_id: review for review in reviews}
    if facet in (Facet.DETAILS, Facet.VARIATION):
        material.rules = mapping.attribute_mappings()
    if facet == Facet.DETAILS:
        material.placements = placements(material.products.values(), material.rules)
    if facet == Facet.VARIATION:
        material.on_jet = _on_jet(material)
    return material


def body(listing: Listed, facet: Facet, material: Material) -> Body:
    """
    Word one facet of one listing.

    :raises CannotWord: nothing could be sent; NotYet where another SKU must reach Jet first
    """
    return WORDERS[facet](listing, material)


def placements(products: Collection[Product], rules: Mapping[str, AttributeMapping]) -> dict[int, Placement]:
    """Return where products stand in Jet's taxonomy, with the mapped attributes that their categories carry."""
    categories = mapping.jet_categories_for(products)
    carried = mapping.attributes_of(set(categories.values()))
    found = {}
    for product_id, category in categories.items():
        ids = {needed.attribute.pk for needed in carried.get(category.jet_id, [])}
        chosen = tuple(_rule(each) for each in rules.values() if each.jet_attribute_id in ids)
        found[product_id] = Placement(category.jet_id, chosen)
    return found


def price_for(product: Product, config: Configuration, today: date) -> Decimal:
    """
    Return the price for Jet; a configurable product without one takes its cheapest child's.

    :raises CannotWord: there is no price that could be sent
    """
    try:
        return jet_price(product, config, today)
    except PriceRefused as refusal:
        if product.kind != Product.Kind.CONFIGURABLE or product.price:
            raise CannotWord(str(refusal)) from refusal
        prices = [child.price for child in children(product) if child.price]
        if not prices:
            raise CannotWord("Neither the product nor any of its children has a price.") from refusal
        return _borrowed_price(product, min(prices), config, today)


def children(product: Product) -> list[Product]:
    """Return the children of a configurable product that are in the store, in their order."""
    if product.kind != Product.Kind.CONFIGURABLE:
        return []
    return [link.child for link in product.variations.all() if link.child is not None]


def _borrowed_price(product: Product, price: Decimal, config: Configuration, today: date) -> Decimal:
    try:
        own = {"attributes": product.attributes, "jet_fields": product.jet_fields}
        return jet_price(Product(sku=product.sku, price=price, **own), config, today)
    except PriceRefused as refusal:
        raise CannotWord(str(refusal)) from refusal


def _details(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    family = children(product)
    return payloads.details(
        product,
        config=material.config,
        placement=material.placements.get(product.pk, Placement()),
        images=material.images.get(product.pk, ()),
        text=store_text(product, material.config),
        stand_in=family[0] if family else None,
    )


def _price(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    amount = price_for(product, material.config, material.today)
    _review(listing, amount, material)
    return payloads.price(amount, node=material.account.fulfillment_node_id)


def _review(listing: Listed, amount: Decimal, material: Material) -> None:
    """
    Let small changes and accepted ones pass; a first price has nothing to differ from.

    :raises NeedsReview: a person is to say yes first, or said no
    """
    old = listing.live_price
    if not material.config.price_review or not old:
        return
    percent = ((amount - old) / old * 100).quantize(Decimal("0.1"))
    if abs(percent) <= material.config.price_review_percent:
        return
    last = material.reviews.get(listing.pk)
    same = last is not None and last.new_price == amount
    if last is not None and same and last.state == PriceReview.State.ACCEPTED:
        return
    declined = (
        last is not None and same and last.state == PriceReview.State.DECLINED and last.old_price == old
    )
    raise NeedsReview(old, amount, percent, declined)


def _inventory(listing: Listed, material: Material) -> Body:
    node = _node(material)
    # A SKU whose product is gone has nothing left to sell.
    product = material.products.get(listing.product_id or 0)
    standing = material.standings.get(listing.product_id or 0)
    quantity = jet_quantity(product, material.config, standing) if product else 0
    return payloads.inventory(quantity, node=node)


def _images(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    fields = payloads.picture_fields(material.images.get(product.pk, ()), material.config.image_base_url)
    if not fields:
        raise CannotWord("The product has no image with an http(s) address.")
    return fields


def _variation(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    family = [material.on_jet[child.pk] for child in children(product) if child.pk in material.on_jet]
    if not family:
        raise NotYet("Jet has none of the product's children yet.")
    missing = [code for code in product.variation_codes if code not in material.rules]
    if missing or not product.variation_codes:
        named = ", ".join(missing) or "none is named"
        raise CannotWord(f"The attributes that tell the children apart are not mapped to Jet's: {named}.")
    refinements = [material.rules[code].jet_attribute.jet_id for code in product.variation_codes]
    return payloads.variation(refinements=refinements, children=family, title=product.name)


def _shipping(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    return payloads.shipping_exceptions(product.shipping_exceptions.all(), node=_node(material))


def _returns(listing: Listed, material: Material) -> Body:
    product = material.product_of(listing)
    rows = ReturnException.objects.filter(product=product).order_by("pk")
    return payloads.return_exception(rows) or payloads.no_return_exception()


def _archive(listing: Listed, material: Material) -> Body:
    return payloads.archive(listing.archive_wanted)


def _node(material: Material) -> str:
    if not material.account.fulfillment_node_id:
        raise CannotWord("The account has no fulfillment node ID yet. Enter it in Configuration.")
    return material.account.fulfillment_node_id


def _rule(row: AttributeMapping) -> AttributeRule:
    kind = row.jet_attribute.kind
    return AttributeRule(
        row.attribute.code,
        row.jet_attribute.jet_id,
        is_number=kind == JetAttribute.Kind.NUMBER,
        unit=row.unit,
        words=row.vocabulary,
        is_list=kind == JetAttribute.Kind.LIST,
    )


def _read_related(products: Sequence[Product], facet: Facet, config: Configuration) -> None:
    """Read what hangs on the products, for those only that have it: preparing a relation costs time per object."""
    if facet in (Facet.DETAILS, Facet.PRICE, Facet.VARIATION):
        groups = [product for product in products if product.kind == Product.Kind.CONFIGURABLE]
        prefetch_related_objects(groups, Prefetch("variations", Variation.objects.select_related("child")))
    if facet == Facet.DETAILS and config.store_view_id is not None:
        spoken = ProductText.objects.filter(store_view_id=config.store_view_id)
        prefetch_related_objects(products, Prefetch("texts", spoken))
    if facet == Facet.SHIPPING_EXCEPTION:
        prefetch_related_objects(products, "shipping_exceptions")


def _images_of(product_ids: Collection[int]) -> dict[int, list[Picture]]:
    found: dict[int, list[Picture]] = defaultdict(list)
    rows = ProductImage.objects.filter(among("product_id", product_ids)).order_by()
    for product_id, *columns in rows.values_list("product_id", *Picture._fields):
        found[product_id].append(Picture(*columns))
    return found


def _on_jet(material: Material) -> dict[int, str]:
    ids = [child.pk for product in material.products.values() for child in children(product)]
    known = Listing.objects.filter(account=material.account, product_id__in=ids, first_sent_at__isnull=False)
    rows = known.exclude(status=Listing.Status.ARCHIVED).values_list("product_id", "sku")
    return {product_id: sku for product_id, sku in rows if product_id is not None}


WORDERS: dict[Facet, Callable[[Listed, Material], Body]] = {
    Facet.DETAILS: _details,
    Facet.PRICE: _price,
    Facet.INVENTORY: _inventory,
    Facet.IMAGES: _images,
    Facet.VARIATION: _variation,
    Facet.SHIPPING_EXCEPTION: _shipping,
    Facet.RETURN_EXCEPTION: _returns,
    Facet.ARCHIVE: _archive,
}
