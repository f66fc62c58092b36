"""The lines of an order: units ordered, shipped, cancelled and asked to be cancelled, and their price."""

from django.db import models
from django.db.models import F, Q

from catalog.products.models import Product
from orders.models.orders import Order, amount


class OrderItem(models.Model):
    """One line. Prices are per unit as Jet reports them; line totals are what the buyer paid for the line."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    jet_id = models.CharField("Jet item ID", max_length=64)
    sku = models.CharField("SKU", max_length=64)
    title = models.CharField(max_length=500, blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="order_items"
    )
    units_ordered = models.PositiveIntegerField(default=0)
    units_shipped = models.PositiveIntegerField(default=0)
    units_cancelled = models.PositiveIntegerField(default=0)
    units_cancel_requested = models.PositiveIntegerField(
        default=0, help_text="Units that the buyer asked Jet to cancel."
    )
    units_reserved = models.PositiveIntegerField(default=0, help_text="Units of stock held for this line.")

    unit_price = amount()
    unit_shipping = amount()
    line_price = amount()
    line_tax = amount()
    line_shipping = amount()
    line_shipping_tax = amount()
    line_fee = amount()
    tax_code = models.CharField(max_length=100, blank=True)
    acknowledgement_status = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "jet_id"], name="one_item_per_jet_id"),
            models.CheckConstraint(
                condition=Q(units_ordered__gte=F("units_shipped") + F("units_cancelled")),
                name="item_never_over_ordered",
            ),
        ]
        indexes = [models.Index(fields=["sku", "-order"], name="orderitem_sku_order")]

    def __str__(self) -> str:
        return self.sku

    @property
    def units_open(self) -> int:
        """Units neither shipped nor cancelled yet."""
        return self.units_ordered - self.units_shipped - self.units_cancelled

    @property
    def units_to_cancel(self) -> int:
        """Open units that the buyer asked to cancel."""
        return min(max(self.units_cancel_requested - self.units_cancelled, 0), self.units_open)

    @property
    def units_needed(self) -> int:
        """Open units to hold in stock: what the buyer cancelled is not held."""
        return self.units_open - self.units_to_cancel
