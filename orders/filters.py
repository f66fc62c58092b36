"""Which orders an address of the grid means: stage, deadline, days, search; for grid, runs and exports alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from orders import selectors
from orders.models import Order, OrderItem

STAGE, DEADLINE = "stage", "deadline"
OPEN, ALL = "open", "all"
STAGES: dict[str, tuple[str, Q | Callable[[datetime], Q]]] = {
    OPEN: ("Open", Q(status__in=Order.OPEN)),
    "attention": ("Needs attention", lambda now: _keys(selectors.in_trouble, now)),
    "risk": ("At risk", selectors.risky),
    "answer": ("To answer", Q(status__in=Order.UNANSWERED)),
    "today": ("Ship today", lambda now: _keys(selectors.due_today, now)),
    "later": ("To ship later", lambda now: selectors.due_later(now)),
    # Both of them.
    "ship": ("To ship", Q(status__in=Order.SHIPPABLE)),
    "refused": ("Refused by Jet", lambda now: selectors.is_refused()),
    "cancel": ("Cancel asked", Q(status__in=Order.OPEN, has_cancel_request=True)),
    "coming": ("Coming", Q(status=Order.Status.CREATED)),
    "complete": ("Complete", Q(status=Order.Status.COMPLETE)),
    "given_up": ("Cancelled, rejected", Q(status__in=[Order.Status.CANCELLED, Order.Status.REJECTED])),
    ALL: ("All", Q()),
}
LEFT = {
    "overdue": ("Overdue", timedelta(0)),
    "15m": ("Within 15 minutes", timedelta(minutes=15)),
    "2h": ("Within 2 hours", timedelta(hours=2)),
    "1d": ("Within a day", timedelta(days=1)),
}
LATE = ("late", "Answered after 15 minutes")
# What Django's date filter puts into the grid's address.
PLACED = ("placed_at__gte", "placed_at__lt", "placed_at__isnull")
# Orders of one SKU that are few beside a page of the grid.
FEW = 1000
NAMES = frozenset({STAGE, DEADLINE, *PLACED})
Orders = QuerySet[Order]
Filters = Mapping[str, Sequence[str]]


def matching(filters: Filters, account: JetAccount) -> Orders:
    """Return the orders that an address of the grid means."""
    rows = Order.objects.filter(account=account).defer("document").filter(stage_of(filters))
    rows = by_deadline(rows, _first(filters, DEADLINE))
    for name in PLACED:
        if value := _first(filters, name):
            rows = _by_day(rows, name, value)
    return search(rows, _first(filters, "q"))


def chosen_stage(filters: Filters) -> str:
    """Return the stage that is shown: what is open, unless another is asked for or something is searched."""
    asked = _first(filters, STAGE)
    if asked in STAGES:
        return asked
    return ALL if _first(filters, "q") else OPEN


def stage_of(filters: Filters) -> Q:
    """Return what makes an order one of the stage that is asked for."""
    return condition(chosen_stage(filters))


def condition(name: str) -> Q:
    """Return what makes an order one of the stage, now."""
    asked = STAGES[name][1]
    return asked if isinstance(asked, Q) else asked(timezone.now())


def by_deadline(rows: Orders, asked: str) -> Orders:
    """Choose by the index on what is due, late answers by their own."""
    if asked == LATE[0]:
        return rows.filter(answered_late=True)
    if asked not in LEFT:
        return rows
    return rows.filter(due_at__lte=timezone.now() + LEFT[asked][1])


def search(rows: Orders, term: str) -> Orders:
    """Find by any of an order's names, else by a SKU in it; each through its own index."""
    term = term.strip()
    if not term:
        return rows
    unordered = rows.order_by()
    keys = ({"number": term}, {"reference_number": term}, {"jet_id": term.lower()})
    first, *others = (unordered.filter(**key).values_list("pk", flat=True) for key in keys)
    named = list(first.union(*others))
    if named:
        return rows.filter(pk__in=named)
    lines = OrderItem.objects.filter(sku__in={term, term.upper()}).values_list("order_id", flat=True)
    few = list(lines[: FEW + 1])
    # Given as keys, few orders are looked up one by one; many are found while the grid is read in its order.
    return rows.filter(pk__in=lines if len(few) > FEW else few)


def _keys(ask: Callable[[JetAccount, datetime], Orders], now: datetime) -> Q:
    """Return what makes an order one of those that a question gives; they are few, and lead."""
    return Q(pk__in=ask(configuration.active_account(), now).order_by().values("pk"))


def _by_day(rows: Orders, name: str, value: str) -> Orders:
    try:
        return rows.filter(**{name: value == "True" if name.endswith("isnull") else value})
    except (ValidationError, ValueError):  # an address typed by hand; the grid itself refuses it as well
        return rows.none()


def _first(filters: Filters, name: str) -> str:
    return next(iter(filters.get(name, ())), "")
