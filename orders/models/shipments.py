"""Shipments and cancels: the document that is wanted, made before Jet hears of it, and Jet's answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.models.items import OrderItem
from orders.models.orders import Order


class Shipment(models.Model):
    """
    One parcel or one cancel that the merchant wants.

    alt_shipment_id is made before the call, so a lost answer is settled by looking for it at Jet. The sequence
    is what the form saw: two clicks, tabs or people that saw the same order make one row.
    """

    class State(models.TextChoices):
        WANTED = "wanted", "To be sent"
        SENDING = "sending", "Being sent"
        UNKNOWN = "unknown", "Answer lost"
        ACCEPTED = "accepted", "Taken by Jet"
        REFUSED = "refused", "Refused by Jet"

    UNSETTLED = (State.WANTED, State.SENDING, State.UNKNOWN)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    sequence = models.PositiveSmallIntegerField()
    alt_shipment_id = models.CharField("our shipment ID", max_length=64, unique=True)
    jet_id = models.CharField("Jet shipment ID", max_length=64, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    carrier = models.CharField(max_length=60, blank=True)
    method = models.CharField("shipping method", max_length=60, blank=True)
    ship_at = models.DateTimeField(null=True, blank=True)
    pick_up_at = models.DateTimeField("carrier pick-up", null=True, blank=True)
    deliver_at = models.DateTimeField("expected delivery", null=True, blank=True)
    ship_from_zip = models.CharField(max_length=10, blank=True)
    return_location = models.JSONField(null=True, blank=True)
    days_to_return = models.PositiveSmallIntegerField(null=True, blank=True)
    rma_number = models.CharField("RMA number", max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why units are cancelled; for us only.")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WANTED)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    request_id = models.CharField(max_length=36, blank=True)
    wanted_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the call began.")
    answer_at = models.DateTimeField(null=True, blank=True)
    errors = models.JSONField(default=list, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # Where it stood when this worker took it; no column.
    state_before: str = ""

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="one_shipment_per_sequence"),
            # Quantities settle a lost answer only while nothing else of the order is under way.
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["wanted", "sending", "unknown"]),
                name="one_unsettled_shipment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "wanted_at"],
                condition=Q(state__in=["wanted", "sending", "unknown"]),
                name="shipment_unsettled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}-{self.sequence}"

    @property
    def is_settled(self) -> bool:
        return self.state not in self.UNSETTLED


class ShipmentItem(models.Model):
    """Units of one line that go out or are cancelled with one shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="shipment_items")
    units_shipped = models.PositiveIntegerField(default=0)
    units_cancelled = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order_item__position"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_item"], name="line_once_per_shipment"),
            models.CheckConstraint(
                condition=Q(units_shipped__gt=0) | Q(units_cancelled__gt=0), name="shipment_item_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_item_id}: {self.units_shipped}/{self.units_cancelled}"
