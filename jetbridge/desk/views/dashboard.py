"""The dashboard: what needs a person now, then how the business stands."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Person
from django.http import HttpRequest

from catalog.listings.grid import stages
from jetbridge.core import configuration
from jetbridge.core.job_titles import who_acted
from jetbridge.core.models import Configuration, Event, JetAccount
from jetbridge.desk import first_steps, overview
from jetbridge.jobs.lights import in_header
from jetbridge.panel.admin.call_log import object_link
from orders.models import Order
from orders.texts import ORDER_TONES

ORDERS_SHOWN = 10
EVENTS_SHOWN = 10


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the dashboard's template context; nobody sees what their group may not see."""
    viewer, config = request.user, configuration.current()
    account = configuration.account(config.mode)
    needs = overview.needs(account, viewer)
    found: dict[str, Any] = {
        "needs": overview.by_cause(needs),
        # Asked only where it would be said that nothing is needed.
        "not_known_yet": [] if needs else overview.not_known_yet(account, in_header(request).troubles),
        **_steps(config, account, viewer),
        "has_demo": viewer.has_perm("catalog.delete_product") and overview.has_demo(account),
    }
    if viewer.has_perm("catalog.view_product"):
        found["funnel"] = stages.counted_stages(account)
    if viewer.has_perm("orders.view_order"):
        recent = Order.objects.filter(account=account).defer("document")
        found["orders"] = [(order, ORDER_TONES[order.status]) for order in recent[:ORDERS_SHOWN]]
        traded = overview.days(account)
        found |= {"days": traded, "traded": overview.total(traded), "rates": overview.rates(account)}
    return {**context, **found, "events": _events(viewer)}


def _steps(config: Configuration, account: JetAccount, viewer: Person | AnonymousUser) -> dict[str, Any]:
    if not viewer.has_perm("core.view_configuration"):
        return {}
    steps = first_steps.set_up(config, account)
    done = sum(1 for step in steps if step.done)
    return {
        "steps": steps,
        "steps_done": done,
        "next_step": first_steps.next_step(steps),
    }


def _events(viewer: Person | AnonymousUser) -> list[dict[str, Any]]:
    if not viewer.has_perm("core.view_event"):
        return []
    rows = Event.objects.select_related("user")[:EVENTS_SHOWN]
    return [
        {
            "at": row.at,
            "who": who_acted(row.name, row.job),
            "what": row.message or row.action,
            "target": object_link(row),
        }
        for row in rows
    ]
