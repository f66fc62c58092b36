"""How a product is shipped or returned differently from others."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from catalog.products.models.products import Product


class ShippingException(models.Model):
    """One row: a service level or a shipping method that is restricted, exclusive or charged otherwise."""

    class Kind(models.TextChoices):
        EXCLUSIVE = "exclusive", "Exclusive"
        RESTRICTED = "restricted", "Restricted"
        INCLUDE = "include", "Include"

    class Override(models.TextChoices):
        OVERRIDE = "Override charge", "Override charge"
        ADDITIONAL = "Additional charge", "Additional charge"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="shipping_exceptions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    service_level = models.CharField(max_length=60, blank=True)
    shipping_method = models.CharField(max_length=60, blank=True)
    override_type = models.CharField(max_length=20, choices=Override.choices, blank=True)
    charge_amount = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        app_label = "catalog"

    def __str__(self) -> str:
        return f"{self.kind} {self.service_level or self.shipping_method}"


class ReturnException(models.Model):
    """One row of how a product is returned: days, locations, methods. Jet gets all rows as one message."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="return_exceptions")
    time_to_return = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    return_location_ids = models.JSONField(default=list, blank=True)
    return_shipping_methods = models.JSONField(default=list, blank=True)

    class Meta:
        app_label = "catalog"

    def __str__(self) -> str:
        return f"return exception of {self.product_id}"
