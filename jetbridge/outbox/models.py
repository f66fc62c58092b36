"""The columns of whatever must reach the other side: what is pending, who holds it, what the last answer was."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

# What is to be sent and not blocked, whenever that is.
PENDING = Q(next_try_at__isnull=False, blocked_at=None)
# What was said no to, or is not tried any more; with `LEFT` also: nothing newer of it is to be sent.
REJECTED, BLOCKED = Q(answer="rejected"), Q(blocked_at__isnull=False)
REFUSED = REJECTED | BLOCKED
LEFT = Q(next_try_at=None) | BLOCKED


# What is shown of a row: whether somebody holds it at the moment is not among it.
SHOWN = frozenset({"next_try_at", "queued_at", "answer", "answer_at", "errors", "blocked_at"})


class Answer(models.TextChoices):
    """What the other side said last; eight characters at most, so that no table need grow for it."""

    NONE = "", "Not sent yet"
    SENT = "sent", "Sent, not decided"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    UNKNOWN = "unknown", "No answer yet"
    HELD = "held", "Waits for approval"


class State(models.TextChoices):
    """Where a delivery stands, as a person sees it; derived, so that no dead worker leaves one "being sent"."""

    NONE = "", "Not sent yet"
    PENDING = "pending", "Waiting to be sent"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent, not decided"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    UNKNOWN = "unknown", "No answer yet"
    HELD = "held", "Waits for approval"
    BLOCKED = "blocked", "Blocked"


def answer_choices() -> list[tuple[str, str]]:
    """Return the answers with their labels; a function, so that a new word is no migration of every user."""
    return [(answer.value, str(answer.label)) for answer in Answer]


class Delivery(models.Model):
    """
    A row that must reach the other side.

    Two facts are stored, whether something is pending and the last answer. `number` grows with each request:
    an answer settles only the number that was sent.
    """

    # When it may be sent; nothing is to be sent while empty.
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    queued_at = models.DateTimeField(null=True, blank=True, editable=False)
    queued_by = models.CharField(max_length=100, blank=True, editable=False)
    request_id = models.CharField(max_length=36, blank=True, editable=False)
    number = models.PositiveIntegerField(default=0, editable=False)
    # A holder without a lease keeps the row until it settles it.
    claimed_by = models.CharField(max_length=64, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Tries in a row without an answer.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # When its last call began.
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField(
        max_length=8, choices=answer_choices, default=Answer.NONE, blank=True, editable=False
    )
    answer_at = models.DateTimeField(null=True, blank=True, editable=False)
    errors = models.JSONField(default=list, blank=True, editable=False)
    # Identical rejections in a row.
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_pending(self) -> bool:
        """Whether something of it is still to be sent or answered."""
        return self.next_try_at is not None and self.blocked_at is None

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self.blocked_at is not None:
            return State.BLOCKED
        if self.next_try_at is None:
            return State(self.answer)
        now = timezone.now()
        if self.answer == Answer.SENT and not is_abandoned(self, now):
            return State.SENT
        if is_held(self, now):
            return State.CLAIMED
        return State.UNKNOWN if in_doubt(self) else State.PENDING


def due_index(*first: str, name: str) -> models.Index:
    """Return the index by which what is due is found: paused rows stand behind it, others not in it at all."""
    return models.Index(fields=[*first, "next_try_at"], condition=PENDING, name=name)


def refused_index(name: str) -> models.Index:
    """Return the index by which the few rows are found that were refused."""
    return models.Index(fields=["answer_at"], condition=REFUSED, name=name)


def free(now: datetime) -> Q:
    """Match rows that nobody holds: unclaimed, or claimed by somebody whose lease is over."""
    return Q(claimed_by="") | Q(claimed_until__lt=now)


def in_state(state: str, now: datetime) -> Q:
    """Match the rows that are in a state, as `Delivery.state` says it of one."""
    settled = Q(next_try_at=None, blocked_at=None)
    claimed, over = ~Q(claimed_by=""), Q(claimed_until__lt=now)
    sent, unknown = Q(answer=Answer.SENT), Q(answer=Answer.UNKNOWN)
    matches = {
        State.BLOCKED: BLOCKED,
        State.SENT: sent & (settled | PENDING & ~(claimed & over)),
        State.CLAIMED: PENDING & claimed & ~over & ~sent,
        State.UNKNOWN: settled & unknown | PENDING & (claimed & over | ~claimed & unknown),
        State.PENDING: PENDING & ~claimed & ~unknown & ~sent,
    }
    return matches[State(state)] if state in matches else settled & Q(answer=state)


def is_held(row: Any, now: datetime) -> bool:
    """Return whether somebody holds a row now; a holder without a lease keeps it until it settles."""
    return bool(row.claimed_by) and not is_abandoned(row, now)


def is_abandoned(row: Any, now: datetime) -> bool:
    """Return whether a row's holder let its lease end: it died, and the other side may have what it sent."""
    return bool(row.claimed_by) and row.claimed_until is not None and row.claimed_until < now


def in_doubt(row: Any) -> bool:
    """Return whether the other side may have it although nobody knows: the answer was lost, or the holder died."""
    return row.answer == Answer.UNKNOWN or is_abandoned(row, timezone.now())
