"""What orders send, as the outbox knows it: answers to whole orders, shipments and cancels, each of them once."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from orders.models import Acknowledgement, Order, Shipment

# What happens once goes by no older copy of its order than this.
FRESH = timedelta(minutes=10)
# Jet's word for the answer that an order will be filled; every other answer rejects it.
ACCEPTED = "accepted"


class Answers(Outbox[Acknowledgement]):
    """
    Answers to orders of one account; Jet gives each 15 minutes, so the nearest deadline goes first.

    A careful send looks first, makes one call more where Jet failed at once, and looks after each; a call takes a
    minute at most.
    """

    model, permission = Acknowledgement, "orders.view_order"
    things = ("answer to an order", "answers to orders")
    order_by = (F("order__acknowledge_by").asc(nulls_last=True), "pk")
    longest_send, lease = timedelta(seconds=260), timedelta(minutes=5)
    longest_pause = timedelta(minutes=1)

    def __init__(self, account: JetAccount | None = None) -> None:
        self._account = account

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of the account, the active one unless another was named."""
        return rows.filter(order__account=self._account or configuration.active_account())

    def at_jet(self, now: datetime) -> datetime:
        """Return a moment of ours as Jet's clock shows it."""
        return now + (self._account or configuration.active_account()).clock_offset

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of orders that have no other answer by now."""
        return self.select(rows).filter(order__status__in=Order.UNANSWERED)

    def load(self, rows: "QuerySet[Any]") -> list[Acknowledgement]:
        """Read answers with their orders and lines."""
        orders = rows.select_related("order").defer("order__document")
        return list(orders.prefetch_related("order__items"))

    def reference(self, row: Acknowledgement) -> str:
        """Return the order's number."""
        return str(row.order)


@boxes.register
class Acknowledgements(Answers):
    """Orders that will be filled."""

    name, job, title = "orders.acknowledgements", "orders.send_acknowledgements", "The acknowledgement"
    # A round of the import at once, stored so many in a transaction: a worker that dies leaves no more in doubt.
    chunk, batch = 200, 25
    # Jet waits for them for 15 minutes only.
    goes_when_older = True

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what accepts."""
        return super().select(rows).filter(status=ACCEPTED)


@boxes.register
class Rejections(Answers):
    """Orders that will not be filled; what follows moves stock, so that each is stored by itself."""

    name, job, title = "orders.rejections", "orders.send_rejections", "The rejection"

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what rejects, with whichever word."""
        return super().select(rows).exclude(status=ACCEPTED)


def answers_of(row: Acknowledgement) -> Answers:
    """Return the box that sends this answer."""
    return Acknowledgements() if row.status == ACCEPTED else Rejections()


@boxes.register
class Shipments(Outbox[Shipment]):
    """
    Shipments and cancels of one account; what must leave first goes first.

    A careful send looks first, makes up to three calls and looks after each; every one takes a minute at most.
    """

    name, model, title = "orders.shipments", Shipment, "The shipment"
    things = ("shipment", "shipments")
    job, permission = "orders.send_shipments", "orders.view_order"
    order_by = (F("order__ship_by").asc(nulls_last=True), "queued_at", "pk")
    longest_send, lease = timedelta(minutes=9), timedelta(minutes=10)

    def __init__(self, account: JetAccount | None = None) -> None:
        self._account = account

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of the account, the active one unless another was named."""
        return rows.filter(order__account=self._account or configuration.active_account())

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of orders that are still to be shipped and have no newer shipment or cancel."""
        newer = Shipment.objects.filter(order=OuterRef("order"), sequence__gt=OuterRef("sequence"))
        return self.select(rows).filter(~Exists(newer), order__status__in=Order.SHIPPABLE)

    def load(self, rows: "QuerySet[Any]") -> list[Shipment]:
        """Read shipments with their lines, and with what else is known of their orders."""
        parts = ("items__order_item", "order__items", "order__shipments")
        return list(rows.select_related("order").prefetch_related(*parts))

    def is_outdated(self, row: Shipment) -> bool:
        """Return whether somebody else may have shipped or cancelled units meanwhile."""
        return is_outdated(row.order)


def is_outdated(order: Order) -> bool:
    """Return whether our copy of an order is too old to ship, cancel or pay back by."""
    return order.document_at is None or timezone.now() - order.document_at > FRESH
