"""Tokens and what was read with them, answers kept for requests that are repeated, webhooks and what they send."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from jetbridge.core.models.fields import EncryptedTextField
from jetbridge.outbox.models import Delivery, due_index, refused_index


class Token(models.Model):
    """
    A person's key for a program of theirs. It may do what the person may, and never more.

    Of the secret only a digest is kept; `start` is what a person recognizes it by.
    """

    class Scope(models.TextChoices):
        """What a token may do of what its person may."""

        READ = "read", "Read"
        WRITE = "write", "Read and write"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        permissions = [("use_api", "Can use the JSON API with tokens of one's own")]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}...)"

    @property
    def is_open(self) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def can_write(self) -> bool:
        """Whether it may change anything."""
        return self.scope == self.Scope.WRITE


class TokenDay(models.Model):
    """How often was read with a token on a day, and how many calls of any kind its present minute has seen."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    reads = models.PositiveIntegerField(default=0)
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["token", "day"], name="one_row_per_token_and_day")]

    def __str__(self) -> str:
        return f"{self.token_id}: {self.day}"


class KeyedRequest(models.Model):
    """
    A request that came with an Idempotency-Key, and its answer.

    The answer is stored in the transaction of the work: where one is, the other is. A row without an answer whose
    holder died is taken over.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    # Of the whole request: the same key with another body is a mistake of the program.
    digest = models.CharField(max_length=64)
    holder = models.CharField(max_length=32)
    began_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    # What the answer says this once; it stands nowhere else in plain text.
    secret = EncryptedTextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token", "method", "path", "key"], name="one_request_per_key")
        ]
        indexes = [models.Index(fields=["began_at"], name="keyed_request_began")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Webhook(models.Model):
    """An address of the merchant's to which events are sent, signed with its secret."""

    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = EncryptedTextField()
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        permissions = [("manage_webhooks", "Can manage webhooks and send their deliveries again")]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(Delivery):
    """One event on its way to one address. `key` stays through all tries, so that who receives it twice knows."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=32, unique=True)
    event = models.CharField(max_length=40)
    body = models.TextField()
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name, verbose_name_plural = "webhook delivery", "webhook deliveries"
        default_permissions = ()
        indexes = [
            due_index(name="webhook_due"),
            refused_index("webhook_refused"),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key[:8]}"
