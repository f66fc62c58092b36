"""Invoices of the store, made when Jet has taken a shipment."""

from django.db import models

from orders.models.items import OrderItem
from orders.models.orders import Order, amount
from orders.models.shipments import Shipment


class Invoice(models.Model):
    """What the buyer is charged for one shipment; one shipment makes one invoice."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="invoice")
    number = models.CharField(max_length=20, null=True, unique=True, editable=False)
    at = models.DateTimeField()
    price = amount()
    tax = amount()
    shipping = amount()
    shipping_tax = amount()
    total = amount()
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number or "Invoice"


class InvoiceItem(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    price = amount()
    tax = amount()
    shipping = amount()
    shipping_tax = amount()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "order_item"], name="line_once_per_invoice")
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.order_item_id}"
