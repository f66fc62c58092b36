"""Settings and rules that changed, and how far the products they concern were walked."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models

from jetbridge.core.actors import current_actor
from jetbridge.jobs.queue import nudge

# The job that walks the products.
JOB = "catalog.follow_changes"


class CatalogChange(models.Model):
    """
    A change that concerns many products at once: a price rule, a mapping, a category's stock buffer.

    The walk over the products is a job's; the row is its memory, so a dead worker loses nothing.
    """

    class Scope(models.TextChoices):
        """Which products it concerns, and what is compared."""

        OFFER = "offer", "Price and quantity of all products"
        CODES = "codes", "Products with a value under these attribute codes"
        TEXTS = "texts", "Products with texts in these store views"
        IMAGES = "images", "Products whose main image has a relative path"
        BELOW = "below", "Products in these branches of the store's tree"
        CATEGORY_RULE = "category", "Products below a category whose rule changed"
        BRAND_RULE = "brand", "Products of a brand whose rule changed"
        CONFIGURATION_RULE = "shop", "All products: the store's rule of what is offered changed"
        ALL = "all", "All products"

    scope = models.CharField(max_length=8, choices=Scope.choices)
    names = models.JSONField(default=list, blank=True, help_text="Codes, tree paths or store views.")
    before = models.JSONField(default=dict, blank=True, help_text="The settings of the offer as they were.")
    after = models.JSONField(default=dict, blank=True, help_text="The settings of the offer as they became.")
    reason = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    request_id = models.CharField(max_length=36, blank=True)
    cursor = models.BigIntegerField(default=0, help_text="Products up to this key were walked.")
    walked = models.PositiveIntegerField(default=0)
    marked = models.PositiveIntegerField(default=0, help_text="Products that are checked again.")
    resent = models.PositiveIntegerField(default=0, help_text="Prices and quantities that are sent again.")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "catalog"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(done_at=None), name="catalog_change_open"),
        ]

    def __str__(self) -> str:
        return self.reason


def note_change(
    scope: CatalogChange.Scope,
    *,
    reason: str,
    names: Iterable[str] = (),
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> CatalogChange:
    """Write down a change that concerns many products, and nudge the job that walks them."""
    actor = current_actor()
    change = CatalogChange.objects.create(
        scope=scope,
        names=sorted(set(names)),
        before=before or {},
        after=after or {},
        reason=reason[:200],
        user_id=actor.user_id,
        request_id=actor.request_id,
    )
    nudge(JOB)
    return change
