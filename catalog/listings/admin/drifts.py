"""Drift Report: what differs between the store, what was sent last and what Jet holds."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from catalog.listings.drift.texts import CAUSE_HELP, CAUSE_TONES
from catalog.listings.grid import filters
from catalog.listings.mass_actions import steps
from catalog.listings.models import Drift, Listing
from catalog.listings.services import drift_reports, reconciliation
from catalog.listings.views.mass_actions import person
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from jetbridge.core.texts import often
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.display import NOTHING, ago, chip, explained, link, sku_code


@admin.register(Drift)
class DriftAdmin(ReadOnlyAdmin):
    """The differences of the active account, the newest first."""

    list_display = ("product", "what", "in_store", "last_sent", "on_jet", "why", "found")
    list_display_links = None
    list_filter = (("cause", ChoicesDropdownFilter), ("figure", ChoicesDropdownFilter))
    list_before_template = "catalog/drift_tools.html"
    list_select_related = ("listing__product",)
    search_fields = ("listing__sku",)
    search_help_text = "SKU, identifier or words of the name"
    ordering = ("-id",)
    actions = ("reconcile_chosen",)
    empty_title = "Nothing differs"
    empty_text = (
        "What was compared so far is on Jet as it is in the store. A share of the catalogue is compared "
        "{often:catalog.report_drift}; Compare now does it at once."
    )

    class Media:
        css = {"all": ["catalog/products.css"]}

    def empty_words(self) -> tuple[str, str]:
        """Before the first look it is not known yet whether anything differs."""
        if JobRun.objects.filter(job=drift_reports.JOB).exists():
            return super().empty_words()
        return "Nothing was compared yet", (
            f"Whether Jet holds what the store has is looked at {often(drift_reports.JOB)}; "
            "Compare now does it at once."
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the report with its age and its buttons."""
        context = {
            "compared": _compared(),
            "reconcile_url": _reconcile_url(request),
            "causes": [(chip(cause.label, CAUSE_TONES[cause]), CAUSE_HELP[cause]) for cause in Drift.Cause],
            **(extra_context or {}),
        }
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drift]:
        """Return the differences of the account that is switched on."""
        rows: QuerySet[Drift] = super().get_queryset(request)
        return rows.filter(account=configuration.active_account())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Drift], search_term: str
    ) -> tuple[QuerySet[Drift], bool]:
        """Find as the products grid does, so that a mass action over a search means the same rows."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = filters.search(Product.objects.all(), term)
        return queryset.filter(listing__product__in=found.values("pk")), False

    @action(description="Reconcile: send what the store has", permissions=["reconcile"])
    def reconcile_chosen(self, request: HttpRequest, queryset: QuerySet[Drift]) -> HttpResponse:
        """Plan to send the chosen figures, or with "select all that match" everything that the filters match."""
        if request.POST.get("select_across") == "1":
            return redirect(_reconcile_url(request))
        rows = list(queryset.values_list("pk", "listing__product"))
        run = steps.draft(
            action="reconcile",
            ids=[product for _, product in rows if product],
            options={"rows": [pk for pk, _ in rows]},
            by=person(request),
        )
        return redirect("catalog:run", run.pk)

    def has_reconcile_permission(self, request: HttpRequest) -> bool:
        """Return who may bring Jet in line."""
        return bool(request.user.has_perm("catalog.reconcile"))

    @display(description="SKU")
    def product(self, row: Drift) -> SafeString:
        product = row.listing.product
        if product is None:
            return sku_code(row.listing.sku)
        name = link(reverse("admin:catalog_product_change", args=[product.pk]), product.name)
        code = sku_code(row.listing.sku)
        return format_html(
            '<div class="jb-cell">{}<span class="jb-line jb-two-lines">{}</span></div>', code, name
        )

    @display(description="What")
    def what(self, row: Drift) -> str:
        return str(row.get_figure_display())

    @display(description="In the store")
    def in_store(self, row: Drift) -> SafeString:
        """What we have, and when it was last changed."""
        return _side(row.store, row.store_at)

    @display(description="Last sent")
    def last_sent(self, row: Drift) -> SafeString:
        """What Jet last took of us, and when."""
        return _side(row.sent, row.sent_at)

    @display(description="On Jet")
    def on_jet(self, row: Drift) -> SafeString:
        """What Jet holds, and when it says that it was changed."""
        return _side(row.live, row.live_at)

    @display(description="Why")
    def why(self, row: Drift) -> SafeString:
        """The cause in a word, what it means, and what can be done about it."""
        word = chip(str(row.get_cause_display()), CAUSE_TONES[row.cause])
        return format_html(
            '<div class="jb-cell"><span title="{}">{}</span><span class="jb-line">{}</span></div>',
            CAUSE_HELP[row.cause],
            explained(word, f"drift.{row.cause}"),
            _action(row),
        )

    @display(description="Found")
    def found(self, row: Drift) -> SafeString:
        return ago(row.found_at)


def _action(row: Drift) -> SafeString:
    if row.listing.product_id is None:
        return NOTHING
    if not reconciliation.is_reconciled(row):
        return link(reverse("catalog:product_sync", args=[row.listing.product_id]), "Compare and send")
    url = reverse("catalog:reconcile_drift", args=[row.pk])
    return format_html('<a class="jb-link" href="{}" data-jb-post>Reconcile</a>', url)


def _side(value: str, moment: Any) -> SafeString:
    if not value:
        return NOTHING
    age = format_html('<span class="jb-line jb-faint">{}</span>', ago(moment)) if moment else ""
    return format_html('<div class="jb-cell"><span class="jb-value">{}</span>{}</div>', value, age)


def _compared() -> dict[str, Any]:
    """Return how old the report is: the last run, and the SKU that was compared longest ago."""
    ours = Listing.objects.filter(
        account=configuration.active_account(), first_sent_at__isnull=False, product__isnull=False
    )
    seen = (
        ours.filter(compared_at__isnull=False).order_by("compared_at").values_list("compared_at", flat=True)
    )
    return {
        "last_run": JobRun.objects.filter(job=drift_reports.JOB).order_by("-pk").first(),
        "oldest": seen.first(),
        "unseen": ours.filter(compared_at=None).exists(),
        "job": drift_reports.JOB,
    }


def _reconcile_url(request: HttpRequest) -> str:
    """Return the address of the plan over everything that the grid shows now."""
    parts = [request.GET.get(f"{name}__exact", "") for name in ("figure", "cause")]
    query = QueryDict(mutable=True)
    query["action"], query["drift"] = "reconcile", ".".join(filter(None, parts)) or "any"
    if request.GET.get("q"):
        query["q"] = request.GET["q"]
    return f"{reverse('catalog:new_run')}?{query.urlencode()}"
