"""When worker and schedule were last seen alive, work or no work."""

from django.db import models


class SignOfLife(models.Model):
    """One process that jobs need, under its name on its machine; it renews its row as long as it lives."""

    class Part(models.TextChoices):
        """What the process is for."""

        WORKER = "worker", "Worker"
        SCHEDULE = "schedule", "Schedule"

    part = models.CharField(max_length=8, choices=Part.choices)
    name = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["part", "name"], name="one_sign_a_process")]

    def __str__(self) -> str:
        return f"{self.part} {self.name}"
