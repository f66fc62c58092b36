"""Buyers as placeholders: Jet reports a hashed e-mail, and nobody gets a login."""

from django.db import models

from jetbridge.core.models import JetAccount


class Customer(models.Model):
    """A buyer, known by Jet's hashed e-mail only."""

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    hash_email = models.CharField("hashed e-mail", max_length=200)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "hash_email"], name="one_customer_per_hash")
        ]

    def __str__(self) -> str:
        return self.name or "Buyer"
