"""Programs that speak to the API as somebody's token lets them."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge.api import tokens


def somebody(name: str, group: str = "") -> Person:
    """Return a person of the panel in a group, or in none."""
    person = Person.objects.create_user(name, is_staff=True)
    if group:
        person.groups.add(Group.objects.get(name=group))
    return person


@dataclass
class Program:
    """Sends requests with a token; answers are Django's."""

    secret: str

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Send one request below the root of the API."""
        sent = {"authorization": f"Bearer {self.secret}", **headers}
        if key:
            sent["idempotency-key"] = key
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body)
        return self.client.generic(
            method, f"/api/v1/{path}", data, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        """Read something."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        """Have something done."""
        return self.ask("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: str) -> Any:
        """Change something."""
        return self.ask("PATCH", path, body, **more)


def program_of(person: Person, scope: str = "write") -> Program:
    """Return a program with a new token of a person."""
    return Program(tokens.create(person=person, name=f"{person} {scope}", scope=scope)[1])
