"""Orders for more units than there were: how many, what Jet had been sent, and why it sold them all the same."""

from django.db import models

from catalog.products.models import Product
from orders.models.orders import Order


class Oversell(models.Model):
    """One SKU of one order that could not be filled from stock, with the cause as it stood at that moment."""

    class Cause(models.TextChoices):
        """Why Jet sold what was not there."""

        NEVER_SENT = "never_sent", "No quantity was sent"
        REFUSED = "refused", "Jet refused the quantity"
        STOPPED = "stopped", "Job stopped or late"
        NOT_SENT = "not_sent", "Change was not sent"
        ON_ITS_WAY = "on_its_way", "Sold before Jet knew"
        JET = "jet", "Jet sold more than was sent"
        UNMANAGED = "unmanaged", "No stock management"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="oversells")
    sku = models.CharField("SKU", max_length=64)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="+")
    ordered = models.PositiveIntegerField()
    available = models.IntegerField()
    quantity_sent = models.IntegerField(
        null=True, blank=True, help_text="The quantity that Jet had taken last."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "oversold SKU"
        constraints = [models.UniqueConstraint(fields=["order", "sku"], name="one_oversell_per_sku")]
        indexes = [models.Index(fields=["cause", "-id"], name="oversell_cause")]

    def __str__(self) -> str:
        return f"{self.sku} in {self.order_id}"
