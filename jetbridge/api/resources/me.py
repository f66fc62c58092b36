"""Who a token speaks for, and what it may do."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from jetbridge.api.gate import reads
from jetbridge.core import configuration

router = Router(tags=["me"])


class TokenFacts(Schema):
    """The token of the request, without its secret."""

    id: int
    name: str
    scope: str
    expires_at: datetime


class Me(Schema):
    """Whom the token speaks for."""

    person: str
    groups: list[str]
    permissions: list[str]
    mode: str
    token: TokenFacts


@reads(router, "/me", permission="", response=Me, summary="Who the token speaks for")
def me(request: HttpRequest) -> dict[str, Any]:
    """Say whom the token speaks for, what they may do, and whether Jet's test or live account is switched on."""
    person, token = request.user, request.auth  # type: ignore[attr-defined]  # what the gate found
    return {
        "person": person.get_username(),
        "groups": sorted(person.groups.values_list("name", flat=True)),
        "permissions": sorted(person.get_all_permissions()),
        "mode": configuration.current().mode,
        "token": token,
    }
