"""Every change of a product's stock, as a row of its own; and what each stock source holds of it."""

import re

from django.conf import settings
from django.db import models

from catalog.products.models.products import Product
from jetbridge.core.models.events import Named

# What a movement is written with, many at once.
MOVEMENT_COLUMNS = (
    "product_id", "sku", "kind", "quantity_change", "reserved_change", "document", "line", "at", "user_id", "job",
    "who",
)  # fmt: skip


# What makes a document's name unlike any other, which nobody need read.
_OWN_SIGNS = re.compile(r"(-[0-9]+)?-[0-9a-f]{10,}\b")


class StockMovement(Named):
    """One movement: what it did to the units on hand and to the reserved ones, and for which document."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", "Reserved for order"
        RELEASE = "release", "Given back by order"
        SHIP = "ship", "Shipped"
        RETURN = "return", "Returned to stock"
        IMPORT = "import", "Catalogue import"
        MANUAL = "manual", "Changed by hand"
        STORE = "store", "Read from the store"

    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="stock_movements")
    sku = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    quantity_change = models.IntegerField(default=0)
    reserved_change = models.IntegerField(default=0)
    # Document and line make a movement unrepeatable: the same order item reserves once, whoever asks again.
    document = models.CharField(max_length=100, blank=True)
    line = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    job = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "catalog"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "document", "line"], condition=~models.Q(document=""), name="movement_once"
            )
        ]
        indexes = [models.Index(fields=["product", "-id"], name="movement_product")]

    def __str__(self) -> str:
        return f"{self.sku} {self.kind}"

    @property
    def in_words(self) -> str:
        """What happened and for which document: "Reserved for order 100000009"; without a document's own signs."""
        label, document = self.get_kind_display(), _OWN_SIGNS.sub("", self.document)
        kind, _, name = document.partition(" ")
        return (
            f"{label} {name}"
            if name and label.endswith(f" {kind}")
            else ", ".join(filter(None, (label, document)))
        )


class StockSource(models.Model):
    """A place that holds stock, as Magento's stock sources name it; counted ones make up a product's quantity."""

    code = models.CharField(max_length=255, unique=True)
    counted = models.BooleanField(default=True)

    class Meta:
        app_label = "catalog"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SourceQuantity(models.Model):
    """What a source holds of a product; a source that is switched off for it holds nothing to sell."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="source_quantities")
    source = models.ForeignKey(StockSource, on_delete=models.CASCADE, related_name="quantities")
    quantity = models.DecimalField(max_digits=16, decimal_places=4)
    enabled = models.BooleanField(default=True)

    class Meta:
        app_label = "catalog"
        verbose_name_plural = "source quantities"
        ordering = ["source__code"]
        constraints = [models.UniqueConstraint(fields=["product", "source"], name="source_once_per_product")]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.source_id}"
