"""Which generation of the database this is, whether it is older than what it spoke with, and how both compare."""

from django.db import models
from django.utils import timezone

from jetbridge.core.models.accounts import JetAccount


class Generation(models.Model):
    """One row. Its number grows with all that goes out; `older_since` stands while a restored database is held."""

    number = models.PositiveBigIntegerField(default=0)
    raised_at = models.DateTimeField(null=True)
    # The last moment that the restored database knows of; empty while nothing is held.
    older_since = models.DateTimeField(null=True)
    # What was asked for before may have been sent already: until the restore, or until deliveries went again.
    doubted_until = models.DateTimeField(null=True)
    # Buyers whose time was over before this moment are anonymous.
    anonymous_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        default_permissions = ()
        permissions = [("lift_mark", "Can let deliveries go after a restore")]

    def __str__(self) -> str:
        return "Database"

    @property
    def is_older(self) -> bool:
        """Whether it stands behind Jet, so that nothing may be sent."""
        return self.older_since is not None


class Comparison(models.Model):
    """One comparison of an account. Its items are what is to be read; a run that dies goes on with the rest."""

    account = models.ForeignKey(JetAccount, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    # Kinds of things whose items are all written down, in the order in which they are read.
    listed = models.JSONField(default=list)
    # Lists of Jet that were full, in words: what stands behind their end was not read.
    full = models.JSONField(default=list)
    # Counts by kind and outcome, once all is read.
    counts = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)
    # When the mark was set that this comparison may lift; empty where none stood.
    marked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Comparison {self.pk}"


class ComparedItem(models.Model):
    """One thing that is compared, by its ID at Jet."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="items", db_index=False)
    kind = models.CharField(max_length=20)
    jet_id = models.CharField(max_length=100)
    # Empty until it was read.
    outcome = models.CharField(max_length=10, blank=True)
    # How many things it stands for.
    amount = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        app_label = "core"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["comparison", "kind", "jet_id"], name="one_item_per_comparison"),
        ]
        indexes = [models.Index(fields=["comparison", "outcome", "id"], name="compared_outcome")]

    def __str__(self) -> str:
        return self.name or self.jet_id
