"""The API log: every exchange with Jet, redacted."""

from django.conf import settings
from django.db import models

from jetbridge.core.models.accounts import JetAccount
from jetbridge.core.models.events import Named
from jetbridge.core.models.runs import JobRun


class ApiCall(Named):
    """
    One HTTP exchange with Jet or the merchant's store, as the client's record hook reported it.

    One with a store belongs to the account that was active, as everything does.
    """

    account = models.ForeignKey(JetAccount, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    error = models.TextField(blank=True)
    request_bytes = models.PositiveIntegerField(default=0)
    response_bytes = models.PositiveIntegerField(default=0)
    request_body = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200, blank=True)
    reference = models.CharField(
        max_length=100, blank=True, help_text="SKU, order or file the call is about."
    )
    request_id = models.CharField(max_length=36, blank=True)
    job_run = models.ForeignKey(
        JobRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The address of the store that was called; nothing where it was Jet. Null, so that no upgrade copies the table.
    store = models.CharField(max_length=300, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API call"
        ordering = ["-pk"]
        permissions = [("replay_call", "Can send a reading call again from the log")]
        indexes = [
            models.Index(fields=["-at"], name="apicall_at"),
            models.Index(fields=["reference", "-id"], name="apicall_subject"),
            models.Index(fields=["status", "-id"], name="apicall_status"),
            models.Index(fields=["request_id"], name="apicall_request"),
            models.Index(fields=["correlation_id"], name="apicall_correlation"),
            models.Index(fields=["-id"], condition=models.Q(status__gte=400), name="apicall_trouble"),
            models.Index(fields=["purpose", "-id"], name="apicall_purpose"),
            models.Index(
                fields=["user", "-id"], condition=models.Q(user__isnull=False), name="apicall_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
