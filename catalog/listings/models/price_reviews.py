"""Price changes that wait for a person's yes."""

from django.conf import settings
from django.db import models

from catalog.listings.models.listings import Listing


class PriceReview(models.Model):
    """One large price change of one listing: what Jet has, what it would get, and what a person said to it."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for you"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        OVERTAKEN = "overtaken", "Overtaken by another price"

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="price_reviews")
    old_price = models.DecimalField(max_digits=12, decimal_places=2)
    new_price = models.DecimalField(max_digits=12, decimal_places=2)
    change_percent = models.DecimalField(max_digits=12, decimal_places=1)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True, help_text="Why the price was to be sent.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When the job queued the accepted price."
    )

    class Meta:
        app_label = "catalog"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=models.Q(state="open"), name="one_open_price_review"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="price_review_state"),
            models.Index(
                fields=["id"],
                condition=models.Q(state="accepted", taken_up_at=None),
                name="price_review_accepted",
            ),
        ]
        permissions = [("review_prices", "Can accept and decline large price changes")]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.old_price} -> {self.new_price}"
