"""What each mass action on products does with a chunk, and which products it leaves out, and why."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.listings.facets import closings, registry, updates
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import reconciliation, upload_requests
from catalog.products.models import Product
from catalog.rules import product_actions
from catalog.rules.field_rules import KEPT_OFF
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.services import validations
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, Cause, Effects, Outcome
from jetbridge.outbox.models import PENDING

# Queuing an upload is a few statements, however many products there are.
UPLOADS = 1000
# Products asked for between two looks at whether the run still goes on.
ASKED = 100
State = MassActionItem.State
LISTABLE = (Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE)


def _listings(run: MassAction) -> QuerySet[Listing]:
    return Listing.objects.filter(product=OuterRef("pk"), account=run.account_id)


def _facets(run: MassAction, facets: Sequence[Facet] | None = None) -> QuerySet[ListingFacet]:
    found = ListingFacet.objects.filter(listing__product=OuterRef("pk"), listing__account=run.account_id)
    return found if facets is None else found.filter(facet__in=facets)


def _not_listable(run: MassAction) -> Q:
    return ~Q(kind__in=LISTABLE)


def _disabled(run: MassAction) -> Q:
    return Q(enabled=False)


def _excluded(run: MassAction) -> Q:
    return Q(excluded=True) | Q(Exists(Problem.objects.filter(product=OuterRef("pk"), code=KEPT_OFF)))


def _closed(run: MassAction) -> Exists:
    return Exists(_listings(run).filter(Q(archive_requested=True) | Q(status=Listing.Status.ARCHIVED)))


def _open(run: MassAction) -> Any:
    return ~Exists(_listings(run).filter(Q(archive_requested=True) | Q(status=Listing.Status.ARCHIVED)))


def _unknown_to_jet(run: MassAction) -> Any:
    return ~Exists(_listings(run).filter(first_sent_at__isnull=False))


def _taken(run: MassAction) -> Exists:
    """Match products whose SKU was linked to another product: Jet has room for one of the two."""
    same = Listing.objects.filter(account=run.account_id, sku=OuterRef("sku"), product__isnull=False)
    return Exists(same.exclude(product=OuterRef("pk")))


def _under_way(run: MassAction) -> Exists:
    waiting = _facets(run, registry.creating()).filter(PENDING)
    return Exists(waiting.filter(~Q(run=run.pk) | Q(run=None)) if run.pk else waiting)


def _not_stopped(run: MassAction) -> Any:
    return ~Exists(_facets(run).filter(blocked_at__isnull=False))


def _blocked(run: MassAction) -> Exists:
    return Exists(_facets(run, registry.creating()).filter(blocked_at__isnull=False))


def _invalid(run: MassAction) -> Any:
    if run.options.get("send_anyway"):
        return Q(pk__in=[])
    results = ValidationResult.objects.filter(product=OuterRef("pk"))
    return Exists(results.filter(worst=ValidationResult.Severity.BLOCKS, stale_since=None))


# What may be chosen beside an upload only with a permission of its own.
ANYWAY = {"send_anyway": "catalog.send_anyway"}
ARCHIVED = "status=Archived"
STOPPED = "blocked"
NOT_LISTABLE = Cause("type", "Only simple and configurable products can be listed", _not_listable)
DISABLED = Cause("disabled", "Disabled in the store", _disabled, where="enabled=no")
EXCLUDED = Cause("excluded", "Kept off Jet", _excluded)
UNKNOWN = Cause("not_on_jet", "Jet does not have it", _unknown_to_jet, where="status=Not+Uploaded")

UPLOAD_CAUSES = (
    NOT_LISTABLE,
    DISABLED,
    EXCLUDED,
    Cause("archived", "Archived on Jet: unarchive it first", _closed, where=ARCHIVED),
    Cause("taken", "Its SKU on Jet is linked to another product: give it another SKU", _taken),
    Cause(
        STOPPED,
        "Stopped: Jet refused it three times alike. Fix it, then choose Retry blocked products",
        _blocked,
        where="sending=blocked",
    ),
    Cause("invalid", "Invalid: Jet would refuse it", _invalid, where="problems=blocks"),
    Cause("under_way", "Already being sent", _under_way, already=True, where="sending=waiting"),
)


def obstacles(product: Product, account: JetAccount, *, anyway: bool = False) -> list[Cause]:
    """
    Return what speaks against sending the product; anyway sets the result of validation aside.

    A stop after refusals does not: who asks for this one product by hand means it to be tried again.
    """
    run = MassAction(account=account, action="upload", options={"send_anyway": anyway})
    this = Product.objects.filter(pk=product.pk)
    causes = [cause for cause in UPLOAD_CAUSES if not cause.already and cause.code != STOPPED]
    return [cause for cause in causes if this.filter(cause.matches(run)).exists()]


SPARED = "Live on Jet: price and quantity alone were sent, its content was left as it is"


def live_among(products: Any, run: MassAction) -> Any:
    """Keep products that buyers can order now: sending their content can put them back under review."""
    return products.filter(Exists(_listings(run).filter(status=Listing.Status.AVAILABLE)))


def check(run: MassAction, ids: Sequence[int], means: Any) -> None:
    """Check those of these products that nobody has checked since their last change."""
    unknown = list(unchecked(Product.objects.filter(among("pk", ids))).values_list("pk", flat=True))
    if unknown:
        validations.validate(unknown)


def unchecked(products: Any) -> Any:
    """Keep products that nobody has checked since their last change."""
    return products.filter(Q(validation=None) | Q(validation__stale_since__isnull=False))


# What is queued for Jet names the run; the answers to all that was queued of a product settle it.
ANSWERED_LATER: Effects = {}


def _upload(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    via_file = run.action == "bulk_upload"
    spared = set[int]()
    if run.options.get("spare_live"):
        listings = [row for row in _found(run, products) if row.status == Listing.Status.AVAILABLE]
        spared = {row.product_id for row in listings if row.product_id}
        for facet in registry.offers():
            updates.queue_update(listings, facet, via_file=via_file, run=run)
        run.items.filter(object_id__in=spared).update(code="spared", reason=SPARED)
    upload_requests.queue_upload(
        products=[product for product in products if product.pk not in spared],
        account=run.account,
        run=run,
        via_file=via_file,
        send_anyway=bool(run.options.get("send_anyway")),
    )
    return ANSWERED_LATER


def _archive(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    closings.queue_archive(_found(run, products), archived=True, run=run)
    return ANSWERED_LATER


def _unarchive(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    closings.queue_archive(_found(run, products), archived=False, run=run)
    return ANSWERED_LATER


def _sync(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    updates.queue_updates(_found(run, products), registry.offers(), run=run)
    return ANSWERED_LATER


def _agrees(run: MassAction) -> Any:
    return ~Exists(reconciliation.rows_of(run).filter(listing__product=OuterRef("pk")))


def _reconcile(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    reconciliation.reconcile_products(run, products)
    return ANSWERED_LATER


def _reset(run: MassAction, products: Sequence[Product], prepared: Any) -> Effects:
    """Lift the stop from what Jet refused three times alike, and queue that again; what Jet never had goes whole."""
    listings = _found(run, products)
    fresh = {listing.product_id for listing in listings if listing.first_sent_at is None}
    stopped = ListingFacet.objects.filter(listing__in=listings, blocked_at__isnull=False)
    rows = list(stopped.values_list("listing_id", "facet"))
    updates.reset_blocks([listing.pk for listing in listings])
    whole = [product for product in products if product.pk in fresh]
    if whole:
        upload_requests.queue_upload(products=whole, account=run.account, run=run)
    listings = [listing for listing in listings if listing.product_id not in fresh]
    for facet in registry.that(lambda facet: facet in {name for _, name in rows}):
        ids = {listing_id for listing_id, name in rows if name == facet}
        updates.queue_update([listing for listing in listings if listing.pk in ids], facet, run=run)
    return ANSWERED_LATER


def _ask(run: MassAction, ids: Sequence[int], ask: Callable[..., Report]) -> dict[int, str]:
    """Fetch from Jet the statuses of these products; return by product what went wrong, or nothing."""
    known = Listing.objects.filter(account=run.account, first_sent_at__isnull=False)
    listings = list(known.filter(among("product_id", ids)))
    failed = {item.reference: item.reason for item in ask(listings=listings, account=run.account).items}
    return {each.product_id: failed.get(each.sku, "") for each in listings if each.product_id}


def _status(run: MassAction, products: Sequence[Product], asked: dict[int, str]) -> Effects:
    gone = Outcome(State.SKIPPED, "Jet does not have it any more.")
    outcomes = {pk: Outcome(State.FAILED if reason else State.DONE, reason) for pk, reason in asked.items()}
    return {product.pk: outcomes.get(product.pk, gone) for product in products}


def _found(run: MassAction, products: Sequence[Product]) -> list[Listing]:
    ids = [product.pk for product in products]
    return list(Listing.objects.filter(account=run.account, product_id__in=ids).select_related("account"))


_whole = partial(
    Action, prepare=check, with_children=True, verb="Upload", chunk=UPLOADS, allowed_by=ANYWAY,
    columns=("sku", "kind"),
)  # fmt: skip
_TABLE = (
    _whole(
        "upload",
        "Selected Product Upload",
        "catalog.upload",
        UPLOAD_CAUSES,
        _upload,
        "Details, price and quantity go to Jet by one call each; Jet's answers are exact.",
    ),
    _whole(
        "bulk_upload",
        "Bulk Product Upload",
        "catalog.upload",
        UPLOAD_CAUSES,
        _upload,
        "Details, prices and quantities go to Jet in files; each product gets Jet's answer for it.",
    ),
    Action(
        "archive",
        "Archive",
        "catalog.archive",
        (UNKNOWN, Cause("archived", "Already archived", _closed, already=True, where=ARCHIVED)),
        _archive,
        "The products are closed on Jet and cannot be bought there until they are unarchived.",
        undo="unarchive",
        confirm="Archive on Jet",
    ),
    Action(
        "unarchive",
        "Unarchive",
        "catalog.archive",
        (UNKNOWN, Cause("open", "Not archived", _open, already=True), DISABLED, EXCLUDED),
        _unarchive,
        "The products are opened on Jet again, with their price and quantity, and go under review.",
        undo="archive",
    ),
    Action(
        "sync",
        "Update Inventory and Price",
        "catalog.sync",
        (UNKNOWN, Cause("archived", "Archived on Jet", _closed, where=ARCHIVED)),
        _sync,
        "Price and quantity go to Jet; the content is left alone, so nothing goes back under review.",
    ),
    Action(
        "reconcile",
        "Reconcile with Jet",
        "catalog.reconcile",
        (UNKNOWN, Cause("agrees", "Jet holds what the store has", _agrees, already=True)),
        _reconcile,
        "What differs is sent as the store has it now: price, quantity, open or archived. Content is left alone.",
    ),
    Action(
        "reset",
        "Retry blocked products",
        "catalog.upload",
        (Cause("not_stopped", "Not stopped", _not_stopped, already=True),),
        _reset,
        "What Jet refused three times alike is no longer sent by itself; this sends it once more, as it is now.",
    ),
    Action(
        "status",
        "Update Product Status",
        "catalog.sync",
        (UNKNOWN,),
        _status,
        "Jet is asked for the status of each product.",
        prepare=_ask,
        needs_means=True,
        chunk=ASKED,
    ),
    *product_actions.TABLE,
)
ACTIONS: dict[str, Action] = {action.code: action for action in _TABLE}
