"""Mass actions on products: what is chosen, what a plan foresees, and the way through them in small steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from catalog.listings.grid import filters
from catalog.listings.mass_actions import cancellations, outcomes
from catalog.listings.mass_actions.actions import ACTIONS, live_among, unchecked
from catalog.listings.services import file_uploads, statuses, upload_files
from catalog.products.models import Product
from catalog.rules import codes as problem_codes
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.services import fills, lost_zeros
from jetbridge.core import configuration
from jetbridge.core.jet.client import Client
from jetbridge.core.memory import patient_search
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge, nudged_once
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.groups import ALONE
from jetbridge.mass_actions.kinds import MassActions
from jetbridge.mass_actions.models import MassAction

Heartbeat = Callable[[], None]
# Products of which a plan shows what would become of their identifiers.
PREVIEWED = 20
# Chunks of a run taken up, and lots of files built, before the files built so far are sent.
CHUNKS = 5
LOTS = 5


class ProductActions(MassActions):
    """Mass actions on products; each product waits for the answers to what names the run."""

    scope, actions, name = MassAction.Scope.CATALOG, ACTIONS, "sku"

    def chosen(self, run: MassAction) -> "QuerySet[Any]":
        """Return what a run is over: the ids, or all that match its filters; children where they belong."""
        products = lifecycle.chosen_of(run, Product.objects.all())
        if products is None:
            products = filters.matching(run.filters, run.account)
        if run.action == "fill" and lifecycle.ITEMS_OF not in run.options:
            return fills.with_groups(products, run.filters.get("problems", []))
        if run.options.get(ALONE) or not self.may_bring_members(run):
            return products
        parents = products.filter(kind=Product.Kind.CONFIGURABLE).order_by().values("pk")
        return Product.objects.filter(
            Q(pk__in=products.order_by().values("pk")) | Q(pk__in=_children_of(parents))
        )

    def may_bring_members(self, run: MassAction) -> bool:
        """An upload brings the children of groups, archiving where it is set; what is repeated names its own."""
        closes = run.action in ("archive", "unarchive") and configuration.current().archive_children
        return (ACTIONS[run.action].with_children or closes) and lifecycle.ITEMS_OF not in run.options

    def objects(self) -> "QuerySet[Any]":
        """Return products by what leads to their listings."""
        return Product.objects.only("pk", "sku", "kind")

    def count(self, run: MassAction) -> "QuerySet[Any]":
        """Count what will go, and beside it what is live, would not go live, or was never checked."""
        products = super().count(run)
        codes = {row["code"] for row in run.plan["left_out"]}
        uploaded = run.action in ("upload", "bulk_upload")
        run.plan["invalid_by_rule"] = _invalid_by_rule(run, products) if "invalid" in codes else []
        run.plan["live"] = live_among(products.filter(cause=""), run).count() if uploaded else 0
        run.plan["not_live"] = _not_live(products).count() if uploaded else 0
        if run.action == "restore_zeros":
            going = products.filter(cause="").order_by("pk").prefetch_related("texts")[:PREVIEWED]
            run.plan["zeros"] = list(lost_zeros.preview(going))
        run.plan["unchecked"] = unchecked(products).count() if uploaded else 0
        return products

    def resume(self, run: MassAction) -> bool:
        """Let a paused run go on, its pending deliveries included."""
        resumed = super().resume(run)
        if resumed:
            nudge("catalog.sync_products")
        return resumed

    def cancel(self, run: MassAction) -> bool:
        """End a run: products that nothing was sent of are left out, those that are begun are sent whole."""
        return cancellations.cancel(run)

    def settle_left_of(self, run: MassAction) -> None:
        """Settle what a newer change took over, or what was answered without the run."""
        outcomes.settle_left(run)


RUNS = ProductActions()
sketch, draft, plan, again = RUNS.sketch, RUNS.draft, RUNS.plan, RUNS.again
start, pause, resume, cancel = RUNS.start, RUNS.pause, RUNS.resume, RUNS.cancel
chosen, is_expanding, settle_left = RUNS.chosen, RUNS.is_taking_up, RUNS.settle_left


def expand(*, client: Client | None = None, heartbeat: Heartbeat = lambda: None, chunks: int = 0) -> Report:
    """
    Take up what running mass actions have not taken up yet, asking Jet only where there is a client.

    :raises JetKeysRefused: Jet does not take our keys
    """
    asking = None if client is None else partial(statuses.ask_each, client=client, heartbeat=heartbeat)
    return RUNS.take_up(means=asking, heartbeat=heartbeat, at_most=chunks)


@patient_search()
def advance(*, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Take mass actions up, ask what they need to know, build their files and send them, a part at a time.

    :raises JetKeysRefused: Jet does not take our keys; everything stays pending
    """
    report = Report()
    while True:
        with nudged_once():
            report.add(expand(client=client, heartbeat=heartbeat, chunks=CHUNKS))
            built = upload_files.build_files(account=account, limit=LOTS, heartbeat=heartbeat)
            report.add(file_uploads.advance_files(client=client, account=account, heartbeat=heartbeat))
        if not built and not is_expanding():
            break
    return report


def _children_of(parents: Any) -> Any:
    return (
        Product.objects.filter(variation_of__parent__in=parents, variation_of__child=F("pk"))
        .order_by()
        .values("pk")
    )


def _not_live(products: Any) -> Any:
    """Keep products that go, that Jet takes, and that nobody will be able to buy as they are."""
    return products.filter(
        cause="", validation__worst=ValidationResult.Severity.NOT_LIVE, validation__stale_since=None
    )


def _invalid_by_rule(run: MassAction, products: Any) -> list[dict[str, Any]]:
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
