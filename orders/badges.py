"""Numbers beside the orders' menu items: only what needs a person, and never counted further than worth it."""

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from jetbridge.core import configuration
from orders import selectors
from orders.models import Order

MOST = 99


def open_orders(request: HttpRequest) -> str:
    """Return how many orders wait for a person: to be answered, shipped, or a cancel confirmed."""
    account = configuration.active_account()
    return _capped(
        Order.objects.filter(account=account).filter(Q(status__in=Order.SHIPPABLE) | waits_for_answer())
    )


def failed_orders(request: HttpRequest) -> str:
    """Return how many orders could not be imported as they are."""
    return _capped(selectors.unresolved(configuration.active_account()))


def waits_for_answer() -> Q:
    """Ready orders that nobody is answering yet."""
    return Q(status=Order.Status.READY, acknowledge_wanted_at=None)


def _capped(rows: "QuerySet[Model]") -> str:
    count = rows[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")
