"""Amounts of money by component, and their columns, as returns, refunds and the ledger have them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models

ZERO = Decimal(0)
PARTS = ("principal", "tax", "shipping", "shipping_tax")


@dataclass(frozen=True)
class Amounts:
    """An amount by component, in US dollars."""

    principal: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.principal + self.tax + self.shipping + self.shipping_tax

    def least(self, other: "Amounts") -> "Amounts":
        """Return the smaller of two amounts, component by component."""
        return Amounts(*(min(getattr(self, part), getattr(other, part)) for part in PARTS))


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
