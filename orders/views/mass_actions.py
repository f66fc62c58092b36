"""Mass actions on orders in the browser: the shared pages with the orders' words, filters and what they ask."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.views import RunPages
from jetbridge.mass_actions.views import person as person
from jetbridge.panel.cli_commands import MOST_NAMES
from orders import filters
from orders.forms import ReasonForm
from orders.mass_actions import steps
from orders.mass_actions.actions import ACTIONS, GUARDED
from orders.models import Order
from orders.services import cancel_guard


def _asks(run: MassAction, data: Mapping[str, Any] | None) -> ReasonForm | None:
    return ReasonForm(data) if run.action == GUARDED else None


def _names(run: MassAction) -> list[str]:
    """Return the numbers of a few chosen orders; of many, nothing is asked."""
    if not run.ids or len(run.ids) > MOST_NAMES:
        return []
    rows = Order.objects.filter(pk__in=run.ids).order_by("pk").values_list("number", "jet_id")
    return [number or jet_id for number, jet_id in rows]


PAGES = RunPages(
    scope=MassAction.Scope.ORDERS,
    actions=ACTIONS,
    services=steps.RUNS,
    view_permission="orders.view_order",
    thing="order",
    things="orders",
    reference="Order",
    title="Mass actions on orders",
    object_url="admin:orders_order_change",
    grid_url="admin:orders_order_changelist",
    filters=lambda: set(filters.NAMES),
    force={
        "above_limit": (
            "above_limit",
            cancel_guard.PERMISSION,
            "Pass the limit: I know that this goes beyond it, and cancel all of them all the same.",
        )
    },
    plan_form=_asks,
    plan_template="orders/run_plan.html",
    command="bulk_orders",
    names=_names,
)


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """Return what an address says about which orders are meant; no stage means what the grid shows then."""
    found = PAGES.filters_of(query)
    return {filters.STAGE: [filters.chosen_stage(found)], **found}
