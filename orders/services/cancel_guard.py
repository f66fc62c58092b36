"""The cancellation guard: what the merchant's own cancels have come to, what more of them make of it, the limit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User as Person
from django.db.models import Count, Q
from django.utils import timezone

from jetbridge.core import configuration, money
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from orders.models import Order

WINDOW = timedelta(days=30)
PERMISSION = "orders.cancel_above_limit"
# What Jet has not made ours yet, or waits for our answer, is in no rate.
UNCOUNTED = (Order.Status.CREATED, *Order.UNANSWERED)


@dataclass(frozen=True)
class Outlook:
    """The share of orders that we gave up within the window, now and after what is asked for."""

    orders: int
    given_up: int
    adds: int
    adds_orders: int
    limit: Decimal

    @property
    def before(self) -> Decimal:
        """The rate now, in percent."""
        return _percent(self.given_up, self.orders)

    @property
    def after(self) -> Decimal:
        """What the rate becomes, in percent."""
        return _percent(self.given_up + self.adds, self.orders + self.adds_orders)

    @property
    def is_above(self) -> bool:
        """Return whether this goes beyond the limit, or further beyond it."""
        return self.adds > 0 and self.after > self.limit

    def __str__(self) -> str:
        counts = (
            f"{self.given_up} of {counted(self.orders, 'order')} of the last {counted(WINDOW.days, 'day')}"
        )
        if not self.adds:
            return f"Your cancellation rate stays at {self.before} % ({counts})."
        return (
            f"Your cancellation rate is {self.before} % now ({counts}) and becomes {self.after} %. "
            f"Your limit is {self.limit} %."
        )


class NotPossible(Exception):
    """The order is not in a state in which this can be asked; the text says why."""


@dataclass
class NotGuarded(Exception):
    """A cancel or reject lacks what the guard asks for; field names the form's field that gives it."""

    field: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Consent:
    """What a person gave before a cancel: the reason, and the word that the limit may be passed."""

    reason: str = ""
    above_limit: bool = False
    by: Person | None = None


def outlook(*, account: JetAccount, orders: Collection[int] = (), unseen: int = 0) -> Outlook:
    """
    Say what the rate is, and what it becomes when units of these orders are cancelled, or they are rejected.

    unseen counts orders that were never imported.
    """
    placed = Order.objects.filter(account=account, placed_at__gte=timezone.now() - WINDOW)
    asked = Order.objects.filter(pk__in=orders).aggregate(
        new=Count("pk", filter=Q(given_up_at=None)), uncounted=Count("pk", filter=Q(status__in=UNCOUNTED))
    )
    totals = placed.aggregate(
        orders=Count("pk", filter=~Q(status__in=UNCOUNTED)),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
    )
    return Outlook(
        orders=totals["orders"],
        given_up=totals["given_up"],
        adds=asked["new"] + unseen,
        adds_orders=asked["uncounted"] + unseen,
        limit=configuration.current().cancel_limit_percent,
    )


def check(*, account: JetAccount, orders: Collection[int] = (), unseen: int = 0, consent: Consent) -> Outlook:
    """
    Let a cancel or reject pass when it has a reason and, beyond the limit, a word from somebody who may say it.

    :raises NotGuarded: one of them lacks
    """
    if not consent.reason.strip():
        raise NotGuarded("reason", "Say why you cancel. The reason stands in the order's timeline.")
    found = outlook(account=account, orders=orders, unseen=unseen)
    if not found.is_above:
        return found
    if consent.by is not None and not consent.by.has_perm(PERMISSION):
        raise NotGuarded(
            "above_limit", f"{found} Beyond the limit, somebody with the permission to do so has to cancel."
        )
    if not consent.above_limit:
        raise NotGuarded("above_limit", f"{found} Confirm that the limit may be passed.")
    return found


def _percent(part: int, whole: int) -> Decimal:
    if not whole:
        return Decimal("0.00")
    return money.rounded(Decimal(part) * 100 / whole)
