"""Counts that outlive the rows that were counted: how many calls, how many nudges, since the tables were made."""

from django.db import models


class Total(models.Model):
    """How often one thing happened: `name` is what is counted, `label` the kind of it."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=40, blank=True)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name", "label"], name="one_total_per_label")]

    def __str__(self) -> str:
        return f"{self.name} {self.label}: {self.count}"
