"""What the dashboard asks of every app: what needs a person now, what is set up, how trade goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Person
from django.db.models import Count, Exists, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import BaseExpression
from django.urls import reverse
from django.utils import timezone

from catalog.listings.badges import files_in_need
from catalog.listings.models import Listing
from catalog.listings.selectors import open_price_reviews
from catalog.mapping.models import CategoryMapping, JetCategory, TaxonomyImport
from catalog.products.models import ImportFile, Product
from catalog.rules import fixes
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core import request_cache, store_days
from jetbridge.core.counts import CountUpTo, ask
from jetbridge.core.models import JetAccount
from jetbridge.jobs import status
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import boxes, leftovers
from jetbridge.panel.display import Tone
from jetbridge.panel.header import Trouble
from jetbridge.panel.paginator import capped
from orders import deadlines
from orders import selectors as order_selectors
from orders.models import Order
from orders.services import cancel_guard, rejection_stops
from returns import selectors as return_selectors

Viewer = Person | AnonymousUser
DAYS = 14
# Cards count no further: nobody works off more than this before looking again.
CAP = 999
# What costs money or a rate already comes first; then what will, and what is only work.
URGENCY: tuple[Tone, ...] = ("red", "amber", "blue", "green", "grey", "dark")
NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """One thing that needs a person: how many (None where that says nothing), why, until when, and the one button."""

    title: str
    count: int | None
    text: str
    url: str
    button: str
    tone: Tone
    icon: str
    deadline: datetime | None = None
    # Cards of one cause stand together.
    cause: str = "jobs"


@dataclass(frozen=True)
class Day:
    """One bar of the orders chart; share is the bar's height in percent of the highest."""

    day: date
    orders: int
    revenue: Decimal
    share: int = 0


@dataclass(frozen=True)
class Rate:
    """One of the rates that Jet watches; met is empty while there is nothing to measure."""

    title: str
    words: str
    target: str
    met: bool | None


# Refusals that stand together with others than those of their app.
TOGETHER = {"api.webhooks": "jobs"}
# What each box of the outbox shows of its refusals; the permission is the box's own. Files have a card of their own,
# and what is in them is shown as the products' updates.
REFUSALS: dict[str, Card | None] = {
    "api.webhooks": Card(
        "Refused webhooks", 0, "Your address did not take events, or is not allowed.",
        "api:webhooks", "See webhooks", "red", "report"),
    "catalog.facets": Card(
        "Refused updates", 0, "Jet refused them, or they were stopped; it still shows what was there before.",
        "admin:catalog_product_changelist?sending=refused", "Fix products", "red", "report"),
    "catalog.in_files": None,
    "catalog.file_addresses": None,
    "catalog.file_contents": None,
    "catalog.file_announcements": None,
    "catalog.file_verdicts": None,
    "orders.acknowledgements": Card(
        "Refused acknowledgements", 0, "Jet refused them, and waits for an answer.",
        "admin:orders_order_changelist?stage=refused", "Answer orders", "red", "report"),
    "orders.rejections": Card(
        "Refused rejections", 0, "Jet refused them, and waits for an answer.",
        "admin:orders_order_changelist?stage=refused", "Answer orders", "red", "report"),
    "orders.shipments": Card(
        "Refused shipments", 0, "Jet knows nothing of them until they are sent again.",
        "admin:orders_order_changelist?stage=refused", "Ship orders", "red", "report"),
    "store.documents": Card(
        "Refused by the store", 0, "The linked store did not take them; each says what to do.",
        "admin:orders_order_changelist?stage=store", "View orders", "red", "report"),
    "returns.completions": Card(
        "Refused answers to returns", 0, "Jet waits for another answer.",
        "admin:returns_returnrequest_changelist?send_state__exact=rejected", "Answer returns", "red", "report"),
    "returns.refunds": Card(
        "Refused refunds", 0, "Nothing was paid back; refund another way while Jet takes it.",
        "admin:returns_refund_changelist?send_state__exact=rejected", "View refunds", "red", "report"),
}  # fmt: skip


