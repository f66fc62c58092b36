"""How long somebody stays signed in: so many hours at most, and no longer than the pause in which nothing is done."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User as Person
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from jetbridge.core import session_store

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
ADDRESS, BROWSER = "signed_in_from", "signed_in_with"
# What a browser calls itself names those that it stems from too: the first that is found is its own.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Windows": "Windows", "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS",
    "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip
# What is done within this time is not written down each time.
GRAIN = 60.0
# While the database takes no write, pages that only read go on, and this is tried now and then.
_held = {"until": 0.0}


def begin(request: HttpRequest, **_: Any) -> None:
    """Note when somebody signed in; however often the session is saved, it ends at one moment."""
    moment = timezone.now()
    request.session[SIGNED_IN] = request.session[SEEN] = moment.timestamp()
    request.session.set_expiry(moment + timedelta(seconds=settings.SESSION_COOKIE_AGE))


def end_if_over(request: HttpRequest) -> bool:
    """End a session that is too old or was left alone for too long, and report it."""
    session = request.session
    if SESSION_KEY not in session:
        return False
    if SIGNED_IN not in session:  # of a version that noted nothing
        begin(request)
        return False
    now = timezone.now().timestamp()
    is_old = now - session[SIGNED_IN] >= settings.SESSION_COOKIE_AGE
    is_idle = now - session.get(SEEN, session[SIGNED_IN]) >= settings.SESSION_IDLE_SECONDS
    is_over = bool(is_old or is_idle)
    if is_over:
        session.flush()
    return is_over


def note_activity(request: HttpRequest) -> None:
    """Note that somebody did something; what a page asks for by itself while nobody looks is nothing."""
    asks_by_itself = request.method == "GET" and "HX-Request" in request.headers
    session, now = request.session, timezone.now().timestamp()
    if SESSION_KEY not in session or asks_by_itself or now - session.get(SEEN, 0) < GRAIN:
        return
    is_saved_anyhow = session.modified
    session[SEEN] = now
    if is_saved_anyhow:
        return
    session.modified = False
    if time.monotonic() < _held["until"]:
        return
    try:
        session.save()
    except (UpdateError, DatabaseError):  # or the session was ended meanwhile, and the next request is out
        _held["until"] = time.monotonic() + GRAIN


def end_all(person: Person) -> int:
    """End every session of a person, in every browser; return how many."""
    keys = [key for key, _ in _of(person)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


@dataclass(frozen=True)
class SignedIn:
    """One session of a person, as they may see it; its mark names it and lets nobody in."""

    mark: str
    address: str
    browser: str
    since: datetime | None
    seen: datetime | None
    is_here: bool


def of_person(person: Person, here: str | None = None) -> list[SignedIn]:
    """Return a person's sessions, last seen first; `here` is the key of the one that asks."""
    found = [
        SignedIn(
            mark=_mark(key),
            address=str(data.get(ADDRESS, "")),
            browser=_browser_name(str(data.get(BROWSER, ""))),
            since=_moment(data.get(SIGNED_IN)),
            seen=_moment(data.get(SEEN)),
            is_here=key == session_store.stored_as(here),
        )
        for key, data in _of(person)
    ]
    return sorted(found, key=lambda one: (one.is_here, one.seen.timestamp() if one.seen else 0), reverse=True)


def _browser_name(signs: str) -> str:
    """Return a browser and its system in words where what it calls itself names them, else what it says."""
    browser = next((name for sign, name in BROWSERS.items() if sign in signs), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in signs), "")
    return f"{browser} on {system}" if browser and system else signs


def end_one(person: Person, mark: str) -> bool:
    """End the session of a person that has this mark; return whether there was one."""
    keys = [key for key, _ in _of(person) if _mark(key) == mark]
    return bool(Session.objects.filter(session_key__in=keys).delete()[0])


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None


def _of(person: Person) -> Iterator[tuple[str, dict[str, Any]]]:
    # Whose a session is stands only within it.
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session_store.data_of(session)
        if data.get(SESSION_KEY) == str(person.pk):
            yield session.session_key, data
