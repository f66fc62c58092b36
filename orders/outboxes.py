"""What orders send, as the outbox knows it: shipments and cancels, each of them once."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from orders.models import Shipment

# Codes of mass actions' items that wait for Jet: for the answer to the whole order, or for a shipment of this number.
ANSWER, SHIPMENT = "answer", "shipment-"


@boxes.register
class Shipments(Outbox[Shipment]):
    """
    Shipments and cancels of one account; what must leave first goes first.

    A careful send looks first, makes up to three calls and looks after each; every one takes a minute at most.
    """

    name, model, title = "orders.shipments", Shipment, "The shipment"
    job, permission = "orders.send_shipments", "orders.view_order"
    order_by = (F("order__ship_by").asc(nulls_last=True), "queued_at", "pk")
    longest_send, lease = timedelta(minutes=9), timedelta(minutes=10)

    def __init__(self, account: JetAccount | None = None) -> None:
        self._account = account

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of the account, the active one unless another was named."""
        return rows.filter(order__account=self._account or configuration.active_account())

    def load(self, rows: "QuerySet[Any]") -> list[Shipment]:
        """Read shipments with their orders and lines."""
        return list(rows.select_related("order").prefetch_related("items__order_item"))
