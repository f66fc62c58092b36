"""Which orders an address of the grid means: stage, deadline, days, search; for grid, runs and exports alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration, request_cache
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.core.texts import number_in
from jetbridge.panel.paginator import CAP
from orders import selectors, words
from orders.models import Customer, Order, OrderDesk, OrderTag, OrderWord, Shipment
from orders.models.desks import on_hold
from orders.models.words import begins

STAGE, DEADLINE = "stage", "deadline"
# Worked through by what is due.
BY_DEADLINE = ("open", "attention", "risk", "answer", "today", "later", "ship", "refused", "cancel")
OPEN, ALL = "open", "all"
STAGES: dict[str, tuple[str, Q | Callable[[datetime], Q]]] = {
    OPEN: ("Open", Q(status__in=Order.OPEN)),
    "attention": ("Needs attention", lambda at_jet: _keys(selectors.in_trouble, at_jet)),
    "risk": ("At risk", selectors.risky),
    "answer": ("To answer", Q(status__in=Order.UNANSWERED)),
    "today": ("Ship today", lambda at_jet: _keys(selectors.due_today, at_jet)),
    "later": ("To ship later", selectors.due_later),
    # Both of them.
    "ship": ("To ship", Q(status__in=Order.SHIPPABLE)),
    "refused": ("Refused by Jet", lambda now: selectors.is_refused()),
    "store": ("Stopped before the store", lambda now: selectors.is_stopped_before_the_store()),
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
# Orders of one name at most: a buyer's, by the hashed e-mail.
FEW = 1000
# Shorter beginnings are no tracking number, shorter texts no hashed e-mail.
SHORTEST_NUMBER, SHORTEST_HASH = 4, 20
ASSIGNEE, TAG, HOLD, NOBODY = "assignee", "tag", "hold", "none"
PRINTED = "printed"
PRINTS = {"no": "Not printed", "yes": "Printed"}
HOLDS = {"yes": "On hold by hand", "over": "Hold is over"}
NAMES = frozenset({STAGE, DEADLINE, *PLACED, ASSIGNEE, TAG, HOLD, PRINTED})
Orders = QuerySet[Order]
Filters = Mapping[str, Sequence[str]]


def matching(filters: Filters, account: JetAccount) -> Orders:
    """Return the orders that an address of the grid means."""
    rows = Order.objects.filter(account=account).defer("document").filter(stage_of(filters))
    rows = by_deadline(rows, _first(filters, DEADLINE))
    for name, keep in BY_DESK.items():
        if value := _first(filters, name):
            rows = keep(rows, value)
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


def ordering(filters: Filters) -> tuple[Any, ...]:
    """Return the stage's order: open ones by deadline, the others newest first."""
    if chosen_stage(filters) in BY_DEADLINE:
        return F("due_at").asc(nulls_last=True), "-pk"
    return ("-pk",)


def stage_of(filters: Filters) -> Q:
    """Return what makes an order one of the stage that is asked for."""
    return condition(chosen_stage(filters))


def condition(name: str) -> Q:
    """Return what makes an order one of the stage, now."""
    asked = STAGES[name][1]
    return asked if isinstance(asked, Q) else asked(configuration.jet_time())


def by_deadline(rows: Orders, asked: str) -> Orders:
    """Choose by the index on what is due, late answers by their own."""
    if asked == LATE[0]:
        return rows.filter(answered_late=True)
    if asked not in LEFT:
        return rows
    return rows.filter(due_at__lte=configuration.jet_time() + LEFT[asked][1])


def search(rows: Orders, term: str) -> Orders:
    """
    Find by one of an order's names, or its buyer's hashed e-mail; else by all of the words that are typed.

    Each begins a word of buyer, city or product, or a SKU, ZIP code or tracking number; a phone number counts by
    its last digits.
    """
    term = term.strip()
    if not term:
        return rows
    named = _named(rows, term)
    return rows.filter(pk__in=named) if named else holding(rows, term)


def by_assignee(rows: Orders, value: str) -> Orders:
    """Keep what is one person's, by the person's number; or nobody's."""
    if value == NOBODY:
        return rows.filter(Q(desk=None) | Q(desk__assignee=None))
    person = number_in(value)
    return rows.none() if person is None else rows.filter(desk__assignee=person)


def by_tag(rows: Orders, value: str) -> Orders:
    """Keep what has a tag."""
    return rows.filter(pk__in=OrderTag.objects.filter(tag=value.lower().lstrip("#")).values("order"))


def by_hold(rows: Orders, value: str) -> Orders:
    """Keep what is on hold by hand, or was."""
    if value == "over":
        return rows.filter(desk__hold_until__lte=timezone.now())
    return rows.filter(on_hold(timezone.now())) if value == "yes" else rows.none()


def by_print(rows: Orders, value: str) -> Orders:
    """Keep what was printed, or what was not."""
    if value not in PRINTS:
        return rows.none()
    printed = OrderDesk.objects.filter(order=OuterRef("pk"), printed_at__isnull=False)
    return rows.filter(Exists(printed) if value == "yes" else ~Exists(printed))


BY_DESK: dict[str, Callable[[Orders, str], Orders]] = {
    ASSIGNEE: by_assignee,
    TAG: by_tag,
    HOLD: by_hold,
    PRINTED: by_print,
}


