"""What every document that is sent to Jet once has: its wish, its claim, its answer."""

from django.conf import settings
from django.db import models


def amount() -> models.DecimalField:  # type: ignore[type-arg]  # stubs: generic only while checking
    """Return a column for an amount in US dollars."""
    return models.DecimalField(max_digits=12, decimal_places=2, default=0)


class SendState(models.TextChoices):
    """Where a document that Jet is to be told once stands."""

    NONE = "", "Not answered"
    WANTED = "wanted", "To be sent"
    SENDING = "sending", "Being sent"
    UNKNOWN = "unknown", "Answer lost"
    ACCEPTED = "accepted", "Taken by Jet"
    REFUSED = "refused", "Refused by Jet"


UNSETTLED = (SendState.WANTED, SendState.SENDING, SendState.UNKNOWN)


class SentDocument(models.Model):
    """A document that is wanted first, then sent by a task, and settled by Jet's answer or Jet's state."""

    send_state = models.CharField(max_length=8, choices=SendState.choices, default=SendState.NONE, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    request_id = models.CharField(max_length=36, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the call began.")
    answer_at = models.DateTimeField(null=True, blank=True)
    errors = models.JSONField(default=list, blank=True)
    # Where it stood when this worker took it; no column.
    state_before: str = ""

    class Meta:
        abstract = True

    @property
    def is_unsettled(self) -> bool:
        """Tell whether the document is on its way."""
        return self.send_state in UNSETTLED


class Components(models.Model):
    """An amount by its four components, in US dollars."""

    principal = amount()
    tax = amount()
    shipping = amount()
    shipping_tax = amount()

    class Meta:
        abstract = True
