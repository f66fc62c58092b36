"""Refunds that the merchant starts, without a return at Jet."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from jetbridge.core.models import JetAccount
from jetbridge.core.models.dated import Dated, DatedManager
from jetbridge.outbox.models import Delivery, due_index, refused_index
from orders.models import Order, OrderItem
from returns.models.amounts import Components


class Refund(Dated, Delivery):
    """One refund. alt_refund_id is made before the call and reused, so Jet never books it twice."""

    class Status(models.TextChoices):
        NEW = "new", "Not sent"
        CREATED = "created", "Created"
        PROCESSING = "processing", "Processing"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    alt_refund_id = models.CharField("our refund ID", max_length=64, unique=True)
    jet_id = models.CharField("Jet refund ID", max_length=64, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NEW)
    jet_status = models.CharField("status at Jet", max_length=80, blank=True)
    document = models.JSONField(default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # When somebody decided that nothing more is to be paid after a refusal.
    closed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DatedManager["Refund"]()

    class Meta:
        ordering = ["-pk"]
        permissions = [("refund", "Can refund orders")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "jet_id"], condition=~Q(jet_id=""), name="one_refund_per_jet_id"
            )
        ]
        indexes = [
            models.Index(fields=["account", "status", "-id"], name="refund_status"),
            models.Index(fields=["account", "updated_at", "id"], name="refund_changed"),
            due_index("account", name="refund_due"),
            refused_index("refund_refused"),
        ]

    def __str__(self) -> str:
        return self.alt_refund_id

    def get_absolute_url(self) -> str:
        return reverse("admin:returns_refund_change", args=[self.pk])


class RefundItem(Components):
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="refund_items")
    units_returned = models.PositiveIntegerField(default=0)
    units_refunded = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=100)
    feedback = models.CharField(max_length=60, blank=True)
    notes = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_item"], name="line_once_per_refund"),
            models.CheckConstraint(
                condition=Q(units_refunded__lte=F("units_returned")), name="refunded_not_more_than_returned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.order_item_id}"
