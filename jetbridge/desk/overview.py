"""What the dashboard asks of every app: what needs a person now, what is set up, how trade goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Person
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from catalog.badges import in_need
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.models import Listing, Product, ValidationResult
from catalog.selectors import open_price_reviews
from jetbridge.core.display import Tone
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.paginator import capped_count
from jetbridge.desk import cron
from orders import clock
from orders import selectors as order_selectors
from orders.models import Order
from orders.services import guarding
from returns import selectors as return_selectors

Viewer = Person | AnonymousUser
DAYS = 14
# Cards count no further: nobody works off more than this before looking again.
CAP = 999


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


@dataclass(frozen=True)
class SetUpStep:
    """One thing to do before the first product can be sold."""

    title: str
    text: str
    url: str
    done: bool


@dataclass(frozen=True)
class Day:
    """One bar of the orders chart; share is the bar's height in percent of the highest."""

    day: date
    orders: int
    revenue: Decimal
    share: int = 0


@dataclass(frozen=True)
class Rate:
    """One of the rates that Jet watches; met is empty while there is nothing to judge."""

    title: str
    words: str
    target: str
    met: bool | None


def needs(account: JetAccount, viewer: Viewer) -> list[Card]:
    """Return a card for each thing that needs this person now; none for what is in order."""
    found: list[Card] = []
    if viewer.has_perm("orders.view_order"):
        found += _orders(account)
    if viewer.has_perm("returns.view_returnrequest"):
        found += _returns(account)
    if viewer.has_perm("catalog.view_product"):
        found += _products(account)
    if viewer.has_perm("core.view_jobrun") and (late := cron.late_jobs()):
        text = "They should have run by now; is the worker there?"
        found.append(Card("Late jobs", len(late), text, reverse("desk:cron"), "Look", "red", "schedule"))
    return found


def _orders(account: JetAccount) -> Iterator[Card]:
    grid, failed = (reverse(f"admin:orders_{model}_changelist") for model in ("order", "failedorder"))
    for alarm in clock.alarms(account):
        yield Card(alarm.title, None, alarm.text, reverse("desk:cron"), "To the job", alarm.tone, "alarm")
    risky = order_selectors.at_risk(account)
    if count := capped_count(risky, CAP):
        nearest = risky.values_list("due_at", flat=True).first()
        text = "Jet wants its answer within 15 minutes."
        yield Card("Orders at risk", count, text, f"{grid}?stage=risk", "Answer", "red", "alarm", nearest)
    if count := capped_count(order_selectors.unresolved(account), CAP):
        text = "Out of stock, disabled or unknown; each says what would mend it."
        yield Card("Held and failed orders", count, text, failed, "Mend", "red", "production_quantity_limits")
    if count := capped_count(order_selectors.cancels_asked(account), CAP):
        text = "The buyer asks to cancel; exactly those units must be cancelled."
        yield Card("Cancels asked", count, text, f"{grid}?stage=cancel", "Confirm", "amber", "cancel")
    to_ship = order_selectors.to_ship(account)
    if count := capped_count(to_ship, CAP):
        nearest = to_ship.values_list("due_at", flat=True).first()
        yield Card(
            "To ship",
            count,
            "Acknowledged and waiting.",
            f"{grid}?stage=ship",
            "Ship",
            "blue",
            "local_shipping",
            nearest,
        )


def _returns(account: JetAccount) -> Iterator[Card]:
    waiting = return_selectors.to_complete(account)
    if count := capped_count(waiting, CAP):
        url, nearest = (
            reverse("admin:returns_returnrequest_changelist"),
            waiting.values_list("complete_by", flat=True).first(),
        )
        text = "After the deadline Jet completes them for you."
        yield Card("Returns due", count, text, url, "Answer", "amber", "assignment_return", nearest)


def _products(account: JetAccount) -> Iterator[Card]:
    if count := in_need():
        url = reverse("admin:catalog_uploadfile_changelist")
        yield Card("Rejected files", count, "Jet refused products in them.", url, "Look", "red", "report")
    severity = ValidationResult.Severity
    blocked = ValidationResult.objects.filter(worst=severity.BLOCKS, stale_since=None)
    if count := capped_count(blocked, CAP):
        url = f"{reverse('admin:catalog_product_changelist')}?problems={severity.BLOCKS}"
        text = "Jet would refuse them as they are."
        yield Card("Products with problems", count, text, url, "Mend", "amber", "inventory_2")
    if count := capped_count(open_price_reviews(account), CAP):
        text = "They are larger than the share that goes out without a question."
        url = reverse("catalog:price_reviews")
        yield Card("Price changes to review", count, text, url, "Review", "amber", "price_change")


def set_up(config: Configuration, account: JetAccount) -> list[SetUpStep]:
    """Return the way to the first sale, with what is done; empty once all of it is."""
    uploaded = Listing.objects.filter(account=account, first_sent_at__isnull=False).exists()
    settings_page, grid = "desk:configuration", "admin:catalog_product_changelist"
    taxonomy, mapped = JetCategory.objects.exists(), CategoryMapping.objects.exists()
    told = [
        ("Connect the account", "API user, secret and fulfillment node.", settings_page, account.is_complete),
        ("Import your products", "A Magento 2 product export.", "catalog:imports", Product.objects.exists()),
        ("Import Jet's categories", "Jet's CSV files, or Jet's API.", "mapping:taxonomy", taxonomy),
        ("Map your categories", "Where on Jet your products belong.", "mapping:categories", mapped),
        ("Say where your images are", "Jet fetches them.", settings_page, bool(config.image_base_url)),
        ("Upload products", "Choose them in the grid, look at the plan, start.", grid, uploaded),
    ]
    steps = [SetUpStep(*row) for row in told]
    return [] if all(step.done for step in steps) else steps


def days(account: JetAccount) -> list[Day]:
    """Return orders and revenue of the last two weeks, a row a day, empty days included."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = (
        _placed_since(account, first)
        .annotate(day=TruncDate("placed_at"))
        .values("day")
        .annotate(orders=Count("pk"), revenue=Sum("base_total"))
    )
    found = {row["day"]: row for row in rows}
    highest = max((row["orders"] for row in found.values()), default=0)
    if not highest:
        return []
    return [_day(first + timedelta(days=place), found, highest) for place in range(DAYS)]


def _day(day: date, found: Mapping[date, Mapping[str, Any]], highest: int) -> Day:
    row = found.get(day)
    if row is None:
        return Day(day, 0, Decimal(0))
    orders, revenue = row["orders"], row["revenue"] or Decimal(0)
    return Day(day, orders, revenue, share=round(orders * 100 / highest))


def rates(account: JetAccount) -> list[Rate]:
    """Return the rates that Jet watches, over the last month, beside Jet's targets."""
    cancels = guarding.outlook(account=account, orders=())
    given_up = clock.Share(
        "Cancelled or rejected",
        cancels.given_up,
        cancels.orders,
        f"your limit {cancels.limit} %",
        at_most=float(cancels.limit),
    )
    return [_rate(share) for share in (*clock.shares(account), given_up)]


def _rate(share: clock.Share) -> Rate:
    if share.percent is None:
        return Rate(share.title, "no orders yet", share.target, None)
    words = f"{share.percent:.1f} % ({share.part:,} of {share.whole:,})"
    return Rate(share.title, words, share.target, share.is_met)


def _placed_since(account: JetAccount, first: date) -> QuerySet[Order]:
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    return Order.objects.filter(account=account, placed_at__gte=start)
