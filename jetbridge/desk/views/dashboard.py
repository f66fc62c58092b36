"""The dashboard: what needs a person now, then how the business stands."""

from typing import Any

from django.http import HttpRequest


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the dashboard's template context."""
    return context
