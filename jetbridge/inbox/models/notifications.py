"""The lines of the inbox."""

from django.db import models


class Notification(models.Model):
    """One line of the inbox; repeats of the same open event add to its count."""

    class Severity(models.TextChoices):
        """How much it matters now."""

        INFO = "info", "Information"
        WARNING = "warning", "Warning"
        ERROR = "error", "Error"

    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.INFO)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, help_text="Same kind and key while unread: one line with a count.")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    title_forms = models.JSONField(
        default=list, blank=True, help_text="Titles for one and for many, where the title says how many."
    )
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last person read it; repeats add to it until then."
    )
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mailed_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many of its repeats the merchant was mailed of."
    )

    class Meta:
        app_label = "core"
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(read_at=None), name="one_unread_line_per_event"
            )
        ]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False, mailed_at=None),
                name="notification_to_mail",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def titled(self, count: int) -> str:
        """Return the title for so many of its repeats, as somebody sees it who has read the others."""
        if not self.title_forms:
            return self.title
        one, many = self.title_forms
        return str(many.format(count=count) if count > 1 else one)[:200]
