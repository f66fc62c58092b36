"""Receipts of buyers who were forgotten."""

from django.db import models


class Erasure(models.Model):
    """That somebody was forgotten, when and by whom; who it was stands here as salted hashes alone."""

    number = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=200, blank=True)
    # The salt, and the hashes of the buyers and of their orders.
    digests = models.JSONField(default=dict)
    # Rows by kind; empty until all of it is done.
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.number
