"""Leads whoever must have a second factor to the page where it is set up, before any other page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User as Person
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from jetbridge.signin import factors

# What is open until then: how to get there, and how to leave.
OPEN = frozenset(
    {"signin:set_up", "signin:passkey", "signin:mine", "admin:logout", "admin:login", "account_login"}
)


class SecondFactorMiddleware:
    """Pages only: a program's token is made by somebody who was asked, and names no browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead there, unless nothing is missing."""
        place = request.resolver_match
        if place is None or not place.route.startswith("admin/") or place.view_name in OPEN:
            return None
        if not isinstance(request.user, Person) or not factors.is_missing(request.user):
            return None
        address = reverse("signin:set_up")
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponse(status=302, headers={"Location": address})
