"""Mass actions on products: what was chosen, the plan, and the way through it in small, repeatable steps."""

from collections.abc import Callable, Sequence
from typing import Any, Unpack

from django.contrib.auth.models import User as Person
from django.db.models import Count, F, Q

from catalog.listings.grid import filters
from catalog.listings.mass_actions import cancellations, outcomes
from catalog.listings.mass_actions.actions import ACTIONS, WITHOUT_WISHES, live_among
from catalog.listings.models import Listing
from catalog.listings.services import statuses
from catalog.products.models import Product
from catalog.rules import codes as problem_codes
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.services import verdicts
from jetbridge.core import configuration
from jetbridge.core.jet.client import Client
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge
from jetbridge.mass_actions import lifecycle, plans
from jetbridge.mass_actions.lifecycle import Chosen
from jetbridge.mass_actions.models import BulkRun, BulkRunItem
from jetbridge.mass_actions.plans import Action, Rows

# Products taken up in one short transaction.
CHUNK = 100
State = BulkRunItem.State
Beat = Callable[[], None]


def sketch(*, action: str, **chosen: Unpack[Chosen]) -> BulkRun:
    """Return a mass action with its plan, not yet written down."""
    return plan(lifecycle.sketch(scope=BulkRun.Scope.CATALOG, action=ACTIONS[action].code, **chosen))


def draft(*, action: str, **chosen: Unpack[Chosen]) -> BulkRun:
    """Write down a mass action and its plan; nothing happens before `start`."""
    run = sketch(action=action, **chosen)
    run.save()
    return run


def plan(run: BulkRun) -> BulkRun:
    """Count, over everything that was chosen, what will go, what will not and why, and what is already so."""
    action = ACTIONS[run.action]
    products = plans.plan(run, chosen(run), action)
    codes = {row["code"] for row in run.plan["left_out"]}
    run.plan["invalid_by_rule"] = _invalid_by_rule(run, products) if "invalid" in codes else []
    uploaded = action.code in ("upload", "bulk_upload")
    run.plan["live"] = live_among(products.filter(cause=""), run).count() if uploaded else 0
    run.plan["not_live"] = _not_live(products).count() if uploaded else 0
    run.plan["unchecked"] = _unchecked(products).count() if _must_be_valid(action) else 0
    if run.pk:
        run.save(update_fields=["plan", "chosen"])
    return run


def chosen(run: BulkRun) -> "Any":
    """Return the products that a run is over: the ids, or all that match its filters; children where they belong."""
    products = lifecycle.chosen_of(run, Product.objects.all())
    if products is None:
        products = filters.matching(run.filters, run.account)
    action = ACTIONS[run.action]
    family = action.with_children or (
        action.code in ("archive", "unarchive") and configuration.current().archive_children
    )
    if not family:
        return products
    parents = products.filter(kind=Product.Kind.CONFIGURABLE).order_by().values("pk")
    return Product.objects.filter(
        Q(pk__in=products.order_by().values("pk")) | Q(pk__in=_children_of(parents))
    )


def expand(*, beat: Beat = lambda: None, chunks: int = 0) -> Report:
    """
    Take up what running mass actions have not taken up yet, chunk by chunk; pause and cancel are heeded.

    chunks bounds how many of each run are taken up in this call; `is_expanding` tells whether more are left.
    """
    report = Report()
    for run in lifecycle.running(BulkRun.Scope.CATALOG):
        with lifecycle.isolated(run, report):
            action = ACTIONS[run.action]
            # Validation needs no word with Jet, so nothing is gained by sending in between.
            at_most = 0 if run.action == "validate" else chunks
            plans.expand(run, action, _rows(run, action), beat=beat, chunks=at_most)
            if run.action == "validate":
                report.add(_validate(run, beat))
            lifecycle.finish_if_done(run.pk)
    return report


def settle_left() -> None:
    """Close mass actions that wait for answers which are there, or will never come."""
    for run in lifecycle.unfinished(BulkRun.Scope.CATALOG):
        if run.action not in WITHOUT_WISHES:
            outcomes.settle_left(run)


def is_expanding() -> bool:
    """Tell whether a running mass action has products that nothing was done with yet."""
    running = BulkRun.objects.filter(scope=BulkRun.Scope.CATALOG, state=BulkRun.State.RUNNING)
    return running.filter(expanded=False).exists()


