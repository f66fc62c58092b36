"""A filter of grids whose rows are deliveries: by where each stands."""

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jetbridge.outbox.models import State, in_state


class StateFilter(SimpleListFilter):
    """Where the delivery stands now."""

    title = "sending"
    parameter_name = "sending"
    # What there is to choose; a grid adds what else its rows may be.
    states: tuple[State, ...] = (State.PENDING, State.CLAIMED, State.UNKNOWN, State.ACCEPTED, State.REJECTED)

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the states that can be chosen."""
        return [(state.value, str(state.label)) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that are in the state."""
        value = self.value()
        return (
            queryset.filter(in_state(value, timezone.now())) if value in State.values and value else queryset
        )