def needs(account: JetAccount, viewer: Viewer) -> list[Card]:
    """Return a card for each thing that needs this person now; none for what is in order."""
    found: list[Card] = []
    if viewer.has_perm("orders.view_order"):
        found += _alarms(account)
    rows = counts(account)
    is_due = (rows["rejecting"] or rows["stopped"]) and viewer.has_perm("orders.view_order")
    rejecting = rejection_stops.forecast(account) if is_due else None
    found += _rejecting(rejecting)
    for place, need in enumerate(_needs(account)):
        count = rows[f"count_{place}"]
        if need.is_held and rejecting is not None and count <= rejecting.orders:
            continue  # one cause, one card
        if count and viewer.has_perm(need.permission):
            deadline = rows.get(f"deadline_{place}")
            cause = need.cause or need.permission.partition(".")[0]
            found.append(replace(need.card, count=capped(count, CAP), deadline=deadline, cause=cause))
    if viewer.has_perm("core.view_jobrun"):
        found += _jobs()
    return found


def by_cause(cards: Sequence[Card]) -> list[list[Card]]:
    """Return the cards of one cause together, one list for each cause; what is lost first and soonest leads."""
    ordered = sorted(cards, key=lambda card: (URGENCY.index(card.tone), card.deadline or NO_DEADLINE))
    found: dict[str, list[Card]] = {}
    for card in ordered:
        found.setdefault(card.cause, []).append(card)
    return list(found.values())


def not_known_yet(account: JetAccount, troubles: Sequence[Trouble]) -> list[str]:
    """Return what nobody can know at the moment, so that no sentence says that nothing needs a person."""
    rows = counts(account)
    unknown = [
        (rows["unchecked"], "product", "waits to be checked", "wait to be checked"),
        (rows["unread"], "product", "waits for its status at Jet", "wait for their status at Jet"),
    ]
    found = [
        f"{count if count <= CAP else f'More than {CAP}'} {thing}{'s' * (count != 1)} {one if count == 1 else many}."
        for count, thing, one, many in unknown
        if count
    ]
    return [*found, *(trouble.title for trouble in troubles if trouble.tone == "red")]


def _jobs() -> Iterator[Card]:
    page = reverse("desk:cron")
    if failures := status.failures():
        text = "In the last 24 hours; each run says why."
        yield Card("Jobs with failures", len(failures), text, page, "View jobs", "amber", "error")
    if aside := status.set_aside_jobs():
        text = "They held their worker twice; nothing starts them until somebody lets them try again."
        yield Card("Jobs set aside", len(aside), text, page, "View jobs", "red", "block")
    if late := status.late_jobs():
        text = "They should have run by now. Check that a worker runs."
        yield Card("Late jobs", len(late), text, page, "View jobs", "red", "schedule")
    if paused := status.paused_jobs():
        text = "They do nothing until somebody resumes them."
        yield Card("Paused jobs", len(paused), text, page, "View jobs", "amber", "pause_circle")


def _rejecting(found: rejection_stops.Forecast | None) -> Iterator[Card]:
    """What the machine is about to give up, or has stopped giving up until somebody decides."""
    if found is None:
        return
    page = reverse("admin:orders_failedorder_changelist")
    if found.stop is None:
        rate = f"Your cancellation rate becomes {found.outlook.after} %, limit {found.outlook.limit} %."
        title, text = "Orders about to be rejected", f"${found.amount:,.2f}. {rate}"
        yield Card(title, found.orders, text, page, "Fix orders", "red", "gavel", found.first_at, "orders")
        return
    title, text = "Rejecting stopped", "It concerns none at present; later ones will wait."
    if found.orders:
        text = f"${found.amount:,.2f}. Waiting, they become late at Jet."
    tone: Tone = "red" if found.orders else "amber"
    yield Card(title, found.orders or None, text, page, "Decide", tone, "front_hand", cause="orders")


@dataclass(frozen=True)
class _Need:
    """Rows that need a person who holds the permission; the first one's deadline is the nearest."""

    permission: str
    rows: QuerySet[Any]
    card: Card
    deadline: str = ""
    # Another card shows these orders where they are about to be rejected.
    is_held: bool = False
    # What its card stands together with; empty: the others of its app.
    cause: str = ""


def _alarms(account: JetAccount) -> Iterator[Card]:
    for alarm in deadlines.alarms(account):
        page = reverse("desk:cron")
        yield Card(alarm.title, None, alarm.text, page, "View job", alarm.tone, "alarm", cause="orders")


def _needs(account: JetAccount) -> list[_Need]:
    """Build the queries once in a page view: that takes as long as asking them."""
    return request_cache.once("needs", lambda: _built_needs(account))


