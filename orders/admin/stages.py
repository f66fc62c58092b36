"""The stages of orders, as tabs above the grid: what is open stands first, nearest deadline on top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from jetbridge.core import configuration, request_cache
from jetbridge.core.counts import count_all
from jetbridge.core.models import JetAccount
from jetbridge.outbox.models import Answer
from jetbridge.panel.changelist import FROM_END, PanelChangeList
from jetbridge.panel.paginator import CAP, capped
from jetbridge.panel.saved_views import VIEW
from orders import filters, selectors, worklists
from orders.mass_actions.actions import ACTIONS
from orders.models import FailedOrder, Order, Shipment
from orders.models.desks import AtDesk, at_desk

PARAMETER = filters.STAGE
# Counted beside their tabs: few, and what a person acts on. The rest may be a million.
COUNTED = filters.BY_DEADLINE
LAST = ("coming", "complete", "given_up", filters.ALL)
# What these show stands under other tabs too, and no order is counted twice in a row: theirs are there while shown.
FOLDED = ("risk", "ship", "refused", "store")
# Choices of a filter; others are reached by their address.
MOST_PEOPLE, MOST_TAGS = 30, 50
# What comes next from each tab, the first of which there is something; other tabs offer nothing.
NEXT = {
    filters.OPEN: ("today", "ship", "held"),
    "attention": ("held", "refused"),
    "risk": ("held",),
    "answer": ("answer", "held"),
    "cancel": ("cancel",),
    **{name: (name,) for name in ("today", "later", "ship", "refused")},
}
# Tabs of which all orders go to the plan of a mass action.
ASKED = {"answer": ("acknowledge", "Acknowledge {}"), "cancel": ("confirm_cancel", "Confirm {} cancels")}
SHIPPED = {"today": "Ship {} due today", "later": "Ship {}", "ship": "Ship {}", "refused": "Fix {} refused"}
# An address with no more than this in it shows all rows of a stage.
STAGE_ALONE = {PARAMETER, FROM_END, VIEW}


@dataclass(frozen=True)
class Stage:
    title: str
    url: str
    current: bool
    count: int | None
    folded: bool = False


def chosen(request: HttpRequest) -> str:
    """Return the stage that the grid shows."""
    return filters.chosen_stage(dict(request.GET.lists()))


def tabs(request: HttpRequest, account: JetAccount) -> Iterator[Stage]:
    current, found = chosen(request), counts(request, account)
    for name, (title, _) in filters.STAGES.items():
        if name in FOLDED and name != current:
            continue
        count = capped(found[name]) if name in COUNTED else None
        yield Stage(title, f"?{PARAMETER}={name}", name == current, count, name in LAST and name != current)


def counts(request: HttpRequest, account: JetAccount) -> dict[str, int]:
    """Count the stages with a number and the one that is shown, once a page and in one query."""
    return request_cache.once("order stages", lambda: _counts(request, account))


def _counts(request: HttpRequest, account: JetAccount) -> dict[str, int]:
    names = dict.fromkeys([*(name for name in COUNTED if name not in FOLDED), chosen(request)])
    orders = Order.objects.filter(account=account).order_by()
    asked = {name: orders.filter(filters.condition(name)) for name in names}
    offered = _offers(request, account)
    asked |= {offer.words: offer.rows for offer in offered}
    return dict(zip(asked, count_all(list(asked.values()), account, CAP), strict=True))


@dataclass(frozen=True)
class Offer:
    """What may come next from a tab: "{}" in its words is how many, and where a page or a mass action does it."""

    words: str
    rows: QuerySet[Any]
    url: str = ""
    action: str = ""


def work(request: HttpRequest, account: JetAccount) -> Offer | None:
    """Return what comes next from the tab that is shown, in words; None where nothing does, or for who may not."""
    found = counts(request, account)
    for offer in _offers(request, account):
        if found[offer.words]:
            return replace(offer, words=offer.words.format(capped(found[offer.words])))
    return None


def _offers(request: HttpRequest, account: JetAccount) -> list[Offer]:
    """Return what the tab that is shown may offer, the first of which there is something."""
    return request_cache.once("order offers", lambda: list(_built_offers(request, account)))


def _built_offers(request: HttpRequest, account: JetAccount) -> Iterator[Offer]:
    kept = {key: request.GET.getlist(key) for key in (*filters.NAMES, "q") if request.GET.get(key)}
    may = request.user.has_perm
    for name in NEXT.get(chosen(request), ()):
        asked = {**kept, PARAMETER: [name]}
        if name in SHIPPED and may("orders.ship"):
            # What the list holds: neither what is on its way or on hold, nor what a buyer asks to cancel.
            rows = worklists.listed(asked, account, request.user)
            yield Offer(SHIPPED[name], rows, f"{reverse('orders:work')}?{urlencode(asked, doseq=True)}")
        elif name == "held" and may("orders.retry") and kept.keys() <= {PARAMETER}:
            held = selectors.unresolved(account).order_by()
            yield Offer("Fix {} held", held, reverse("admin:orders_failedorder_changelist"))
        elif name in ASKED and may(ACTIONS[ASKED[name][0]].permission):
            action, words = ASKED[name]
            rows = filters.matching(asked, account).order_by()
            if name == "answer":
                rows = rows.filter(pk__in=selectors.left_to_a_person(account).order_by().values("pk"))
            yield Offer(words, rows, action=action)


class OrderChangeList(PanelChangeList):
    """The grid of orders, which counts nothing that its tabs have counted already."""

    _known: int | None = None
    request: HttpRequest

    def get_results(self, request: HttpRequest) -> None:
        account, self.request = configuration.active_account(), request
        is_whole = self.params.keys() <= STAGE_ALONE
        self._known = counts(request, account)[chosen(request)] if is_whole else self._many()
        super().get_results(request)
        self._add_causes()

    def counted(self) -> QuerySet[Any]:
        """Count late answers in the order of their own index: else SQLite takes another and reads all orders."""
        is_late = filters.DEADLINE in self.params and self.params[filters.DEADLINE] == filters.LATE[0]
        return self.queryset.order_by("-pk") if is_late else super().counted()

    def _many(self) -> int | None:
        """Return a count beyond the cap where the search knows by itself that so many are found in all stages."""
        is_alone = self.params.keys() <= {FROM_END, VIEW} and chosen(self.request) == filters.ALL
        return CAP + 1 if is_alone and self.query and filters.finds_many(self.query) else None

    def _add_causes(self) -> None:
        """Give held orders on this page what stands in their way, and refused ones what Jet said."""
        held = {order.pk: order for order in self.result_list if order.status == Order.Status.HELD}
        if held:
            for failure in FailedOrder.objects.filter(order__in=list(held)).defer("document"):
                held[failure.order_id].failure = failure
        refused = {order.pk: order for order in self.result_list if getattr(order, "is_refused", False)}
        if refused:
            rows = Shipment.objects.filter(order__in=list(refused), answer=Answer.REJECTED).order_by("pk")
            for shipment in rows:  # the last one stays
                refused[shipment.order_id].__dict__["refusal"] = " ".join(shipment.errors)
        for order in held.values():  # one without a cause is not asked for it row by row
            order._state.fields_cache.setdefault("failure", None)

    def count(self, querysets: Sequence[QuerySet[Any]]) -> list[int]:
        """Take the number that is known where nothing but a stage, or a frequent word, is chosen."""
        return super().count(querysets) if self._known is None else [self._known] * len(querysets)


def rows(request: HttpRequest, orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders of the stage that the grid shows."""
    found = orders.filter(filters.condition(chosen(request)))
    found = found.select_related("desk__assignee").prefetch_related(*(["tags"] if tags() else []))
    return selectors.with_refusals(found, configuration.active_account())


