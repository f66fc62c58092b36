"""How much a token may ask: so many calls a minute, counted by guarded updates of one row, for all web workers."""

from datetime import UTC, datetime

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from jetbridge.api.models import Token, TokenDay

CALLS_A_MINUTE = 600


def take(token: Token, *, reads: bool, now: datetime | None = None) -> int:
    """
    Count one call; return 0, or the seconds until the next minute where the present one is used up.

    :param reads: it changes nothing: counted in the token's row of the day
    """
    now = (now or timezone.now()).astimezone(UTC)
    if not _count(token, now, reads):
        TokenDay.objects.get_or_create(token=token, day=now.date(), defaults={"minute": _minute(now)})
        if not _count(token, now, reads):
            return 60 - now.second
    return 0


def _count(token: Token, now: datetime, reads: bool) -> bool:
    minute = _minute(now)
    fits = ~Q(minute=minute) | Q(calls__lt=CALLS_A_MINUTE)
    changed = TokenDay.objects.filter(fits, token=token, day=now.date()).update(
        calls=Case(When(minute=minute, then=F("calls") + 1), default=Value(1)),
        minute=minute,
        reads=F("reads") + int(reads),
    )
    return changed == 1


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
