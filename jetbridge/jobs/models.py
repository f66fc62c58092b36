"""Who runs a job now, and when worker and schedule were last seen alive."""

from django.db import models


class JobLease(models.Model):
    """Who runs a job now. Taken, renewed and given back by guarded updates only."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    again = models.BooleanField(default=False, help_text="Asked for while it ran: it runs once more.")
    progress_at = models.DateTimeField(null=True, blank=True)
    waits_until = models.DateTimeField(null=True, blank=True, help_text="What it declared to wait for.")

    # How often it held the interpreter of its worker lately, and when last; set aside, nothing starts it.
    strikes = models.PositiveSmallIntegerField(default=0, db_default=0)
    struck_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.name


class ProcessHeartbeat(models.Model):
    """One process that jobs need, under its name on its machine; it renews its row as long as it lives."""

    class Part(models.TextChoices):
        """What the process is for."""

        WORKER = "worker", "Worker"
        SCHEDULE = "schedule", "Schedule"

    part = models.CharField(max_length=8, choices=Part.choices)
    name = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "core"
        db_table = "core_signoflife"  # its name before
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["part", "name"], name="one_heartbeat_per_process")]

    def __str__(self) -> str:
        return f"{self.part} {self.name}"
