"""Pages of one product beside its form (what Jet holds, Sync with Jet), and the counts above the grid."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.listings.facets import whole_products
from catalog.listings.facets.comparisons import compare
from catalog.listings.grid import stages as product_stages
from catalog.listings.grid.filter_choices import CHOICES
from catalog.listings.mass_actions import steps
from catalog.listings.mass_actions.actions import obstacles
from catalog.listings.models import Listing
from catalog.listings.services import live_listings, previews, product_sync
from catalog.listings.services.product_sync import Part
from catalog.listings.texts.statuses import status_chip
from catalog.listings.texts.sub_statuses import STATUS_HELP, explained
from catalog.listings.views.mass_actions import person
from catalog.products.models import Product
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.services import validations
from jetbridge.core import configuration, pictures
from jetbridge.core.jet import errors
from jetbridge.core.jet.client import WHILE_SOMEBODY_WAITS, open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.texts import counted
from jetbridge.mass_actions.plans import Cause
from jetbridge.panel.pages import panel_page, render_page

# A person waits for these: no longer than a page may take.
PAGE = "admin:catalog_product_change"
# Problems named in a message; the page lists them all.
NAMED = 3
# Reasons shown where validation blocks a sending.
SHOWN = 10


@require_GET
@panel_page("catalog.view_product")
def product_funnel(request: HttpRequest) -> HttpResponse:
    """Answer the counts of the grid's tabs, asked for when the grid already stands."""
    tabs = product_stages.tabs(request.GET.get("stage", ""))
    stages = product_stages.counted_stages(configuration.active_account(), list(tabs))
    return render(request, "catalog/product_funnel_counts.html", {"stages": stages})


@require_GET
@panel_page("catalog.view_product")
def product_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the choices of a long filter, asked for when the grid's drawer opens."""
    if name not in CHOICES:
        raise Http404(name)
    chosen = request.GET.get(name, "")
    context = {"choices": CHOICES[name](chosen), "chosen": chosen}
    return render(request, "catalog/product_choices.html", context)


@require_GET
@panel_page("catalog.view_live")
def product_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch what Jet holds for a SKU now, and show it beside ours."""
    product = get_object_or_404(Product, pk=pk)
    account = configuration.active_account()
    context: dict[str, Any] = {"product": product, "account": account}
    context["may_sync"] = request.user.has_perm("catalog.sync")
    try:
        with open_client(account, purpose="View a product", timeouts=WHILE_SOMEBODY_WAITS) as client:
            found = live_listings.refresh(client=client, product=product, account=account)
    except JetFailure as error:
        context |= {"trouble": errors.in_words(error), "ours": whole_products.ours_of(product, account)}
    else:
        context |= {"live": found, "held": found.held, "ours": found.ours}
    body = context["ours"].body
    # What Jet names is shown where it is ours: Jet's word alone has no browser ask anybody.
    pictures.allow(body.get("main_image_url", ""))
    context["our_lines"] = compare(
        body, {}, node=account.fulfillment_node_id, names=whole_products.names_in(body)
    )
    listing = Listing.objects.filter(account=account, product=product).first()
    context |= {"listing": listing, "status": status_chip(listing)}
    if listing is not None:
        context |= {"help": STATUS_HELP.get(listing.status, ""), "reasons": explained(listing.sub_statuses)}
    return render_page(request, "catalog/product_view.html", title=f"{product.sku} on Jet", context=context)


@require_http_methods(["GET", "POST"])
@panel_page("catalog.sync")
def product_sync_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one product to Jet now; asking for the page says first what would be sent."""
    product = get_object_or_404(Product, pk=pk)
    account = configuration.active_account()
    listing = Listing.objects.filter(account=account, product=product).first()
    known = listing is not None and listing.first_sent_at is not None
    what = request.POST.get("what", "")
    anyway = bool(request.POST.get("send_anyway")) and request.user.has_perm("catalog.send_anyway")
    offer_only = what == "offer" and known
    against = [] if offer_only else obstacles(product, account, anyway=anyway)
    if request.method == "GET" or against or (known and not what):
        context = {"product": product, "known": known, "against": against} | _previewed(product, listing)
        # The click on a product that Jet sells is asked about; an answer of an hour ago does not count.
        if request.method == "GET" or against or context["is_live"] or context["trouble"]:
            return _before_sync(request, product, context)
    listing = product_sync.queue_update(
        product=product, account=account, offer_only=offer_only, anyway=anyway, by=request.user.get_username()
    )
    _send(request, listing)
    return redirect(PAGE, pk)


