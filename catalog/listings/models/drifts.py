"""Where the store, what Jet last took of us and what Jet holds are not the same."""

from collections.abc import Collection

from django.db import models

from catalog.listings.models.facets import FIGURES, LONGEST, figure_choices
from catalog.listings.models.listings import Listing
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among


class DriftQuerySet(models.QuerySet["Drift"]):
    def settle(self, listing_ids: Collection[int], figure: str) -> int:
        """Take figures off the report that were sent anew and that Jet took; the next look proves them."""
        return self.filter(among("listing_id", listing_ids), figure=figure).delete()[0]

    def chosen(self, value: str) -> "DriftQuerySet":
        """Keep one figure, one cause, or both with a dot between them; any other word keeps all."""
        found = self
        for part in value.split("."):
            if part in FIGURES.known:
                found = found.filter(figure=part)
            elif part in Drift.Cause.values:
                found = found.filter(cause=part)
        return found


class Drift(models.Model):
    """One figure of one SKU that differs: what the store has, what was sent last, what Jet holds, and why."""

    class Cause(models.TextChoices):
        """How the difference came about, as far as is known."""

        FOREIGN = "foreign", "Changed on Jet, no record here"
        LOST = "lost", "Jet took it, but holds another"
        UNSENT = "unsent", "Changed in the store, not sent"
        STUCK = "stuck", "Waiting to be sent"
        HELD = "held", "Waits for your yes under Price Reviews"
        REFUSED = "refused", "Jet refused it"
        NEVER = "never", "No sending on record"

    account = models.ForeignKey(JetAccount, on_delete=models.CASCADE, related_name="+")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="drifts")
    figure = models.CharField(max_length=LONGEST, choices=figure_choices)
    cause = models.CharField(max_length=8, choices=Cause.choices)
    store = models.CharField(max_length=500, blank=True)
    store_at = models.DateTimeField(null=True, blank=True, help_text="When the product was last edited.")
    sent = models.CharField(max_length=500, blank=True, help_text="What Jet last took of us.")
    sent_at = models.DateTimeField(null=True, blank=True)
    live = models.CharField(max_length=500, blank=True, help_text="What Jet holds.")
    live_at = models.DateTimeField(null=True, blank=True, help_text="When Jet says that it was changed.")
    found_at = models.DateTimeField()
    compared_at = models.DateTimeField()

    objects = DriftQuerySet.as_manager()

    class Meta:
        app_label = "catalog"
        verbose_name = "difference"
        verbose_name_plural = "differences"
        constraints = [models.UniqueConstraint(fields=["listing", "figure"], name="one_drift_per_figure")]
        indexes = [
            models.Index(fields=["account", "-id"], name="drift_newest"),
            models.Index(fields=["account", "cause", "-id"], name="drift_cause"),
            models.Index(fields=["account", "figure", "-id"], name="drift_figure"),
        ]
        permissions = [("reconcile", "Can bring Jet in line with the store")]

    def __str__(self) -> str:
        return f"{self.figure} of {self.listing_id}"
