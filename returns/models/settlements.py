"""Jet's weekly settlement reports: what it pays out, part by part, as it reported it."""

from django.db import models
from django.urls import reverse

from jetbridge.core.models import JetAccount
from returns.models.amounts import amount


class Settlement(models.Model):
    """One report. The figures are Jet's; `differing` counts where our own books say otherwise."""

    class State(models.TextChoices):
        """Where the payment stands; a state that Jet never reported before is kept in `jet_state` alone."""

        SUBMITTED = "submitted", "Submitted"
        PAID = "paid", "Paid"
        REJECTED = "rejected", "Rejected"
        OTHER = "other", "Unknown"

    # After these Jet changes nothing any more.
    FINAL = (State.PAID, State.REJECTED)

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    jet_id = models.CharField("settlement ID", max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    jet_state = models.CharField("state at Jet", max_length=40, blank=True)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=20, blank=True)
    order_balance = amount()
    return_balance = amount()
    jet_adjustment = amount()
    unavailable_balance = amount()
    settlement_value = amount()
    differing = models.PositiveSmallIntegerField(
        "differences", default=0, help_text="Components in which our own orders and refunds say otherwise."
    )
    document = models.JSONField(default=dict)
    read_at = models.DateTimeField(help_text="When Jet was last asked for it.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-period_start", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "jet_id"], name="one_settlement_per_jet_id")
        ]
        indexes = [models.Index(fields=["account", "-period_start", "-id"], name="settlement_week")]

    def __str__(self) -> str:
        if self.period_start and self.period_end:
            first, last = self.period_start, self.period_end
            return f"{first:%b} {first.day} to {last:%b} {last.day}, {last:%Y}"
        return self.jet_id

    def get_absolute_url(self) -> str:
        return reverse("admin:returns_settlement_change", args=[self.pk])