@require_POST
@panel_page("catalog.view_product")
def product_validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Check one product against Jet's rules now."""
    product = get_object_or_404(Product, pk=pk)
    validations.validate([pk])
    found = list(Problem.objects.filter(product=product))
    if found:
        named = "; ".join(problem.message for problem in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        messages.warning(request, f"{product.sku}: {counted(len(found), 'problem')}: {named}{more}")
    else:
        messages.success(request, f"{product.sku}: no problem. Jet would take it as it is.")
    return redirect(PAGE, pk)


@require_POST
@panel_page("catalog.archive")
def product_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan to close one product on Jet, or to open it again; the plan page asks before anything is sent."""
    product = get_object_or_404(Product, pk=pk)
    listing = Listing.objects.filter(account=configuration.active_account(), product=product).first()
    closed = listing is not None and (listing.archive_requested or listing.status == Listing.Status.ARCHIVED)
    run = steps.draft(action="unarchive" if closed else "archive", ids=[pk], by=person(request))
    return redirect("catalog:run", run.pk)


def _before_sync(request: HttpRequest, product: Product, context: dict[str, Any]) -> HttpResponse:
    """Say what would be sent, or why it is not; only validation's word may be set aside, by those who may."""
    against: Sequence[Cause] = context["against"]
    only_invalid = bool(against) and all(cause.code == "invalid" for cause in against)
    context["can_force"] = only_invalid and request.user.has_perm("catalog.send_anyway")
    blocking = Problem.objects.filter(product=product, severity=ValidationResult.Severity.BLOCKS)
    context["blocking"] = list(blocking[:SHOWN])
    title = f"Sync {product.sku} with Jet"
    return render_page(request, "catalog/product_sync.html", title=title, context=context)


def _previewed(product: Product, listing: Listing | None) -> dict[str, Any]:
    """Return the exact messages beside the live copy, or what kept Jet from answering, and whether Jet sells it."""
    account = configuration.active_account()
    try:
        with open_client(account, purpose="Preview a sending", timeouts=WHILE_SOMEBODY_WAITS) as client:
            held = previews.ask(client=client, product=product, account=account)
    except JetFailure as error:
        is_live = listing is not None and listing.status == Listing.Status.AVAILABLE
        trouble, found = errors.in_words(error), previews.preview(product=product, account=account)
        return {"trouble": trouble, "preview": found, "is_live": is_live}
    found = previews.preview(product=product, account=account, asked=True, held=held)
    return {"trouble": "", "preview": found, "is_live": found.is_live}


def _send(request: HttpRequest, listing: Listing) -> None:
    try:
        with open_client(listing.account, purpose="Sync with Jet", timeouts=WHILE_SOMEBODY_WAITS) as client:
            _report(request, listing, product_sync.send(client=client, listing=listing))
    except JetFailure as error:
        trouble = errors.in_words(error)
        messages.error(
            request, f"{listing.sku} was not sent. {trouble} It stays marked and goes when Jet answers."
        )


def _report(request: HttpRequest, listing: Listing, parts: Sequence[Part]) -> None:
    """Say part by part what Jet answered; nothing is called sent that was not."""
    taken = [part.facet.label for part in parts if part.accepted]
    refused = [(part.facet.label, "; ".join(part.reasons)) for part in parts if part.refused]
    waiting = [(part.facet.label, "; ".join(part.reasons) or "being sent") for part in parts if part.is_open]
    left = [part.facet.label for part in parts if not (part.accepted or part.refused or part.is_open)]
    if taken:
        messages.success(request, f"Jet took of {listing.sku}: {', '.join(taken)}.")
    if refused:
        messages.error(request, _lines(f"Not taken of {listing.sku}:", refused))
    if waiting:
        messages.warning(request, _lines(f"Still to be sent of {listing.sku}:", waiting))
    if left:
        messages.warning(
            request, f"Not sent of {listing.sku}: {', '.join(left)}. Jet must have the SKU first."
        )


def _lines(head: str, pairs: Sequence[tuple[str, str]]) -> str:
    return format_html("{} {}", head, format_html_join(" · ", "{}: {}", pairs))
