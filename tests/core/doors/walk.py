"""Walks every address of the panel as each role, and tells what was opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.models import User as Person
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jetbridge.core import roles

# A letter a role, as the table writes them.
ROLES = {
    "O": roles.OWNER,
    "M": roles.MERCHANT,
    "P": roles.OPERATIONS,
    "V": roles.VIEWER,
    "S": "staff",
    "A": "",
}
METHODS = ("GET", "POST")
# What stands in an address where an object's key or a word is wanted.
WORDS = {
    "tab": "prices", "mode": "test", "box": "shipments", "decision": "accept", "facet": "shipping", "what": "order",
    "step": "start", "name": "desk.sweep", "key": "all", "shape": "mug", "color": "navy", "code": "brand_missing",
}  # fmt: skip
# Addresses whose words are others.
OTHERS = {
    "admin/catalog/product/<int:pk>/cell/<slug:name>/": {"name": "price"},
    "admin/catalog/runs/<int:pk>/": {"pk": "2"},
    "admin/catalog/runs/<int:pk>/live/": {"pk": "2"},
    "admin/catalog/runs/<int:pk>/<slug:step>/": {"pk": "2"},
    "admin/catalog/runs/<int:pk>/again/<slug:step>/": {"pk": "2", "step": "retry"},
    "admin/orders/runs/<int:pk>/again/<slug:step>/": {"step": "retry"},
    "admin/help/how-to/<slug:key>/": {"key": "archive"},
    "admin/configuration/prices/draft/<slug:step>/": {"step": "discard"},
}
# What an address must be asked besides: mass actions name their action, and it is its permission that counts.
ASKED = {"admin/orders/runs/new/": "?action=cancel", "admin/catalog/runs/new/": "?action=upload"}


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address as it is written in the code, with its view."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, route)
        else:
            yield route, pattern


def address(route: str, pattern: URLPattern) -> str:
    """Return an address that exists in the world: number 1, or a word."""
    found = route
    for name, converter in getattr(pattern.pattern, "converters", {}).items():
        known = {**WORDS, **OTHERS.get(route, {})}
        word = known.get(name, "1")
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        found = found.replace(f"<{kind}:{name}>", word).replace(f"<{name}>", word)
    return "/" + found + ASKED.get(route, "")


def people() -> dict[str, Any]:
    """Return somebody of each role, one who has none, and nobody."""
    found: dict[str, Any] = {"A": AnonymousUser()}
    for letter, name in ROLES.items():
        if name:
            found[letter] = Person.objects.create_user(name, is_staff=True)
            found[letter].groups.set(Group.objects.filter(name=name))
    return found


def browser(person: Any) -> Client:
    """Return a browser in which somebody is logged in, or nobody."""
    client = Client(raise_request_exception=False)
    if person.is_authenticated:
        client.force_login(person)
    return client


def asked(client: Client, method: str, url: str) -> Any:
    """Return an answer; what it did to the database and to the browser is undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


@contextmanager
def undrawn() -> Iterator[None]:
    """Let views do all but draw their pages, where the walk looks at the answers alone: a third of its work."""
    with patch.object(Template, "render", lambda template, context: ""):
        yield


def is_open(answer: Any) -> bool:
    """Return whether an answer let somebody in: neither refused, nor sent to the login, nor a method that is not."""
    to_login = answer.status_code == 302 and "/admin/login/" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 405) and not to_login
