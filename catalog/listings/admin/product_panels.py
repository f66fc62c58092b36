"""What the product page shows beside its form: where the product stands, what is wrong, and what Jet would get."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from catalog.listings.admin.product_cells import image_tile
from catalog.listings.admin.product_lists import settings_of
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.texts.statuses import status_chip
from catalog.listings.texts.sub_statuses import STATUS_HELP, explained
from catalog.mapping.fields import listing_fields
from catalog.products.image_urls import image_urls
from catalog.products.models import Product, StockMovement
from catalog.rules.admin import product_fields, product_fixes, product_placement
from catalog.rules.forms.products import ProductForm
from catalog.rules.models import ValidationResult
from catalog.rules.result_chips import result_chip
from catalog.rules.services import changes
from jetbridge.core.models import JetAccount
from jetbridge.panel import timeline
from jetbridge.panel.display import Tone

MOVEMENTS = 20
TABS = (
    ("general", "Product"),
    ("jet", "jet.com"),
    ("variations", "Variations"),
    ("images", "Images"),
    ("texts", "Texts"),
    ("shipping_exceptions", "Jet Shipping Exception"),
    ("return_exceptions", "Jet Return Exception"),
    ("history", "History"),
)
# Behind "More".
FOLDED = {"texts", "shipping_exceptions", "return_exceptions", "history"}


@dataclass(frozen=True)
class Tab:
    """One tab with how many rows it holds and how many errors stand in it."""

    key: str
    label: str
    count: int = 0
    errors: int = 0
    folded: bool = False


def context(request: HttpRequest, form: ProductForm, formsets: Iterable[Any]) -> dict[str, Any]:
    """Return everything that the page shows beside form and formsets."""
    product = form.instance
    config, account = settings_of(request)
    tabs = _tabs(form, list(formsets), is_new=product.pk is None)
    found: dict[str, Any] = {
        "tabs": tabs,
        "error_tab": next((tab.key for tab in tabs if tab.errors), ""),
        # Django's own "correct the errors below" would say less beside it.
        "errors": None,
        "wrong_fields": _errors(form),
        "general": product_fields.general(form, product, config),
        "attributes": product_fields.attributes(form, product, config),
        "jet_groups": product_fields.jet_groups(form, product, config),
        "has_image_base": bool(config.image_base_url),
    }
    if product.pk is not None:
        found |= _state(product, account) | product_placement.context(product, config)
        found["picture"] = image_tile(image_urls(product.images.all(), config.image_base_url).main)
        found["entries"] = timeline.of(product)
        found["movements"] = StockMovement.objects.filter(product=product).select_related("user")[:MOVEMENTS]
    return found


def _tabs(form: ProductForm, formsets: Sequence[Any], *, is_new: bool) -> list[Tab]:
    by_prefix = {formset.prefix: formset for formset in formsets}
    in_form: dict[str, int] = {}
    for name in form.errors:
        in_form[_tab_of(name)] = in_form.get(_tab_of(name), 0) + 1
    found = []
    for key, label in TABS:
        formset = by_prefix.get(key)
        rows = formset.initial_form_count() if formset is not None else 0
        errors = in_form.get(key, 0) + (_error_count(formset) if formset is not None else 0)
        if key != "history" or not is_new:
            found.append(Tab(key, label, rows, errors, key in FOLDED))
    return found


def _error_count(formset: Any) -> int:
    if not formset.is_bound:
        return 0
    return sum(1 for errors in formset.errors if errors) + len(formset.non_form_errors())


def _tab_of(name: str) -> str:
    if name.startswith(listing_fields.PREFIX):
        return "jet"
    return "variations" if name == "variation_codes" else "general"


def _errors(form: ProductForm) -> list[tuple[str, str, str, str]]:
    """Every error with tab, element and label, for the sum on top."""
    found = []
    for name, texts in form.errors.items():
        known = name in form.fields
        label = str(form[name].label) if known else ""
        element = form[name].auto_id if known else ""
        found += [(_tab_of(name), str(element), label, str(text)) for text in texts]
    return found


def _state(product: Product, account: JetAccount) -> dict[str, Any]:
    listing = Listing.objects.filter(account=account, product=product).first()
    status = listing.status if listing else Listing.Status.NOT_UPLOADED
    known = listing is not None and listing.first_sent_at is not None
    closed = listing is not None and listing.archive_requested
    result = ValidationResult.objects.filter(product=product).first()
    if result is not None and result.stale_since is None:
        # A changed setting whose walk has not come here yet makes it old all the same.
        walk = changes.waiting().filter(cursor__lt=product.pk).first()
        result.stale_since = walk.created_at if walk else None
    facets = ListingFacet.objects.filter(listing=listing).order_by("pk")  # none without a listing
    return {
        "listing": listing,
        "status": status_chip(listing),
        "status_help": STATUS_HELP.get(status, ""),
        "reasons": explained(listing.sub_statuses) if listing else [],
        "result": result,
        "result_chip": result_chip(result),
        "wrongs": product_fixes.wrongs(product),
        "stopped": [row.get_facet_display() for row in facets if row.blocked_at is not None],
        "facets": [(row, *_answer(row)) for row in facets],
        "last_sent": max((row.sent_at for row in facets if row.sent_at), default=None),
        "is_archived": closed or status == Listing.Status.ARCHIVED,
        "is_closing": closed and known and status != Listing.Status.ARCHIVED,
        "is_on_jet": known,
        "is_live": status == Listing.Status.AVAILABLE,
    }


def _answer(row: ListingFacet) -> tuple[str, Tone]:
    """Return how a part stands, in a word and a color."""
    if row.blocked_at is not None:
        return "Stopped after refusals", "red"
    if row.next_try_at is not None:
        return _waiting(row)
    words: dict[str, tuple[str, Tone]] = {
        ListingFacet.Answer.ACCEPTED: ("Accepted", "green"),
        ListingFacet.Answer.REJECTED: ("Refused", "red"),
        ListingFacet.Answer.UNKNOWN: ("Answer lost", "amber"),
        ListingFacet.Answer.SENT: ("In a file", "blue"),
        ListingFacet.Answer.HELD: ("Waits for your yes", "blue"),
    }
    return words.get(row.answer, ("Not sent", "grey"))


def _waiting(row: ListingFacet) -> tuple[str, Tone]:
    """Say of a part that is pending whether it was tried already, and how that went."""
    if row.file_id is not None:
        return "In a file", "blue"
    if row.answer == ListingFacet.Answer.UNKNOWN:
        return "Not confirmed, goes again", "amber"
    return ("Not taken yet, goes again", "amber") if row.errors else ("Being sent", "blue")