def _built_needs(account: JetAccount) -> list[_Need]:
    orders, returns, products = "orders.view_order", "returns.view_returnrequest", "catalog.view_product"
    grid, failed, back, files, goods = (
        reverse(f"admin:{model}_changelist")
        for model in ("orders_order", "orders_failedorder", "returns_returnrequest", "catalog_uploadfile",
                      "catalog_product")
    )  # fmt: skip
    blocks, at_jet = ValidationResult.Severity.BLOCKS, timezone.now() + account.clock_offset
    return [
        _Need(orders, order_selectors.at_risk(account), Card(
            "Orders at risk", 0, "Jet expects an answer within 15 minutes.",
            f"{grid}?stage=risk", "Answer orders", "red", "alarm"), "due_at"),
        _Need(orders, order_selectors.unresolved(account), Card(
            "Held and failed orders", 0, "Out of stock, disabled or unknown; each says what would fix it.",
            failed, "Fix orders", "red", "production_quantity_limits"), is_held=True),
        _Need(orders, order_selectors.cancels_asked(account), Card(
            "Cancels requested", 0, "The buyer asks to cancel; exactly those units must be cancelled.",
            f"{grid}?stage=cancel", "Confirm cancels", "amber", "cancel"), cause="cancels"),
        _Need(orders, order_selectors.due_today(account, at_jet), Card(
            "Ship today", 0, "Late at Jet if they leave tomorrow.",
            f"{grid}?stage=today", "Ship today's", "amber", "local_shipping"), "due_at", cause="shipping"),
        _Need(orders, order_selectors.to_ship(account), Card(
            "To ship", 0, "Acknowledged and waiting.",
            f"{grid}?stage=ship", "Ship orders", "blue", "local_shipping"), "due_at", cause="shipping"),
        _Need(orders, order_selectors.asking(account), Card(
            "Documents of the store", 0, "Made there, or different there: say what becomes of them.",
            reverse("orders:store_differences"), "Decide", "amber", "compare_arrows")),
        _Need(returns, return_selectors.to_complete(account), Card(
            "Returns due", 0, "After the deadline Jet completes them for you.",
            back, "Complete returns", "amber", "assignment_return"), "complete_by"),
        _Need(products, files_in_need(account), Card(
            "Rejected files", 0, "Jet refused products in them.", files, "View files", "red", "report")),
        _Need(products, ValidationResult.objects.filter(worst=blocks, stale_since=None), Card(
            "Products with problems", 0, "Jet would refuse them as they are.",
            f"{goods}?problems={blocks}", "Fix products", "amber", "inventory_2")),
        _Need(products, open_price_reviews(account), Card(
            "Price changes to review", 0, "They are larger than the share that goes out without a question.",
            reverse("catalog:price_reviews"), "Review prices", "amber", "price_change")),
        *_refusals(account),
        *_begun(account),
    ]  # fmt: skip


def _begun(account: JetAccount) -> Iterator[_Need]:
    """What people began and does not go on before somebody says so."""
    stopped = (MassAction.State.PAUSED, MassAction.State.FAILED)
    runs = MassAction.objects.filter(account=account, state__in=stopped)
    read = ImportFile.objects.filter(state=ImportFile.State.PREVIEWED)
    taxonomies = TaxonomyImport.objects.filter(state=TaxonomyImport.State.PREVIEWED)
    held = Card("Stopped mass actions", 0, "The rest of them is not done.", "", "View runs", "amber", "pause")
    asks = Card(
        "Imports to confirm", 0, "Nothing of them is stored yet.", "", "View imports", "blue", "check"
    )
    for permission, rows, card, page in (
        ("catalog.view_product", runs.filter(scope="catalog"), held, "catalog:runs"),
        ("orders.view_order", runs.filter(scope="orders"), held, "orders:runs"),
        ("catalog.import_products", read, asks, "catalog:imports"),
        (
            "mapping.import_taxonomy",
            taxonomies,
            replace(asks, title="Taxonomies to confirm"),
            "mapping:taxonomy",
        ),
    ):
        cause = "orders" if page.startswith("orders") else "catalog"
        yield _Need(permission, rows, replace(card, url=reverse(page)), cause=cause)


