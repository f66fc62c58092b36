"""Mass actions on products in the browser: the shared pages with the catalogue's words, filters and files."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from catalog.listings.forms.mass_actions import SpareLiveForm
from catalog.listings.grid import filters
from catalog.listings.mass_actions import steps
from catalog.listings.mass_actions.actions import ACTIONS, STOPPED
from catalog.listings.models import Listing, UploadFile
from catalog.mapping.fields.error_texts import plain_error
from catalog.products.models import Product
from catalog.rules import product_groups
from catalog.rules.views.fills import following
from jetbridge.core.texts import counted
from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.views import Note, RunPages
from jetbridge.mass_actions.views import person as person
from jetbridge.panel.cli_commands import MOST_NAMES

FILES_SHOWN = 50


def _files(run: MassAction) -> dict[str, Any]:
    """Return the files that a run made; halves stand on the page of their parent."""
    found = run.files.filter(parent=None)
    rejected = found.filter(status=UploadFile.Status.ERRORS, cleared_at=None)
    return {
        "files": found.order_by("-error_count", "pk")[:FILES_SHOWN],
        "file_count": found.count(),
        "rejected": rejected.count() if run.finished_at else 0,
    }


def _notes(run: MassAction) -> list[Note]:
    """Say how far the files of a run are that is under way: each product is settled with its file."""
    counts = run.files.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=~Q(status__in=UploadFile.OPEN)),
        checking=Sum("product_count", filter=Q(status__in=UploadFile.OPEN, parent__isnull=False)),
    )
    if not counts["all"]:
        return []
    said = [f"Jet has processed {counts['answered']:,} of {counted(counts['all'], 'file')}."]
    if counts["checking"]:
        said.append(
            f"Jet did not say which products it means: {counts['checking']:,} are sent again in halves "
            "until it does, which takes some rounds."
        )
    return [("blue", " ".join(said))]


def _asks(run: MassAction, data: Mapping[str, Any] | None) -> SpareLiveForm | None:
    """Ask what shall be sent of products that are live."""
    return SpareLiveForm(data) if run.plan.get("live") else None


def _groups(run: MassAction) -> dict[str, Any]:
    """List the groups of a plan."""
    return {"groups": product_groups.listed(steps.chosen(run)) if run.plan.get("chosen_groups") else ()}


def _following(run: MassAction) -> tuple[str, str] | None:
    """After an upload what is under Jet's review; after a fix the next one."""
    if run.action not in ("upload", "bulk_upload") or not run.done:
        return following(run)
    status = str(Listing.Status.UNDER_REVIEW)
    done = run.items.filter(state="done").order_by().values("object_id")
    found = Listing.objects.filter(account=run.account_id, product__in=done, status=status)
    count = found.exclude(product__kind=Product.Kind.CONFIGURABLE).count()
    grid = f"{reverse('admin:catalog_product_changelist')}?{urlencode({'status': status})}"
    return (f"See {count:,} under Jet's review", grid) if count else None


def _names(run: MassAction) -> list[str]:
    """Return the SKUs of a few chosen products; of many, nothing is asked."""
    if not run.ids or len(run.ids) > MOST_NAMES:
        return []
    return list(Product.objects.filter(pk__in=run.ids).order_by("pk").values_list("sku", flat=True))


PAGES = RunPages(
    scope=MassAction.Scope.CATALOG,
    actions=ACTIONS,
    services=steps.RUNS,
    view_permission="catalog.view_product",
    thing="product",
    things="products",
    reference="SKU",
    title="Mass actions on products",
    object_url="admin:catalog_product_change",
    grid_url="admin:catalog_product_changelist",
    filters=lambda: set(filters.FILTERS),
    force={
        "invalid": (
            "send_anyway",
            "catalog.send_anyway",
            "Send the invalid ones too. Jet will probably refuse them, and each will carry its reason.",
        )
    },
    instead={STOPPED: ("reset", "Retry blocked products")},
    plan_form=_asks,
    plan_template="catalog/run_plan_live.html",
    plan_context=_groups,
    extra_template="catalog/run_files.html",
    context=_files,
    notes=_notes,
    following=_following,
    item_text=plain_error,
    command="bulk_products",
    names=_names,
)


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """Return what an address says about which products are meant: known filters and the search."""
    return PAGES.filters_of(query)
