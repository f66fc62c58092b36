"""The part of a person's page that says how they sign in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import template
from django.contrib.auth.models import User as Person

from jetbridge.core import sessions
from jetbridge.signin import factors

register = template.Library()


@register.inclusion_tag("signin/of_person.html", takes_context=True)
def sign_in_of(context: dict[str, Any], person: Person) -> dict[str, Any]:
    """Show a person's second factors and sessions, with what may be done about them."""
    return {
        "csrf_token": context.get("csrf_token"),
        "person": person,
        "factors": [factors.KINDS[each.type] for each in factors.of_person(person)],
        "sessions": sessions.of_person(person, context["request"].session.session_key),
    }


@register.filter
def factor_name(factor: Authenticator) -> str:
    """Say what a second factor is, and what its person calls it."""
    return ": ".join(filter(None, (factors.KINDS[factor.type].capitalize(), factor.data.get("name"))))