def of_orders(rows: "QuerySet[Any]", term: str, *, column: str = "order_id") -> "QuerySet[Any]":
    """Keep rows of what belongs to orders, as `search` finds these."""
    orders = Order.objects.filter(account=configuration.active_account())
    named = _named(orders, term.strip())
    return rows.filter(among(column, named)) if named else holding(rows, term, column=column)


def holding(rows: "QuerySet[Any]", term: str, *, column: str = "pk") -> "QuerySet[Any]":
    """Keep rows whose order, by its key in a column, holds all that is typed."""
    found = found_by_words(term)
    if found.keys is not None:
        rows = rows.filter(among(column, found.keys))
    for asked in found.frequent:
        # Without the account: an order's own few words are read, never all that begin so.
        words_of_it = OrderWord.objects.filter(_match(asked), order=OuterRef(column))
        rows = rows.filter(Exists(words_of_it))
    return rows


@dataclass(frozen=True)
class ByWords:
    """Keys of the orders that hold the rarer words, None where all are frequent; and the frequent ones."""

    keys: frozenset[int] | None
    frequent: tuple[words.Typed, ...]


def finds_many(term: str) -> bool:
    """Return whether a search finds more orders than are counted, by one word that is frequent."""
    found = found_by_words(term)
    return found.keys is None and len(found.frequent) == 1


def found_by_words(term: str) -> ByWords:
    """Look up what is typed, word by word; read once in a page view, where grid and count ask for it."""
    account = configuration.active_account()
    return request_cache.once(f"orders by words {account.pk} {term}", lambda: _by_words(term))


def _by_words(term: str) -> ByWords:
    keys: frozenset[int] | None = None
    frequent = []
    asked = [part for each in words.typed(term) for part in _parts(each)]
    for each in asked:
        rows: Any = _with(each).values_list("order_id", flat=True)
        if parcels := _parcels(each):
            rows = rows.union(*parcels, all=True)
        found = list(rows[: CAP * 2])  # of two words of one beginning an order has two rows
        some = frozenset(found)
        if len(found) == CAP * 2 or len(some) > CAP:
            frequent.append(each)
        else:
            keys = some if keys is None else keys & some
    if not asked:
        keys = frozenset()
    return ByWords(keys, tuple(frequent))


def _parts(asked: words.Typed) -> list[words.Typed]:
    """Return what is looked up: a value that begins something as it is; of any other its words, one by one."""
    if len(asked.words) < 2 or _with(asked).exists() or any(rows.exists() for rows in _parcels(asked)):
        return [asked]
    return [words.Typed(word, (word,)) for word in asked.words]


def _with(asked: words.Typed) -> "QuerySet[OrderWord]":
    """Return the words of orders that a typed one stands for."""
    rows = OrderWord.objects.filter(account=configuration.active_account()).order_by()
    return rows.filter(_match(asked))


def _match(asked: words.Typed) -> Q:
    match = begins(asked.value) if asked.value else Q(pk__in=[])
    return match | Q(word=asked.phone) if asked.phone else match


def _parcels(asked: words.Typed) -> "list[QuerySet[Shipment, int]]":
    """Return the keys of orders with a parcel whose tracking number begins so: a query each way of writing it."""
    if len(asked.value) < SHORTEST_NUMBER:
        return []
    rows = Shipment.objects.exclude(tracking_number="").order_by().values_list("order_id", flat=True)
    # One range a query: of two in one condition SQLite would read every parcel there is.
    starts = sorted({asked.value, asked.value.upper()})
    return [
        rows.filter(tracking_number__gte=start, tracking_number__lt=start + words.LAST) for start in starts
    ]


def named(term: str) -> list[Order]:
    """Return the orders of the active account that have this very number, reference, ID or tracking number."""
    orders = Order.objects.filter(account=configuration.active_account()).defer("document")
    parcels = Shipment.objects.filter(tracking_number=term).exclude(tracking_number="")
    keys = {*_named(orders, term), *parcels.values_list("order_id", flat=True)[:FEW]}
    return list(orders.filter(pk__in=keys).order_by("pk")) if keys else []


def names_at_jet(term: str) -> list[str]:
    """Return under which IDs Jet knows the order of a number, reference or tracking number."""
    return [order.jet_id for order in named(term)]


def _named(rows: Orders, term: str) -> list[int]:
    """Return the keys of the orders that have this very name, each name through its own index."""
    unordered = rows.order_by()
    keys: list[dict[str, Any]] = [{"number": term}, {"reference_number": term}, {"jet_id": term.lower()}]
    found = [unordered.filter(**key).values_list("pk", flat=True) for key in keys]
    if "@" in term or len(term) >= SHORTEST_HASH:
        accounts = JetAccount.objects.values("pk")
        buyers = Customer.objects.filter(account__in=accounts, hash_email__in={term, term.lower()})
        # A buyer is of one account already; asked for it once more, SQLite reads all of the account's orders.
        theirs = Order.objects.order_by().filter(customer__in=buyers.values("pk"))
        found.append(theirs.values_list("pk", flat=True))
    return list(found[0].union(*found[1:])[:FEW])


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
