"""Runs of scheduled jobs: what started them, what they achieved, what stood in the way."""

from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse


class JobRun(models.Model):
    """One run of one job: what started it, what it achieved, what stood in the way."""

    class Outcome(models.TextChoices):
        """Ran and achieved are two things; a run that achieved nothing is never shown green."""

        RUNNING = "running", "Running"
        ACHIEVED = "achieved", "Achieved"
        PARTIAL = "partial", "Partial"
        NOTHING = "nothing", "Nothing achieved"
        REFUSED = "refused", "Refused by Jet"
        FAILED = "failed", "Failed"
        DIED = "died", "Died"

    # Outcomes that need nobody.
    QUIET = (Outcome.ACHIEVED, Outcome.NOTHING)

    class Trigger(models.TextChoices):
        BEAT = "beat", "Schedule"
        MANUAL = "manual", "Run now"
        COMMAND = "command", "Command"
        NUDGE = "nudge", "Nudge"

    job = models.CharField(max_length=100)
    trigger = models.CharField(max_length=8, choices=Trigger.choices, default=Trigger.BEAT)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    request_id = models.CharField(max_length=36, blank=True)
    holder = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    items = models.JSONField(default=list, blank=True)
    traceback = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]
        permissions = [
            ("run_job", "Can run a job now"),
            ("pause_job", "Can pause and resume a job"),
            ("view_traceback", "Can see the traceback of a failed run"),
        ]
        indexes = [
            models.Index(fields=["job", "-started_at"], name="jobrun_job_started"),
            models.Index(fields=["job", "outcome", "-started_at"], name="jobrun_job_outcome"),
            models.Index(
                fields=["heartbeat_at"],
                condition=models.Q(outcome="running"),
                name="jobrun_running_heartbeat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} #{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the run's page; nothing where the panel's pages are not loaded."""
        try:
            return reverse("desk:run", args=[self.pk])
        except NoReverseMatch:
            return ""
