"""Mass actions of long ago: each with what became of every object, which is most of its weight."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from jetbridge.core import history
from jetbridge.core.models import Event
from jetbridge.mass_actions import scopes
from jetbridge.mass_actions.lifecycle import ITEMS_OF
from jetbridge.mass_actions.models import MassAction

# Rows a statement: a delete of a night must not hold the database for seconds.
CHUNK = 1_000
# Failures, and what can still be undone, are asked for later.
LAST_LONGER = 3
ENDED = (MassAction.State.DONE, MassAction.State.CANCELLED)


def delete_old_runs(*, now: datetime, days: int, heartbeat: Callable[[], None]) -> int:
    """
    Delete mass actions that ended, and plans that nobody started, more than so many days ago; return how many.

    Those with failures, those that an error stopped and those that can still be undone stay three times as long.
    What is under way stays, and so does the run whose objects another one takes up again.
    """
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * LAST_LONGER)
    longer = Q(failed__gt=0) | Q(action__in=scopes.undoable(), done__gt=0)
    ended = Q(state__in=ENDED) & (Q(finished_at__lt=very_old) | ~longer & Q(finished_at__lt=old))
    ended |= Q(state=MassAction.State.FAILED, started_at__lt=very_old)
    unstarted = Q(state=MassAction.State.DRAFT, created_at__lt=old)
    gone = MassAction.objects.filter(ended | unstarted)
    deleted = 0
    # Drafts go first: the runs that they were to take up are then free to go.
    for some in (gone.filter(unstarted), gone):
        for pk in some.exclude(pk__in=_needed()).order_by("pk").values_list("pk", flat=True):
            _delete(pk, heartbeat)
            deleted += 1
    return deleted


def _needed() -> set[int]:
    """Return the runs whose objects another run, not yet ended, is to take up."""
    options = MassAction.objects.exclude(state__in=ENDED).values_list("options", flat=True)
    return {each[ITEMS_OF]["run"] for each in options if ITEMS_OF in each}


def _delete(pk: int, heartbeat: Callable[[], None]) -> None:
    for relation in MassAction._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: pk})
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            some = rows.model._base_manager.filter(pk__in=keys)
            if relation.on_delete is models.CASCADE:
                some.delete()
            else:
                some.update(**{relation.field.name: None})
            heartbeat()
    history.delete(
        Event.objects.filter(kind=MassAction._meta.label_lower, object_id=str(pk)),
        reason="Its mass action grew old.",
    )
    MassAction.objects.filter(pk=pk).delete()
    heartbeat()
