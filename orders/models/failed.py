"""Orders that could not be imported as they are: why, what would fix it, and until when it may be fixed."""

from django.db import models
from django.db.models.lookups import IsNull

from jetbridge.core.models import JetAccount
from orders.models.orders import Order


class FailedOrder(models.Model):
    """One order that is held or failed. The row stays as a trace after it is fixed, rejected or cancelled."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        FAILED = "failed", "Failed"
        FIXED = "fixed", "Fixed"
        REJECTED = "rejected", "Rejected"
        CANCELLED = "cancelled", "Cancelled"

    UNRESOLVED = (State.PENDING, State.FAILED)

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    jet_id = models.CharField("Jet order ID", max_length=64)
    reference_number = models.CharField("reference order ID", max_length=64, blank=True)
    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="failure"
    )
    document = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    causes = models.JSONField(default=list, help_text="Each {code, sku, message, fix}.")
    placed_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    reject_at = models.DateTimeField(null=True, blank=True, help_text="Rejected then; empty: never by us.")
    # A person let it be rejected at its minute, whatever that makes of the cancellation rate.
    may_be_rejected = models.BooleanField(default=False, db_default=False, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "failed order"
        permissions = [("retry", "Can retry failed orders")]
        constraints = [models.UniqueConstraint(fields=["account", "jet_id"], name="one_failure_per_order")]
        indexes = [
            models.Index(fields=["account", "state", "-id"], name="failed_state"),
            # What is unresolved first, then what was resolved last: as the grid shows them.
            models.Index(
                "account",
                IsNull(models.F("resolved_at"), True).desc(),
                models.F("resolved_at").desc(),
                name="failed_as_listed",
            ),
            models.Index(
                fields=["account", "reject_at"],
                condition=models.Q(state__in=["pending", "failed"]),
                name="failed_unresolved",
            ),
        ]

    def __str__(self) -> str:
        return self.reference_number or self.jet_id


class RejectionStop(models.Model):
    """Rejecting by itself stands still for an account, from its beginning until a person decides."""

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        # It belongs to the failed orders, and so do the permissions.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at=None), name="one_rejection_stop"
            )
        ]

    def __str__(self) -> str:
        return self.reason
