"""Returns as Jet opened them, and the merchant's answer to each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.lookups import IsNull
from django.urls import reverse

from jetbridge.core.models import JetAccount
from jetbridge.core.models.dated import Dated, DatedManager
from jetbridge.outbox.models import Delivery, due_index, refused_index
from orders.models import Order, OrderItem
from returns.models.amounts import amount


class ReturnRequest(Dated, Delivery):
    """One return. jet_status is Jet's word; the completion is the document that is sent once."""

    class Status(models.TextChoices):
        CREATED = "created", "Created"
        IN_PROGRESS = "inprogress", "In progress"
        COMPLETED = "completed", "Completed"

    class ChargeFeedback(models.TextChoices):
        """Why the merchant does not agree to the return charge, in Jet's words."""

        NOT_MERCHANT_ERROR = "notMerchantError", "Not the merchant's error"
        OUTSIDE_POLICY = "outsideMerchantPolicy", "Outside the merchant's policy"
        WRONG_ITEM = "wrongItem", "Wrong item"
        FRAUD = "fraud", "Fraud"
        OUTSIDE_WINDOW = "returnedOutsideWindow", "Returned outside the window"
        OTHER = "other", "Other"

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    jet_id = models.CharField("Jet return ID", max_length=64)
    reference_number = models.CharField("reference return ID", max_length=64, blank=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    jet_order_id = models.CharField("Jet order ID", max_length=64, blank=True)
    reference_order_id = models.CharField("reference order ID", max_length=64, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.CREATED)
    jet_status = models.CharField("status at Jet", max_length=60, blank=True)
    document = models.JSONField(default=dict)
    document_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    complete_by = models.DateTimeField(null=True, blank=True, help_text="Afterwards Jet completes it itself.")
    deadline_notified_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by_jet = models.BooleanField(default=False)
    refund_without_return = models.BooleanField(default=False)
    shipping_carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    return_charge = amount()
    agree_to_return_charge = models.BooleanField(null=True, blank=True)
    return_charge_feedback = models.CharField(max_length=30, choices=ChargeFeedback.choices, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DatedManager["ReturnRequest"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "return"
        permissions = [
            ("fetch_returns", "Can fetch returns from Jet"),
            ("complete_return", "Can complete returns"),
        ]
        constraints = [models.UniqueConstraint(fields=["account", "jet_id"], name="one_return_per_jet_id")]
        indexes = [
            models.Index(fields=["account", "status", "-id"], name="return_status"),
            # What waits for an answer first, then what was completed last: as the grid shows them.
            models.Index(
                "account",
                IsNull(models.F("completed_at"), True).desc(),
                models.F("completed_at").desc(),
                name="return_as_listed",
            ),
            models.Index(
                fields=["account", "complete_by"], condition=~Q(status="completed"), name="return_open"
            ),
            models.Index(fields=["account", "updated_at", "id"], name="return_changed"),
            due_index("account", name="return_due"),
            refused_index("return_refused"),
        ]

    def __str__(self) -> str:
        return self.reference_number or self.jet_id

    def get_absolute_url(self) -> str:
        return reverse("admin:returns_returnrequest_change", args=[self.pk])


class ReturnItem(models.Model):
    """One SKU of a return: what the customer asks, and what the merchant gives back."""

    class Feedback(models.TextChoices):
        """Why less is given back than was asked, in Jet's words."""

        MISSING_PARTS = "Item is missing parts/accessories", "Item is missing parts/accessories"
        WRONG_ITEM = "Wrong Item", "Wrong item"
        DAMAGED = "Item damaged", "Item damaged"
        OUTSIDE_WINDOW = "Returned outside window", "Returned outside window"
        RESTOCKING = "Restocking fee", "Restocking fee"
        PACKAGING = "Not shipped in original packaging", "Not shipped in original packaging"
        REROUTING = "Rerouting fee", "Rerouting fee"

    return_request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.PROTECT, null=True, blank=True, related_name="return_items"
    )
    jet_order_item_id = models.CharField("Jet item ID", max_length=64)
    sku = models.CharField("SKU", max_length=64)
    title = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    units_requested = models.PositiveIntegerField(default=0)
    asked_principal = amount()
    asked_tax = amount()
    asked_shipping = amount()
    asked_shipping_tax = amount()

    units_returned = models.PositiveIntegerField(null=True, blank=True)
    units_refunded = models.PositiveIntegerField(null=True, blank=True)
    units_restocked = models.PositiveIntegerField(default=0)
    principal = amount()
    tax = amount()
    shipping = amount()
    shipping_tax = amount()
    feedback = models.CharField(max_length=60, choices=Feedback.choices, blank=True)
    notes = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["return_request", "jet_order_item_id"], name="line_once_per_return"
            ),
            models.CheckConstraint(
                condition=Q(units_returned=None) | Q(units_returned__lte=models.F("units_requested")),
                name="return_not_more_than_asked",
            ),
            models.CheckConstraint(
                condition=Q(units_refunded=None) | Q(units_refunded__lte=models.F("units_returned")),
                name="refund_not_more_than_returned",
            ),
        ]

    def __str__(self) -> str:
        return self.sku
