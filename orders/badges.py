"""Numbers beside the orders' menu items: only what needs a person, and never counted further than worth it."""

from typing import Any

from django.db.models import Q, QuerySet

from jetbridge.core.models import JetAccount
from jetbridge.panel.facts import badge
from orders import selectors
from orders.models import Order


@badge
def open_orders(account: JetAccount) -> QuerySet[Any]:
    """Count orders that wait for a person: to be answered, shipped, or a cancel confirmed."""
    return Order.objects.filter(account=account).filter(Q(status__in=Order.SHIPPABLE) | waits_for_answer())


@badge
def failed_orders(account: JetAccount) -> QuerySet[Any]:
    """Count orders that could not be imported as they are."""
    return selectors.unresolved(account)


def waits_for_answer() -> Q:
    """Ready orders that nobody is answering yet."""
    return Q(status=Order.Status.READY, acknowledgement__next_try_at=None)