def _refusals(account: JetAccount) -> Iterator[_Need]:
    for kind in boxes.boxes():
        card = REFUSALS.get(kind.name)
        if card is not None:
            page, _, query = card.url.partition("?")
            found = replace(card, url=f"{reverse(page)}?{query}")
            yield _Need(kind.permission, leftovers.refused(kind()), found, cause=TOGETHER.get(kind.name, ""))


def has_demo(account: JetAccount) -> bool:
    """Return whether demo products stand in the store."""
    return bool(counts(account)["demo"])


def counts(account: JetAccount) -> dict[str, Any]:
    """Ask once in a page view, and in one query, what is there and how much of it needs somebody."""
    return request_cache.once("dashboard", lambda: ask(_asked(account), account))


def _asked(account: JetAccount) -> dict[str, BaseExpression]:
    asked: dict[str, BaseExpression] = {
        "products": Exists(Product.objects.all()),
        "demo": Exists(Product.objects.filter(is_demo=True)),
        "taxonomy": Exists(JetCategory.objects.all()),
        "mapped": Exists(CategoryMapping.objects.all()),
        "unchecked": CountUpTo(ValidationResult.objects.filter(stale_since__isnull=False).order_by(), CAP),
        "unread": CountUpTo(
            Listing.objects.filter(account=account, status_due_at__isnull=False).order_by(), CAP
        ),
        "rejecting": Exists(rejection_stops.soon(account, timezone.now())),
        "stopped": Exists(rejection_stops.open_stops(account)),
        "ordered": Exists(Order.objects.filter(account=account)),
        "live": Exists(Listing.objects.filter(account=account, status=Listing.Status.AVAILABLE)),
        "unmapped_attributes": Exists(Problem.objects.filter(code__in=fixes.BY_CATEGORY)),
        "refusable": Exists(ValidationResult.objects.filter(worst=ValidationResult.Severity.BLOCKS)),
        "uploaded": Exists(Listing.objects.filter(account=account, first_sent_at__isnull=False)),
    }
    for place, need in enumerate(_needs(account)):
        asked[f"count_{place}"] = CountUpTo(need.rows.order_by(), CAP)
        if need.deadline:
            asked[f"deadline_{place}"] = Subquery(need.rows.values(need.deadline)[:1])
    return asked


def days(account: JetAccount) -> list[Day]:
    """Return orders and revenue of the last two weeks, a row a day, empty days included."""
    today = store_days.today()
    first = today - timedelta(days=DAYS - 1)
    listed = [first + timedelta(days=place) for place in range(DAYS)]
    # A range a day: to find each order's day takes ten times as long.
    rows, *others = (
        Order.objects.filter(store_days.within("placed_at", day, day), account=account)
        .values("account")
        .order_by()
        .annotate(orders=Count("pk"), revenue=Sum("base_total"), place=Value(place))
        for place, day in enumerate(listed)
    )
    found = {listed[row["place"]]: row for row in rows.union(*others, all=True)}
    highest = max((row["orders"] for row in found.values()), default=0)
    if not highest:
        return []
    return [_day(first + timedelta(days=place), found, highest) for place in range(DAYS)]


def total(traded: Sequence[Day]) -> Day | None:
    """Return orders and revenue of all these days together, under the last one's date; None without any."""
    if not traded:
        return None
    revenue = sum((day.revenue for day in traded), Decimal(0))
    return Day(traded[-1].day, sum(day.orders for day in traded), revenue)


def _day(day: date, found: Mapping[date, Mapping[str, Any]], highest: int) -> Day:
    row = found.get(day)
    if row is None:
        return Day(day, 0, Decimal(0))
    orders, revenue = row["orders"], row["revenue"] or Decimal(0)
    return Day(day, orders, revenue, share=round(orders * 100 / highest))


def rates(account: JetAccount) -> list[Rate]:
    """Return the rates that Jet watches, over the last month, beside Jet's targets."""
    cancels = cancel_guard.outlook(account=account, orders=())
    given_up = deadlines.Share(
        "Cancelled or rejected",
        cancels.given_up,
        cancels.orders,
        f"your limit {cancels.limit} %",
        at_most=float(cancels.limit),
    )
    return [_rate(share) for share in (*deadlines.shares(account), given_up)]


def _rate(share: deadlines.Share) -> Rate:
    if share.percent is None:
        return Rate(share.title, "no orders yet", share.target, None)
    words = f"{share.percent:.1f} % ({share.part:,} of {share.whole:,})"
    return Rate(share.title, words, share.target, share.is_met)
