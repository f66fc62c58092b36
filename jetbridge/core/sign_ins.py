"""The gate in front of the panel: who guesses passwords must wait, and whom it is guessed of is not locked out."""

import secrets
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import user_login_failed
from django.contrib.auth.models import User as Person
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from jetbridge.core import history, sessions
from jetbridge.core.actors import acting, current_request_id, somebody

# How many times the wrong passwords of one name at one address: all names there, and all addresses for that name.
WIDER = 4
# What an attempt is kept under where the browser is known; a browser's own name for itself is not asked.
KNOWN = "known browser "
# People who share a browser; who comes after them drops the first.
NAMES = 8
KNOWN_DAYS = 180
# Whom nothing distinguishes: a server that listens on a file hears of no address.
NOWHERE = "0.0.0.0"  # noqa: S104
PASSWORD_WRONG = "The password was wrong."  # noqa: S105
# As many signs of what a browser calls itself are kept, to distinguish sessions.
BROWSER_SIGNS = 200


def client_address(request: HttpRequest) -> str:
    """
    Return who asks: the peer, or what the outermost of our own proxies saw.

    What stands further left in the header was written by whoever asked. Of IPv6 everybody holds a whole network.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    proxies = settings.PROXIES
    if proxies and len(forwarded) >= proxies:
        return _address(forwarded[-proxies]) or _address(peer) or NOWHERE
    return _address(peer) or NOWHERE


def _address(text: str) -> str:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False).network_address)
    return str(found)


def remember_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser in which somebody just signed in the sign by which its next attempts count apart."""
    name = getattr(request, "signed_in_as", "")
    if not name:
        return
    known = {each: mark for each, mark in _known(request).items() if each != name}
    kept = dict([*known.items(), (name, secrets.token_urlsafe(9))][-NAMES:])
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signing.dumps(kept, salt=KNOWN),
        max_age=KNOWN_DAYS * 86_400,
        path=reverse(settings.LOGIN_URL),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        known: dict[str, str] = signing.loads(
            request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=KNOWN, max_age=KNOWN_DAYS * 86_400
        )
    except signing.BadSignature:
        return {}
    return known


def must_wait(request: HttpRequest, name: str) -> bool:
    """Return whether this address, or this name, tried too often; the answer to its request says so then."""
    if not settings.AXES_ENABLED or AxesProxyHandler.is_allowed(request, {"username": name}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # axes' own middleware answers by it
    return True


def count_failure(request: HttpRequest, name: str, reason: str) -> None:
    """Count a wrong code, or another failure to prove who somebody is, as a wrong password counts."""
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request, reason=reason)


def is_guess(request: HttpRequest, name: str, reason: str) -> bool:
    """
    Count what a program showed to prove itself and was wrong; return whether its address did so too often.

    What is right never waits, so that nobody is kept out by whoever guesses at the same address.
    """
    if not settings.AXES_ENABLED:
        return False
    # Without body and query: they are the program's own, and axes would answer it with a page for people.
    bare = HttpRequest()
    bare.META, bare.path = request.META, request.path
    if must_wait(bare, name):
        return True
    count_failure(bare, name, reason)
    return False


def note_place(request: HttpRequest, **_: Any) -> None:
    """Note in a session from where it began, so that people can distinguish theirs."""
    request.session[sessions.ADDRESS] = client_address(request)
    request.session[sessions.BROWSER] = request.headers.get("User-Agent", "")[:BROWSER_SIGNS]


class Gate(AxesDatabaseHandler):
    """
    Counts wrong passwords three ways: a name at an address, all names of an address, a name at all addresses.

    A name keeps a way in: in a browser or at an address where it signed in before only its own failures there count.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures that count against this attempt, in those of one name at one address."""
        name, address = _who(request, credentials)
        threshold = get_cool_off_threshold(request)
        recent = AccessAttempt.objects.filter(attempt_time__gte=threshold)
        own = _failures(_own(recent, request, credentials))
        if _browser(request, name) or AccessLog.objects.filter(username=name, ip_address=address).exists():
            return own
        strange = recent.exclude(user_agent__startswith=KNOWN)
        wider = max(_failures(strange.filter(ip_address=address)), _failures(strange.filter(username=name)))
        return max(own, wider // WIDER)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Count a wrong password, and write into the history whose it was said to be."""
        if request is None:
            return
        name, address = _who(request, credentials)
        request.axes_user_agent = _browser(request, name)
        waited = request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **kwargs)
        if waited:  # who goes on during a pause fills no tables
            return
        person = Person.objects.filter(username=name).first()
        with acting(name=f"somebody at {address}", request_id=current_request_id()):
            if person is not None:
                history.record("sign-in failed", person, message=kwargs.get("reason", PASSWORD_WRONG))
            if request.axes_locked_out:
                words = f"Too many wrong passwords, codes or tokens: {address} or this name waits."
                history.record("sign-ins paused", person or Person(username=name), message=words)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Keep where somebody signed in, and write it into the history."""
        name = user.get_username()
        request.axes_user_agent = _browser(request, name)
        super().user_logged_in(sender, request, user, **kwargs)
        request.signed_in_as = name
        with acting(user=user, request_id=current_request_id()):
            history.record("signed in", user, message=f"Signed in from {request.axes_ip_address}.")

    def reset_attempts(self, **whose: Any) -> int:
        """Lift the pauses of a name, of an address or of all, as axes' own commands do; the history names whose."""
        return self._recorded(
            "sign-in pauses lifted", "Wrong passwords forgotten", super().reset_attempts, whose
        )

    def reset_logs(self, **which: Any) -> int:
        """Forget where people signed in before, by which a name keeps a way in."""
        return self._recorded("known addresses forgotten", "Sign-ins forgotten", super().reset_logs, which)

    def reset_failure_logs(self, **which: Any) -> int:
        """Delete axes' own list of wrong passwords."""
        return self._recorded("failures forgotten", "Rows deleted", super().reset_failure_logs, which)

    def _recorded(self, action: str, what: str, reset: Callable[..., int], asked: dict[str, Any]) -> int:
        name = asked.get("username") or ""
        person = Person.objects.filter(username=name).first() or Person(username=name or "everybody")
        said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in asked.items() if value)
        with transaction.atomic(), somebody():
            count = reset(**asked)
            message = f"{what}: {count}. Asked for: {said or 'all'}."
            history.record(action, person, message=message)
        return count

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of who got in; those of others at the address, or of the name elsewhere, stay."""
        deleted, _ = _own(AccessAttempt.objects.all(), request, credentials).delete()
        return int(deleted)


def _who(request: HttpRequest, credentials: dict[str, Any] | None) -> tuple[str, str]:
    return get_client_username(request, credentials) or "", request.axes_ip_address  # type: ignore[attr-defined]


def _browser(request: HttpRequest, name: str) -> str:
    mark = _known(request).get(name, "")
    return f"{KNOWN}{mark}" if mark else ""


def _own(
    attempts: "QuerySet[AccessAttempt]", request: HttpRequest, credentials: dict[str, Any] | None
) -> "QuerySet[AccessAttempt]":
    name, address = _who(request, credentials)
    if browser := _browser(request, name):
        return attempts.filter(username=name, user_agent=browser)
    return attempts.filter(username=name, ip_address=address).exclude(user_agent__startswith=KNOWN)


def _failures(attempts: "QuerySet[AccessAttempt]") -> int:
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