def tags() -> list[str]:
    """Return the tags that orders have."""
    return _at_desk().tags


def _at_desk() -> AtDesk:
    """Return what the drawer offers of tags and people; read once a page."""
    return request_cache.once("at desk", lambda: at_desk(tags=MOST_TAGS, people=MOST_PEOPLE))


def ordering(request: HttpRequest) -> tuple[Any, ...]:
    """Return the order in which the stage that is shown is worked through."""
    return filters.ordering(dict(request.GET.lists()))


class StageFilter(admin.SimpleListFilter):
    """The same stages in the filter drawer; the rows are chosen by the grid's own query."""

    is_tab = True
    title = "stage"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, title) for name, (title, _) in filters.STAGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Nothing more: `rows` has chosen already."""
        return queryset


class DeadlineFilter(admin.SimpleListFilter):
    """The clock as a filter: how much time is left, or that Jet got its answer late."""

    title = "deadline"
    parameter_name = filters.DEADLINE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((key, words) for key, (words, _) in filters.LEFT.items()), filters.LATE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Choose what is due, or was answered late."""
        return filters.by_deadline(queryset, self.value() or "")


class DeskFilter(admin.SimpleListFilter):
    """A filter by what people do with orders here."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the rows that the address asks for."""
        value = self.value()
        return filters.BY_DESK[str(self.parameter_name)](queryset, value) if value else queryset


class AssigneeFilter(DeskFilter):
    """Mine, nobody's, or another person's."""

    title = "assignee"
    parameter_name = filters.ASSIGNEE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer oneself first, by number, so that a shared address means the same to everybody."""
        own = str(request.user.pk)
        named = [(str(pk), name) for pk, name in _at_desk().people if str(pk) != own]
        return [(own, "Mine"), (filters.NOBODY, "Nobody's"), *named]


class TagFilter(DeskFilter):
    """The tags that there are."""

    title = "tag"
    parameter_name = filters.TAG

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the tags in use."""
        return [(tag, f"#{tag}") for tag in tags()]


class HoldFilter(DeskFilter):
    """What somebody holds by hand."""

    title = "hold"
    parameter_name = filters.HOLD

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(filters.HOLDS.items())


class PrintFilter(DeskFilter):
    """What was printed already."""

    title = "paper"
    parameter_name = filters.PRINTED

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(filters.PRINTS.items())
