"""What is offered on Jet and what is kept off, by brand; categories carry their own rule."""

from django.core.exceptions import ValidationError
from django.db import models

from catalog.products.models.categories import ListingRule


def brand_key(brand: str) -> str:
    """Return the form in which brands are compared: without outer blanks and capitals."""
    return brand.strip().lower()


class BrandRule(models.Model):
    """Whether products of a brand are offered on Jet. It goes before the rules of categories."""

    brand = models.CharField(max_length=100)
    key = models.CharField(max_length=100, unique=True, editable=False)
    listing_rule = models.CharField(
        max_length=8,
        choices=[choice for choice in ListingRule.choices if choice[0]],
        default=ListingRule.KEEP_OFF,
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "catalog"
        ordering = ["brand"]
        verbose_name = "brand rule"

    def __str__(self) -> str:
        return self.brand

    def clean(self) -> None:
        """
        Compare brands as the rules do.

        :raises ValidationError: there is a rule for this brand
        """
        self.brand = self.brand.strip()
        if BrandRule.objects.exclude(pk=self.pk).filter(key=brand_key(self.brand)).exists():
            raise ValidationError({"brand": "There is a rule for this brand already."})

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = brand_key(self.brand)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
