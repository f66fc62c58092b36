"""Columns for amounts of money, as returns, refunds and the ledger have them."""

from django.db import models


def amount() -> models.DecimalField:  # type: ignore[type-arg]  # stubs: generic only while checking
    """Return a column for an amount in US dollars."""
    return models.DecimalField(max_digits=12, decimal_places=2, default=0)


class Components(models.Model):
    """An amount by its four components, in US dollars."""

    principal = amount()
    tax = amount()
    shipping = amount()
    shipping_tax = amount()

    class Meta:
        abstract = True
