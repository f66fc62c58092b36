"""The ledger: what was paid and given back per order line, so that no cent goes out twice; credit memos."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from jetbridge.core.models.events import Named
from orders.models import Order, OrderItem
from returns.models.amounts import Components, amount
from returns.models.refunds import Refund, RefundItem
from returns.models.returns import ReturnItem, ReturnRequest


class LedgerBalance(models.Model):
    """
    Per order line what was paid for shipped units, and what is given back or promised.

    Entries are rows, and a table constraint cannot add up rows; so each entry moves this row in its own
    transaction, and the database refuses the one that would give more than was paid. `beyond` is what Jet
    itself gave back on top of that: nobody here can refuse it, and the books must show it.
    """

    order_item = models.OneToOneField(OrderItem, on_delete=models.PROTECT, related_name="ledger")
    units_shipped = models.PositiveIntegerField(default=0)
    paid_principal = amount()
    paid_tax = amount()
    paid_shipping = amount()
    paid_shipping_tax = amount()
    units_refunded = models.PositiveIntegerField(default=0)
    given_principal = amount()
    given_tax = amount()
    given_shipping = amount()
    given_shipping_tax = amount()
    beyond_units = models.PositiveIntegerField(default=0)
    beyond_principal = amount()
    beyond_tax = amount()
    beyond_shipping = amount()
    beyond_shipping_tax = amount()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(units_refunded__lte=F("units_shipped") + F("beyond_units")),
                name="ledger_units_within_shipped",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(
                        **{
                            f"given_{part}__lte": Round(F(f"paid_{part}") + F(f"beyond_{part}"), 2),
                            f"given_{part}__gte": 0,
                        }
                    ),
                    name=f"ledger_{part}_within_paid",
                )
                for part in ("principal", "tax", "shipping", "shipping_tax")
            ),
        ]

    def __str__(self) -> str:
        return f"ledger of {self.order_item_id}"


class LedgerEntry(Named, Components):
    """One promise or payment to a customer for one order line, with the document it stems from."""

    class State(models.TextChoices):
        """Reserved with the pending document, booked on Jet's yes, released on its no."""

        RESERVED = "reserved", "Reserved"
        BOOKED = "booked", "Booked"
        RELEASED = "released", "Released"

    order_item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="ledger_entries")
    return_item = models.ForeignKey(
        ReturnItem, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    refund_item = models.ForeignKey(
        RefundItem, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    units = models.PositiveIntegerField(default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job = models.CharField(max_length=100, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(return_item=None, refund_item__isnull=False)
                | Q(return_item__isnull=False, refund_item=None),
                name="entry_has_one_source",
            ),
            models.UniqueConstraint(
                fields=["return_item"],
                condition=Q(return_item__isnull=False) & ~Q(state="released"),
                name="one_live_entry_per_return_item",
            ),
            models.UniqueConstraint(
                fields=["refund_item"],
                condition=Q(refund_item__isnull=False) & ~Q(state="released"),
                name="one_live_entry_per_refund_item",
            ),
        ]
        indexes = [models.Index(fields=["order_item", "-id"], name="ledger_item")]

    def __str__(self) -> str:
        return f"{self.state} {self.principal} for {self.order_item_id}"


class CreditMemo(Components):
    """What the customer got back in the store's books: one per completed return or accepted refund."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_memos")
    return_request = models.OneToOneField(
        ReturnRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="credit_memo"
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="credit_memo"
    )
    number = models.CharField(max_length=20, null=True, unique=True, editable=False)
    at = models.DateTimeField()
    total = amount()
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(return_request=None, refund__isnull=False)
                | Q(return_request__isnull=False, refund=None),
                name="memo_has_one_source",
            )
        ]

    def __str__(self) -> str:
        return self.number or "Credit memo"


class CreditMemoItem(Components):
    memo = models.ForeignKey(CreditMemo, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["memo", "order_item"], name="line_once_per_memo")]

    def __str__(self) -> str:
        return f"{self.memo_id}: {self.order_item_id}"
