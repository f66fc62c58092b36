"""What each person chose to hear of and how, what each has read, and the mails that follow from it."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from jetbridge.inbox.models.notifications import Notification


class Mailed(models.TextChoices):
    """When a person gets a kind of notification by e-mail."""

    NOW = "now", "At once"
    DIGEST = "digest", "In the daily digest"
    NEVER = "never", "Never"


class NotificationPreference(models.Model):
    """What holds for all kinds that a person is notified of; without a row, the defaults."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notification_preference",
    )
    least_severity = models.CharField(
        max_length=8, choices=Notification.Severity.choices, default=Notification.Severity.INFO
    )
    digest_hour = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(23)], help_text="Empty: the hour for all."
    )

    class Meta:
        app_label = "core"
        default_permissions = ()

    def __str__(self) -> str:
        return f"notifications of {self.person}"


class NotificationChoice(models.Model):
    """How a person gets one kind; kinds without a row go by their defaults."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notification_choices",
        db_index=False,
    )
    kind = models.CharField(max_length=60)
    inbox = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=Mailed.choices, default=Mailed.DIGEST)

    class Meta:
        verbose_name, verbose_name_plural = "notification choice", "notification choices"
        db_table = "core_notificationwish"  # its name before
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_choice_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"


class NotificationReading(models.Model):
    """How much of a line one person has read: it is unread again when its count has grown beyond that."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    line = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="readings")
    count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "line"], name="one_reading_per_line")]

    def __str__(self) -> str:
        return f"{self.count} of {self.line_id}"


class NotificationMail(models.Model):
    """A line that one person gets by e-mail at once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    line = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="mails")
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it went out, or was not needed any more."
    )
    mailed_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many of the line's repeats earlier mails named."
    )

    class Meta:
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "line"], name="one_mail_per_line")]
        indexes = [
            models.Index(
                fields=["queued_at"], condition=models.Q(settled_at=None), name="notification_mail_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"mail of {self.line_id}"


class NotificationDigest(models.Model):
    """One person's digest of one day, claimed before it is sent so that no second one can be."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField(help_text="In the time zone of the digests.")
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    lines = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_digest_per_day")]

    def __str__(self) -> str:
        return f"digest of {self.day}"
