"""What people of the panel ask of whoever supports it."""

from django.conf import settings
from django.db import models


class SupportMessage(models.Model):
    """One message with its reference; it stands here until it was mailed, so no mail server can lose it."""

    reference = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=150)
    text = models.TextField()
    reply_to = models.EmailField(blank=True)
    bundle = models.CharField(max_length=200, blank=True, help_text="The attached bundle's place in storage.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        app_label = "core"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["written_at"], condition=models.Q(sent_at=None), name="support_unsent"),
        ]

    def __str__(self) -> str:
        return self.reference
