"""Questions that jobs and other apps ask of the catalogue."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Upper
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.models import Listing, PriceReview
from catalog.listings.outboxes.facets import Facets, Selection
from catalog.mapping.models import TaxonomyImport
from catalog.products.intake.file_kinds import FileKind
from catalog.products.models import ImportFile, Product
from catalog.products.models.products import sku_key
from catalog.products.services import store_pulls
from catalog.products.skus import Spellings, known_as
from catalog.rules.models import CatalogChange, ValidationResult
from jetbridge.core.models import JetAccount
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import claims


def open_price_reviews(account: JetAccount) -> QuerySet[PriceReview]:
    """Return the price changes of an account that wait for a person's yes."""
    # Not a join: databases then walk a million listings to find that none waits.
    theirs = Exists(Listing.objects.filter(pk=OuterRef("listing"), account=account))
    return PriceReview.objects.filter(theirs, state=PriceReview.State.OPEN)


def unsent_jobs() -> list[str]:
    """Name the jobs that have something pending and unsent now; every question reads a partial index."""
    now = timezone.now()
    runs = MassAction.objects.filter(scope=MassAction.Scope.CATALOG, state=MassAction.State.RUNNING)
    taxonomies = TaxonomyImport.objects.filter(state__in=("reading", "accepted"))
    questions: dict[str, list[QuerySet[Any]]] = {}
    for facet in registry.facets():
        direct = Facets(Selection(facets=(facet,)))
        questions.setdefault(facet.job, []).extend(
            [claims.due(direct, started=now, now=now), *facet.also_due()]
        )
    waiting = ImportFile.objects.filter(state__in=("uploaded", "confirmed"))
    questions |= {
        "catalog.advance_bulk_runs": [
            runs.filter(expanded=False),
        ],
        "catalog.import_file": [waiting.exclude(kind=FileKind.STORE)],
        **{
            name: [waiting.filter(kind=FileKind.STORE, options__job=name)]
            for name in (store_pulls.JOB, store_pulls.RECONCILE)
        },
        "catalog.import_taxonomy": [taxonomies.exclude(file="")],
        "catalog.fetch_taxonomy": [taxonomies.filter(file="")],
        "catalog.follow_changes": [CatalogChange.objects.filter(done_at=None)],
        "catalog.refresh_validation": [ValidationResult.objects.filter(stale_since__isnull=False)],
    }
    return [name for name, asked in questions.items() if any(question.exists() for question in asked)]


def products_by_jet_sku(skus: Collection[str], account: JetAccount) -> Spellings[Product]:
    """Look up the products that Jet's SKUs stand for: those they were linked to, else those of the same SKU."""
    heavy = ("description", "attributes", "jet_fields")
    found = known_as(skus, Product.objects.defer(*heavy))
    linked = (
        Listing.objects.filter(account=account, product__isnull=False)
        .exclude(product__sku=F("sku"))
        .select_related("product")
        .defer(*(f"product__{name}" for name in heavy))
    )
    links = list(linked.filter(sku__in=skus))
    if keys := {sku_key(sku) for sku in set(skus) - found.keys() - {link.sku for link in links}} - {""}:
        links += linked.annotate(key=Upper("sku")).filter(key__in=keys)
    return Spellings(found | {link.sku: link.product for link in links if link.product is not None})
