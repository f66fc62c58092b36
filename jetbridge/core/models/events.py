"""History rows that services write."""

from django.conf import settings
from django.db import models


class Named(models.Model):
    """A row that says who acted: its `user` goes when the person is deleted, the name then stays."""

    # Their name then: people are renamed and deleted. Of a command: the account on the machine that ran it.
    who = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """Who did it, as it was known then; empty for a job."""
        person = getattr(self, "user", None)
        return self.who or (str(person) if person else "")


class Started(models.Model):
    """Work that a job does step by step for somebody, while they may do it; they ask `core.starters`."""

    # What they were called: this is nobody's work any more once they are deleted. Empty: a command's, or its own.
    started_as = models.CharField(max_length=150, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True


class Event(Named):
    """Who or which job did what to which object, with before and after."""

    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    who = models.CharField(max_length=200, blank=True)
    job = models.CharField(max_length=100, blank=True)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, help_text="Model label of the object, e.g. orders.order.")
    object_id = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="event_object"),
            models.Index(fields=["request_id"], name="event_request"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label}"
