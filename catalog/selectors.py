"""Questions that jobs and other apps ask of the catalogue."""

from django.db.models import Q
from django.utils import timezone

from catalog.mapping.models import TaxonomyImport
from catalog.models import Facet, ImportFile, ListingFacet, UploadFile, ValidationResult
from jetbridge.core.models import BulkRun

OPEN_FILES = ("Built", "Uploaded", "Acknowledged", "Processing")


def unsent_jobs() -> list[str]:
    """Name the jobs that have something wanted and unsent now; every question reads a partial index."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    wanted = ListingFacet.objects.filter(free, wanted_at__isnull=False, blocked_at=None, file=None).exclude(
        run__state=BulkRun.State.PAUSED
    )
    direct = wanted.filter(via_file=False)
    later = direct.filter(listing__first_sent_at__isnull=False)
    files = UploadFile.objects.filter(status__in=OPEN_FILES, next_poll_at__lte=now)
    runs = BulkRun.objects.filter(scope=BulkRun.Scope.CATALOG, state=BulkRun.State.RUNNING)
    taxonomies = TaxonomyImport.objects.filter(state__in=("reading", "accepted"))
    questions = {
        "catalog.sync_products": direct.filter(facet=Facet.DETAILS)
        | later.exclude(facet__in=(Facet.DETAILS, Facet.PRICE, Facet.INVENTORY)),
        "catalog.sync_prices": later.filter(facet=Facet.PRICE),
        "catalog.sync_inventory": later.filter(facet=Facet.INVENTORY),
        "catalog.poll_files": files,
        "catalog.advance_bulk_runs": runs.filter(Q(expanded=False) | Q(action__in=("status", "validate"))),
        "catalog.import_file": ImportFile.objects.filter(state__in=("uploaded", "confirmed")),
        "catalog.import_taxonomy": taxonomies.exclude(file=""),
        "catalog.fetch_taxonomy": taxonomies.filter(file=""),
        "catalog.refresh_validation": ValidationResult.objects.filter(stale_since__isnull=False),
    }
    found = [name for name, question in questions.items() if question.exists()]
    if "catalog.advance_bulk_runs" not in found and wanted.filter(via_file=True).exists():
        found.append("catalog.advance_bulk_runs")
    return found
