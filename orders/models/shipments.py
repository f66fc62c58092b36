"""Shipments and cancels: the document that is queued, made before Jet hears of it, and Jet's answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from jetbridge.outbox.models import Delivery, due_index, refused_index
from orders.models.items import OrderItem
from orders.models.orders import Order


class Shipment(Delivery):
    """
    One parcel or one cancel that the merchant asked for.

    alt_shipment_id is made before the call, so a lost answer is settled by looking for it at Jet. The sequence
    is what the form saw: two clicks, tabs or people that saw the same order make one row.
    """

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

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="one_shipment_per_sequence"),
            # Quantities settle a lost answer only while nothing else of the order is under way.
            models.UniqueConstraint(
                fields=["order"], condition=Q(next_try_at__isnull=False), name="one_pending_shipment"
            ),
        ]
        indexes = [
            due_index(name="shipment_due"),
            refused_index("shipment_refused"),
            models.Index(
                fields=["tracking_number"], condition=~Q(tracking_number=""), name="shipment_tracking"
            ),
            # What one person has shipped today, and a moment ago.
            models.Index(fields=["user", "queued_at"], name="shipment_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.order}-{self.sequence}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is to be sent or answered any more, not even once somebody unblocks it."""
        return self.next_try_at is None


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
