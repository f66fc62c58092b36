"""Which generation of the database this is, and whether it is known to be older than what it spoke with."""

from django.db import models


class Generation(models.Model):
    """One row. Its number grows with all that goes out; `older_since` stands while a restored database is held."""

    number = models.PositiveBigIntegerField(default=0)
    raised_at = models.DateTimeField(null=True)
    # The last moment that the restored database knows of; empty while nothing is held.
    older_since = models.DateTimeField(null=True)
    # What was asked for before may have been sent already: until the restore, or until deliveries went again.
    doubted_until = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        default_permissions = ()
        permissions = [("lift_mark", "Can let deliveries go after a restore")]

    def __str__(self) -> str:
        return "Database"

    @property
    def is_older(self) -> bool:
        """Whether it stands behind Jet, so that nothing may be sent."""
        return self.older_since is not None
