"""What people keep of a list: its filters under a name, and which columns they see."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """One person's filters, order and columns of one list; the row without a name is how the list looks now."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    grid = models.CharField(max_length=80, help_text="The list's model label, e.g. catalog.product.")
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(
        max_length=2000, blank=True, help_text="Filters, search and order as in an address."
    )
    columns = models.JSONField(
        default=list, blank=True, help_text="Column names; empty: as the list brings them."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "core"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "grid", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name or f"columns of {self.grid}"
