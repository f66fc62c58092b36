"""Stored results of the validation engine, so that grids and mass actions need not compute them."""

from django.db import models

from catalog.models.products import Product


class ValidationResult(models.Model):
    """The latest verdict on one product. A missing row or a stale mark means: not known yet."""

    class Severity(models.TextChoices):
        """Worst first: Jet would refuse; would be taken but never go live; good to know."""

        BLOCKS = "blocks", "Jet would refuse it"
        NOT_LIVE = "not_live", "Will not go live"
        ADVICE = "advice", "Advice"
        CLEAN = "clean", "No problem"

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="validation", primary_key=True
    )
    worst = models.CharField(max_length=8, choices=Severity.choices, default=Severity.CLEAN)
    blocks = models.PositiveSmallIntegerField(default=0)
    not_live = models.PositiveSmallIntegerField(default=0)
    advice = models.PositiveSmallIntegerField(default=0)
    stale_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["worst", "product"], name="validation_worst"),
            models.Index(
                fields=["stale_since"], condition=models.Q(stale_since__isnull=False), name="validation_stale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.worst}"


class Problem(models.Model):
    """One thing wrong with one product: rule code, field, plain cause."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="problems")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=8, choices=ValidationResult.Severity.choices)
    field = models.CharField(max_length=60)
    message = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["code", "product"], name="problem_code")]

    def __str__(self) -> str:
        return self.message
