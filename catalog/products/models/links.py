"""What ties products to a store elsewhere, and how far it has been read."""

from django.db import models

from catalog.products.models.products import Product


class ProductLink(models.Model):
    """
    A product's own number in the store, which outlives a change of its SKU.

    `family` holds of a configurable product the numbers of its children and the codes in which they differ.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="store_link"
    )
    number = models.PositiveBigIntegerField(unique=True)
    family = models.JSONField(default=dict, blank=True)
    reading = models.PositiveIntegerField(default=0, help_text="The last whole reading that met it.")

    class Meta:
        app_label = "catalog"

    def __str__(self) -> str:
        return f"{self.product_id} is {self.number}"


class StoreMark(models.Model):
    """How far the store at an address has been read; another address begins anew."""

    origin = models.CharField(max_length=300, blank=True)
    pulled_to = models.DateTimeField(
        null=True, blank=True, help_text="The store's own time before the last reading of changes began."
    )
    reading = models.PositiveIntegerField(default=0, help_text="The number of the last whole reading.")
    unread = models.JSONField(
        default=list,
        blank=True,
        help_text="Numbers of products that could not be read; the next reading tries them.",
    )
    partly_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since this time of the store's, changes were read without a list at which it failed.",
    )

    class Meta:
        app_label = "catalog"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_store_mark")]

    def __str__(self) -> str:
        return self.origin
