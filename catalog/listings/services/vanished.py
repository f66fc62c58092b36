"""SKUs that stand on Jet and have no product: which they are, and how one becomes a product's."""

from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Upper

from catalog.listings import listing_rules
from catalog.listings.facets import closings, registry, updates
from catalog.listings.grid import filters
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import InFiles
from catalog.listings.services import answers
from catalog.products.models import Product
from catalog.products.models.products import sku_key
from catalog.products.skus import products_of
from catalog.rules.models import mark_stale
from jetbridge.core import configuration, history
from jetbridge.jobs.queue import nudge

# Products that are offered beside the field.
OFFERED = 5
LISTABLE = (Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE)


class CannotLink(Exception):
    """The product cannot stand behind this SKU; the message says why."""


def vanished() -> QuerySet[Listing]:
    """Return what Jet has open under the active account and the store does not know."""
    return (
        Listing.objects.filter(
            account=configuration.active_account(), product=None, first_sent_at__isnull=False
        )
        .exclude(status=Listing.Status.ARCHIVED)
        .select_related("account")
        .order_by("sku")
    )


def adopt(*, skus: Collection[str] | None = None) -> int:
    """
    Give SKUs of Jet their products that came into the store since, under the same SKU; return how many.

    skus are those that came, if they are known. What was closed because the store had lost it is opened again.
    """
    unknown = Listing.objects.filter(product=None)
    if skus is not None:
        keys = {sku_key(sku) for sku in skus}
        unknown = unknown.annotate(key=Upper("sku")).filter(Q(sku__in=skus) | Q(key__in=keys))
        # Asked first: hardly an import brings one, and making the whole question costs more than its answer.
        if not unknown.exists():
            return 0
    taken = Listing.objects.filter(product=OuterRef("pk"), account=OuterRef(OuterRef("account")))
    theirs = Product.objects.filter(~Exists(taken), sku=OuterRef("sku"))
    orphans = unknown.filter(Exists(theirs))
    adopted = 0
    while ids := list(orphans.order_by("pk").values_list("pk", flat=True)[: closings.CHUNK]):
        with transaction.atomic():
            adopted += orphans.filter(pk__in=ids).update(product=Subquery(theirs.values("pk")[:1]))
            reopened = closings.reopen_adopted(ids, by="in the store again")
        if reopened:
            # A rule may keep the product off Jet all the same.
            products = Listing.objects.filter(pk__in=ids).values_list("product_id", flat=True)
            listing_rules.follow([pk for pk in products if pk is not None])
    return adopted + _adopt_alike(unknown)


def _adopt_alike(unknown: QuerySet[Listing]) -> int:
    """Give SKUs that stand open on Jet the only products whose SKUs differ from theirs in case alone."""
    rows = unknown.filter(first_sent_at__isnull=False, archive_requested=False)
    rows = rows.exclude(status=Listing.Status.ARCHIVED).order_by("pk")
    adopted, last = 0, 0
    while some := list(rows.filter(pk__gt=last)[: closings.CHUNK]):
        last = some[-1].pk
        products = products_of([listing.sku for listing in some], Product.objects.only("sku", "sku_key"))
        fitting = [(each, product) for each in some if (product := products.get(each.sku)) is not None]
        # Two SKUs of Jet that stand for one product: a person says which.
        spelled = Counter((listing.account_id, product.pk) for listing, product in fitting)
        for listing, product in fitting:
            if spelled[listing.account_id, product.pk] == 1:
                adopted += _adopt_one(listing, product)
    return adopted


@transaction.atomic
def _adopt_one(listing: Listing, product: Product) -> int:
    if Listing.objects.filter(account=listing.account_id, product=product).exists():
        return 0
    taken = Listing.objects.filter(pk=listing.pk, product=None).update(product=product)
    if taken:
        remark_spelling(listing, product)
    return taken


def remark_spelling(listing: Listing, product: Product) -> None:
    """Say on the product that Jet spells its SKU otherwise."""
    message = f"{listing.sku} on Jet was taken for {product.sku}: the two differ in case alone."
    history.record("linked to Jet's SKU", product, message=message)


def candidates(listing: Listing) -> list[Product]:
    """Return products that may be meant: of like SKU or name, and not on Jet themselves."""
    on_jet = Listing.objects.filter(
        product=OuterRef("pk"), account=listing.account_id, first_sent_at__isnull=False
    )
    free = Product.objects.filter(~Exists(on_jet), kind__in=LISTABLE)
    found: dict[int, Product] = {}
    for term in (listing.sku, listing.sku.rsplit("-", 1)[0], listing.live_title):
        if term.strip():
            some = filters.search(free, term)[:OFFERED]
            found |= {product.pk: product for product in some}
    return list(found.values())[:OFFERED]


@transaction.atomic
def link(*, listing: Listing, product: Product) -> None:
    """
    Let a SKU of Jet stand for a product from now on: its price and quantity are sent, its orders take it.

    The content on Jet is left alone, so that nothing goes back under review. An archive that was queued because
    nobody knew the SKU is taken back.

    :raises CannotLink: the product cannot be listed, or has a SKU of its own on Jet, or somebody was faster
    """
    if product.kind not in LISTABLE:
        raise CannotLink(f"{product.sku} is {product.get_kind_display().lower()}: Jet cannot list it.")
    own = Listing.objects.filter(account=listing.account_id, product=product)
    other = own.filter(first_sent_at__isnull=False).first()
    if other is not None:
        raise CannotLink(f"{product.sku} is on Jet already, as {other.sku}. Archive one of the two first.")
    own.delete()
    taken = Listing.objects.filter(pk=listing.pk, product=None).update(
        product=product, archive_requested=False
    )
    if not taken:
        raise CannotLink(f"{listing.sku} was linked by somebody else meanwhile.")
    answers.drop(InFiles(), ListingFacet.objects.filter(listing=listing, facet__in=registry.closing()))
    listing.refresh_from_db()
    history.record("linked to Jet's SKU", product, message=f"{listing.sku} on Jet stands for {product.sku}.")
    mark_stale([product.pk])
    nudge("catalog.refresh_validation")
    updates.queue_updates([listing], registry.offers(), by="linked")
