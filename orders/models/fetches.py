"""What a person asked to be fetched again from Jet: orders by id, or all of some days, with what differed."""

from typing import Any

from django.conf import settings
from django.db import models

from jetbridge.core.models import JetAccount
from jetbridge.core.models.events import Started


class OrderFetch(Started):
    """One request: by ids or by the days on which orders were placed; only comparing, or taking over too."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        RUNNING = "running", "Being fetched"
        DONE = "done", "Done"
        FAILED = "failed", "Not finished"

    UNFINISHED = (State.PENDING, State.RUNNING)

    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    jet_ids = models.JSONField(default=list, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    compare_only = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    looked_at = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list, blank=True, help_text="What was not the same; the first of them.")
    message = models.TextField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "order fetches"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["account", "id"],
                condition=models.Q(state__in=["pending", "running"]),
                name="orderfetch_unfinished",
            )
        ]

    def __str__(self) -> str:
        if self.jet_ids:
            return self.jet_ids[0] if len(self.jet_ids) == 1 else f"{len(self.jet_ids)} orders by ID"
        return f"Orders placed from {self.since} to {self.until}"

    @property
    def sentence(self) -> str:
        """What became of it, in a few words that its counts bear out."""
        if self.state != self.State.DONE or not self.failed:
            return str(self.get_state_display())
        return "Partly done" if self.imported or self.changed or self.unchanged else "Nothing done"

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will come."""
        return self.state not in self.UNFINISHED

    def take(self, counts: dict[str, Any]) -> None:
        for name, more in counts.items():
            setattr(self, name, getattr(self, name) + more)
