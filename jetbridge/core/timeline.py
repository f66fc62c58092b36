"""One timeline per object: what services recorded and what people edited in the admin, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model

from jetbridge.core.history import timeline as events_of
from jetbridge.core.models import Event

SHOWN = 50
_EDITS = {
    LogEntry.Action.CREATE: "created",
    LogEntry.Action.UPDATE: "edited",
    LogEntry.Action.DELETE: "deleted",
}


@dataclass(frozen=True)
class Change:
    """One field before and after, as text for a person."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. who is a person's name, a job's, or empty for a command."""

    at: datetime
    who: str
    action: str
    message: str
    changes: tuple[Change, ...]
    request_id: str


def of(target: Model, *, limit: int = SHOWN) -> list[Entry]:
    """Return the newest entries of an object's timeline."""
    recorded = [_from_event(event) for event in events_of(target)[:limit]]
    edits = LogEntry.objects.get_for_object(target).select_related("actor").order_by("-id")[:limit]
    entries = [*recorded, *(_from_edit(edit) for edit in edits)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _from_event(event: Event) -> Entry:
    who = event.user.get_username() if event.user else event.job
    changes = tuple(_changes(event.before or {}, event.after or {}))
    return Entry(event.at, who, event.action, event.message or event.note, changes, event.request_id)


def _from_edit(edit: LogEntry) -> Entry:
    who = edit.actor.get_username() if edit.actor else ""
    changed = edit.changes_dict or {}
    # A new object's fields all changed from nothing; that it was made says as much.
    pairs = {} if edit.action == LogEntry.Action.CREATE else changed
    changes = tuple(
        Change(field, str(pair[0]), str(pair[1])) for field, pair in pairs.items() if len(pair) == 2
    )
    return Entry(edit.timestamp, who, _EDITS.get(edit.action, "seen"), "", changes, edit.cid or "")


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for field in dict.fromkeys([*before, *after]):
        was, became = before.get(field, ""), after.get(field, "")
        if was != became:
            yield Change(field, str(was), str(became))
