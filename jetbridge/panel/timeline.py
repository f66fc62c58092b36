"""One timeline per object: what services recorded and what people edited in the admin, newest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model

from jetbridge.core.differences import differences
from jetbridge.core.history import timeline as events_of
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import ApiCall, Event
from jetbridge.core.texts import counted

SHOWN = 50
CALLS = 200
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
class Call:
    """One exchange with Jet that belongs to an entry."""

    pk: int
    text: str
    ok: bool


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. who is a person's name, a job's, or empty for a command."""

    at: datetime
    who: str
    action: str
    message: str
    changes: tuple[Change, ...]
    request_id: str
    calls: tuple[Call, ...] = ()

    @property
    def calls_in_words(self) -> str:
        """How many calls stand behind it, and how many of them did not succeed."""
        failed = sum(not call.ok for call in self.calls)
        return f"{counted(len(self.calls), 'call')}{f', {failed} without success' if failed else ''}"


def of(target: Model, *, limit: int = SHOWN, reference: str = "") -> list[Entry]:
    """Return the newest entries of an object's timeline; with Jet's name of it also the calls behind each."""
    recorded = [_from_event(event) for event in events_of(target)[:limit]]
    edits = LogEntry.objects.get_for_object(target).order_by("-id")[:limit]
    entries = [*recorded, *(_from_edit(edit) for edit in edits)]
    newest = sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]
    return _with_calls(newest, reference) if reference and newest else newest


def _with_calls(entries: list[Entry], reference: str) -> list[Entry]:
    """Give each entry the calls of its request or run: those since the entry before, of which it is the outcome."""
    rows = ApiCall.objects.filter(reference=reference, request_id__in={entry.request_id for entry in entries})
    rows = rows.exclude(request_id="").defer("request_body", "response_body").order_by("-at")
    found: dict[int, list[Call]] = defaultdict(list)
    for row in rows[:CALLS]:
        place = _place(entries, row)
        found[place].insert(
            0, Call(row.pk, f"{row.method} {row.path}: {row.status or row.error}", _is_ok(row))
        )
    return [replace(entry, calls=tuple(found[place])) for place, entry in enumerate(entries)]


def _place(entries: list[Entry], call: ApiCall) -> int:
    """Find the entry that followed a call, else the last one before it; entries stand newest first."""
    same = [place for place, entry in enumerate(entries) if entry.request_id == call.request_id]
    after = [place for place in same if entries[place].at >= call.at]
    return after[-1] if after else same[0]


def _is_ok(call: ApiCall) -> bool:
    return call.status is not None and call.status < 400


def _from_event(event: Event) -> Entry:
    who = event.name or title_of(event.job)
    changes = tuple(_changes(event.before or {}, event.after or {}))
    text = " ".join(filter(None, (event.message, event.note)))
    return Entry(event.at, who, event.action, text, changes, event.request_id)


def _from_edit(edit: LogEntry) -> Entry:
    who = title_of(edit.actor_email or "")
    changed = edit.changes_dict or {}
    # A new object's fields all changed from nothing; that it was made says as much.
    pairs = {} if edit.action == LogEntry.Action.CREATE else changed
    found = [differences(field, *pair) for field, pair in pairs.items() if len(pair) == 2]
    changes = tuple(Change(*each) for each in chain.from_iterable(found))
    return Entry(edit.timestamp, who, _EDITS.get(edit.action, "seen"), "", changes, edit.cid or "")


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for field in dict.fromkeys([*before, *after]):
        yield from (Change(*each) for each in differences(field, before.get(field), after.get(field)))
