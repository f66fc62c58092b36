"""Letters with a link by which somebody sets a password."""

from django.conf import settings
from django.db import models


class Letter(models.Model):
    """One mail that waits or was sent; its link is made when it goes out, and stands nowhere."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "Password reset"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["written_at"], condition=models.Q(sent_at=None), name="letter_unsent")
        ]
        # Their pages ask for the rights of people.
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.get_kind_display())
