"""History rows: services say what they did, to what, with before and after."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from jetbridge.core.actors import current_actor
from jetbridge.core.models import Event


def record(
    action: str,
    target: Model,
    *,
    message: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> Event:
    """Write one history row about an object; before and after hold only what changed."""
    return Event.objects.create(
        **_columns(action, target), message=message, before=before, after=after, note=note
    )


def build(action: str, target: Model, *, message: str = "", **changes: Any) -> Event:
    """Return an unsaved history row, for bulk_create beside bulk changes."""
    return Event(**_columns(action, target), message=message, **changes)


def timeline(target: Model) -> QuerySet[Event]:
    """Return an object's history, newest first."""
    return Event.objects.filter(kind=target._meta.label_lower, object_id=str(target.pk)).select_related(
        "user"
    )


def _columns(action: str, target: Model) -> dict[str, Any]:
    actor = current_actor()
    return {
        "at": timezone.now(),
        "user_id": actor.user_id,
        "who": actor.name,
        "job": actor.job,
        "request_id": actor.request_id,
        "action": action,
        "kind": target._meta.label_lower,
        "object_id": "" if target.pk is None else str(target.pk),
        "label": str(target)[:200],
    }