def ask_statuses(*, client: Client, beat: Beat = lambda: None) -> Report:
    """
    Ask Jet for the statuses that running mass actions want.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    for run in lifecycle.running(BulkRun.Scope.CATALOG):
        if run.action != "status":
            continue
        while ids := _waiting(run):
            listings = list(Listing.objects.filter(account=run.account, product_id__in=ids))
            asked = statuses.ask_each(client=client, listings=listings, account=run.account, beat=beat)
            failed = {item.reference: item.reason for item in asked.items}
            for listing in listings:
                reason = failed.get(listing.sku, "")
                state = State.FAILED if reason else State.DONE
                lifecycle.settle(run.pk, [listing.product_id or 0], state, reason=reason)
            known = {listing.product_id for listing in listings}
            lifecycle.settle(run.pk, set(ids) - known, State.SKIPPED, reason="Jet does not have it any more.")
            report.add(asked)
        lifecycle.finish_if_done(run.pk)
    return report


def start(run: BulkRun) -> bool:
    """Let a planned run go; tell whether it was this call that started it."""
    return lifecycle.start(run)


def pause(run: BulkRun) -> bool:
    """Hold a run at the next item boundary."""
    return lifecycle.pause(run)


def again(run: BulkRun, *, action: str = "", states: Sequence[str], by: Person | None = None) -> BulkRun:
    """Draft a run over the products of another that ended so: once more, or with the opposite action."""
    return plan(lifecycle.again(run, action=action, states=states, by=by))


def resume(run: BulkRun) -> bool:
    """Let a paused run go on, its wishes included."""
    resumed = lifecycle.resume(run)
    if resumed:
        nudge("catalog.sync_products")
    return resumed


def cancel(run: BulkRun) -> bool:
    """End a run: products that nothing was sent of are left out, those that are begun are sent whole."""
    return cancellations.cancel(run)


def _rows(run: BulkRun, action: Action) -> Rows:
    """Return what a run is over; products that must be valid are judged before their chunk is taken up."""
    objects = Product.objects.only("pk", "sku", "kind")
    if _must_be_valid(action):
        return Rows(chosen(run), objects, "sku", before=_check)
    return Rows(chosen(run), objects, "sku")


def _must_be_valid(action: Action) -> bool:
    return any(cause.code == "invalid" for cause in action.causes)


def _check(ids: Sequence[int]) -> None:
    """Judge those of these products that nobody has judged since their last change."""
    unknown = list(_unchecked(Product.objects.filter(among("pk", ids))).values_list("pk", flat=True))
    if unknown:
        verdicts.validate(unknown)


def _validate(run: BulkRun, beat: Beat) -> Report:
    """Judge the waiting products of a run, and settle each with its verdict."""
    report = Report()
    while ids := _waiting(run):
        verdicts.validate(ids)
        judged = ValidationResult.objects.filter(product_id__in=ids)
        for worst in ValidationResult.Severity:
            found = list(judged.filter(worst=worst).values_list("product_id", flat=True))
            report.done += lifecycle.settle(run.pk, found, State.DONE, code=worst, reason=worst.label)
        lifecycle.settle(run.pk, ids, State.SKIPPED, reason="The product is gone.")
        beat()
    return report


def _waiting(run: BulkRun) -> list[int]:
    fresh = BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.RUNNING)
    waiting = run.items.filter(state=State.WAITING, run__in=fresh).order_by("object_id")
    return list(waiting.values_list("object_id", flat=True)[:CHUNK])


def _children_of(parents: Any) -> Any:
    return (
        Product.objects.filter(variation_of__parent__in=parents, variation_of__child=F("pk"))
        .order_by()
        .values("pk")
    )


def _unchecked(products: Any) -> Any:
    return products.filter(Q(validation=None) | Q(validation__stale_since__isnull=False))


def _not_live(products: Any) -> Any:
    """Keep products that go, that Jet takes, and that nobody will be able to buy as they are."""
    return products.filter(
        cause="", validation__worst=ValidationResult.Severity.NOT_LIVE, validation__stale_since=None
    )


def _invalid_by_rule(run: BulkRun, products: Any) -> list[dict[str, Any]]:
    """Count the products that each rule blocks; one product may break several."""
    invalid = products.filter(cause="invalid").order_by().values("pk")
    rules = (
        Problem.objects.filter(product__in=invalid, severity=ValidationResult.Severity.BLOCKS)
        .order_by()
        .values("code")
        .annotate(n=Count("product", distinct=True))
        .order_by("-n")[:30]
    )
    return [
        {"code": rule["code"], "text": problem_codes.words(rule["code"]), "count": rule["n"]}
        for rule in rules
    ]
