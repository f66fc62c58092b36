"""An order as imported from Jet, with its clocks and its money."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.dated import Dated, DatedManager
from orders.models.customers import Customer


def amount() -> models.DecimalField:  # type: ignore[type-arg]  # stubs: generic only while checking
    """Return a column for an amount in US dollars."""
    return models.DecimalField(max_digits=12, decimal_places=2, default=0)


class Order(Dated):
    """One order of one account. jet_status is Jet's own word; status is ours, where they differ."""

    class Status(models.TextChoices):
        """Where the order stands for the merchant."""

        CREATED = "created", "Coming"
        READY = "ready", "Ready"
        HELD = "held", "Held"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        IN_PROGRESS = "inprogress", "In progress"
        COMPLETE = "complete", "Complete"
        CANCELLED = "cancelled", "Cancelled"
        REJECTED = "rejected", "Rejected"

    OPEN = (Status.READY, Status.HELD, Status.ACKNOWLEDGED, Status.IN_PROGRESS)
    UNANSWERED = (Status.READY, Status.HELD)
    SHIPPABLE = (Status.ACKNOWLEDGED, Status.IN_PROGRESS)

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="orders")
    jet_id = models.CharField("Jet order ID", max_length=64)
    reference_number = models.CharField("reference order ID", max_length=64, blank=True)
    # Derived from the primary key right after the insert, hence empty for an instant.
    number = models.CharField("order number", max_length=20, null=True, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.READY)
    jet_status = models.CharField("status at Jet", max_length=40, blank=True)
    exception_state = models.CharField(max_length=100, blank=True)
    document = models.JSONField(default=dict, help_text="The order as Jet last reported it.")
    document_at = models.DateTimeField(null=True, blank=True)

    fulfillment_node_id = models.CharField(max_length=64, blank=True)
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_phone = models.CharField(max_length=60, blank=True)
    address1 = models.CharField(max_length=300, blank=True)
    address2 = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=60, blank=True)
    zip_code = models.CharField("ZIP code", max_length=20, blank=True)

    base_total = amount()
    tax_total = amount()
    shipping_total = amount()
    shipping_tax_total = amount()
    fee_total = amount()
    grand_total = amount()
    net_total = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="Goods and shipping less Jet's fees; tax apart."
    )
    units = models.PositiveIntegerField(default=0)

    placed_at = models.DateTimeField(null=True, blank=True)
    transmitted_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    # A column, since PostgreSQL takes a third of all orders for late when it compares two of them.
    answered_late = models.GeneratedField(
        expression=models.Q(acknowledged_at__gt=models.F("acknowledge_by")),  # type: ignore[arg-type]  # a Q will do
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    ship_by = models.DateTimeField(null=True, blank=True)
    deliver_by = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When we rejected it, or cancelled units that the buyer still expected.",
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="The next deadline of this order; empty when nothing is due."
    )

    service_level = models.CharField(max_length=100, blank=True)
    requested_carrier = models.CharField(max_length=100, blank=True)
    requested_method = models.CharField(max_length=100, blank=True)
    shipping_method = models.CharField(max_length=100, blank=True)
    payment_method = models.CharField(max_length=32, blank=True)
    payment_title = models.CharField(max_length=100, blank=True)
    new_status = models.CharField(
        max_length=10, blank=True, help_text="The store's status that it was imported with (Configuration)."
    )
    has_cancel_request = models.BooleanField(default=False)

    tagged_at = models.DateTimeField(null=True, blank=True, help_text="When Jet marked it as stored by us.")

    anonymized_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its buyer was made anonymous."
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DatedManager["Order"]()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("import_orders", "Can fetch orders from Jet"),
            ("acknowledge", "Can acknowledge orders"),
            ("reject", "Can reject orders"),
            ("ship", "Can ship orders"),
            ("cancel", "Can cancel units of orders"),
            ("cancel_above_limit", "Can cancel and reject beyond the cancellation limit"),
            ("forget_buyer", "Can forget a buyer for good"),
            ("export_buyers", "Can take buyers' addresses out: order export, packing slips of many"),
        ]
        constraints = [models.UniqueConstraint(fields=["account", "jet_id"], name="one_order_per_jet_id")]
        indexes = [
            models.Index(fields=["account", "status", "-id"], name="order_status"),
            models.Index(fields=["account", "-id"], name="order_account"),
            models.Index(fields=["account", "updated_at", "id"], name="order_changed"),
            models.Index(fields=["account", "reference_number"], name="order_by_reference"),
            # With what rates and revenue of a month ask for, so that they are counted in the index alone.
            models.Index(
                fields=[
                    *("account", "placed_at", "status", "given_up_at", "ready_at"),
                    *("acknowledge_by", "acknowledged_at", "base_total"),
                ],
                name="order_month",
            ),
            models.Index(
                fields=["account", "placed_at"],
                condition=models.Q(given_up_at__isnull=False),
                name="order_given_up",
            ),
            models.Index(
                fields=["account", "due_at"], condition=models.Q(due_at__isnull=False), name="order_due"
            ),
            models.Index(fields=["account", "id"], condition=models.Q(tagged_at=None), name="order_untagged"),
            models.Index(
                fields=["account", "due_at"],
                condition=models.Q(has_cancel_request=True),
                name="order_cancel_asked",
            ),
            models.Index(
                fields=["account", "-id"],
                condition=models.Q(answered_late=True),
                name="order_late",
            ),
            models.Index(fields=["is_demo"], condition=models.Q(is_demo=True), name="order_demo"),
        ]

    @property
    def store_status(self) -> str:
        """The order's status in the store's words: as imported, until it is complete or cancelled."""
        if self.status == self.Status.COMPLETE:
            return "Complete"
        if self.status in (self.Status.CANCELLED, self.Status.REJECTED):
            return "Canceled"
        known = dict(Configuration.NewOrderStatus.choices)
        return str(known.get(self.new_status, known[Configuration.NewOrderStatus.PROCESSING]))

    @property
    def stock_document(self) -> str:
        """The name under which the order's stock movements and holds stand."""
        return f"order {self.number}"

    def __str__(self) -> str:
        return self.number or self.reference_number or self.jet_id

    def get_absolute_url(self) -> str:
        return reverse("admin:orders_order_change", args=[self.pk])

    @property
    def is_being_answered(self) -> bool:
        """Return whether it waits for an answer that is to be sent; on many orders, `BEING_ANSWERED` asks for it."""
        answer = getattr(self, "acknowledgement", None)
        return self.status in self.UNANSWERED and answer is not None and answer.next_try_at is not None

    @property
    def next_deadline(self) -> datetime | None:
        """The moment by which Jet needs an answer or a shipment; None when nothing is due."""
        if self.status in self.UNANSWERED:
            return self.acknowledge_by
        return self.ship_by if self.status in self.SHIPPABLE else None

    @property
    def is_open(self) -> bool:
        """Return whether the merchant still has something to do or to wait for."""
        return self.status in self.OPEN
