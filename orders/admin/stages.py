"""The stages of orders, as tabs above the grid: what is open stands first, nearest deadline on top."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from jetbridge.core.paginator import capped_count
from orders import filters
from orders.models import Order

PARAMETER = filters.STAGE
# Counted beside their tabs: few, and what a person acts on. The rest may be a million.
COUNTED = (filters.OPEN, "risk", "answer", "ship", "cancel", "coming")


@dataclass(frozen=True)
class Stage:
    """One tab."""

    title: str
    url: str
    current: bool
    count: int | None


def chosen(request: HttpRequest) -> str:
    """Return the stage that the grid shows."""
    return filters.chosen_stage(dict(request.GET.lists()))


def tabs(request: HttpRequest, orders: QuerySet[Order]) -> Iterator[Stage]:
    """Return the tabs with their counts."""
    current = chosen(request)
    for name, (title, _) in filters.STAGES.items():
        count = capped_count(orders.filter(filters.condition(name))) if name in COUNTED else None
        yield Stage(title, f"?{PARAMETER}={name}", name == current, count)


def rows(request: HttpRequest, orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders of the stage that the grid shows."""
    return orders.filter(filters.condition(chosen(request)))


def ordering(request: HttpRequest) -> tuple[Any, ...]:
    """Return the stage's order: open ones by deadline, the others newest first."""
    name = chosen(request)
    if name in COUNTED and name != "coming":
        return F("due_at").asc(nulls_last=True), "-pk"
    return ("-pk",)


class StageFilter(admin.SimpleListFilter):
    """The same stages in the filter drawer; the rows are chosen by the grid's own query."""

    title = "stage"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The stages."""
        return [(name, title) for name, (title, _) in filters.STAGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Nothing more: `ordered` has chosen already."""
        return queryset


class DeadlineFilter(admin.SimpleListFilter):
    """The clock as a filter: how much time is left, or that Jet got its answer late."""

    title = "deadline"
    parameter_name = filters.DEADLINE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """How much time is left."""
        return [*((key, words) for key, (words, _) in filters.LEFT.items()), filters.LATE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Choose what is due, or was answered late."""
        return filters.by_deadline(queryset, self.value() or "")
