"""The stages of orders, as tabs above the grid: what is open stands first, nearest deadline on top."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jetbridge.core.paginator import capped_count
from orders import selectors
from orders.models import Order

PARAMETER = "stage"
OPEN, ALL = "open", "all"
CONDITIONS: dict[str, tuple[str, Q | Callable[[datetime], Q]]] = {
    OPEN: ("Open", Q(status__in=Order.OPEN)),
    "risk": ("At risk", selectors.risky),
    "answer": ("To answer", Q(status__in=Order.UNANSWERED)),
    "ship": ("To ship", Q(status__in=Order.SHIPPABLE)),
    "cancel": ("Cancel asked", Q(status__in=Order.OPEN, has_cancel_request=True)),
    "coming": ("Coming", Q(status=Order.Status.CREATED)),
    "complete": ("Complete", Q(status=Order.Status.COMPLETE)),
    "given_up": ("Cancelled, rejected", Q(status__in=[Order.Status.CANCELLED, Order.Status.REJECTED])),
    ALL: ("All", Q()),
}
# Counted beside their tabs: few, and what a person acts on. The rest may be a million.
COUNTED = (OPEN, "risk", "answer", "ship", "cancel", "coming")


@dataclass(frozen=True)
class Stage:
    """One tab."""

    title: str
    url: str
    current: bool
    count: int | None


def chosen(request: HttpRequest) -> str:
    """Return the stage that the grid shows: what is open, unless another is asked for or something is searched."""
    asked = request.GET.get(PARAMETER, "")
    if asked in CONDITIONS:
        return asked
    return ALL if request.GET.get("q") else OPEN


def tabs(request: HttpRequest, orders: QuerySet[Order]) -> Iterator[Stage]:
    """Return the tabs with their counts."""
    current = chosen(request)
    for name, (title, _) in CONDITIONS.items():
        count = capped_count(orders.filter(condition(name))) if name in COUNTED else None
        yield Stage(title, f"?{PARAMETER}={name}", name == current, count)


def condition(name: str) -> Q:
    """Return what makes an order one of the stage, now."""
    asked = CONDITIONS[name][1]
    return asked if isinstance(asked, Q) else asked(timezone.now())


def ordered(request: HttpRequest, orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the stage's rows: open ones by deadline, the others newest first."""
    name = chosen(request)
    rows = orders.filter(condition(name))
    if name in COUNTED and name != "coming":
        return rows.order_by(F("due_at").asc(nulls_last=True), "-pk")
    return rows.order_by("-pk")


class StageFilter(admin.SimpleListFilter):
    """The same stages in the filter drawer; the rows are chosen by the grid's own query."""

    title = "stage"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The stages."""
        return [(name, title) for name, (title, _) in CONDITIONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Nothing more: `ordered` has chosen already."""
        return queryset


class DeadlineFilter(admin.SimpleListFilter):
    """The clock as a filter: how much time is left, or that Jet got its answer late."""

    title = "deadline"
    parameter_name = "deadline"
    LEFT = {
        "overdue": ("Overdue", timedelta(0)),
        "15m": ("Within 15 minutes", timedelta(minutes=15)),
        "2h": ("Within 2 hours", timedelta(hours=2)),
        "1d": ("Within a day", timedelta(days=1)),
    }
    LATE = ("late", "Answered after 15 minutes")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """How much time is left."""
        return [*((key, words) for key, (words, _) in self.LEFT.items()), self.LATE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Choose by the index on what is due; late answers by the two moments on the row."""
        asked = self.value()
        if asked == self.LATE[0]:
            return queryset.filter(acknowledged_at__gt=F("acknowledge_by"))
        if asked not in self.LEFT:
            return queryset
        return queryset.filter(due_at__lte=timezone.now() + self.LEFT[asked][1])
