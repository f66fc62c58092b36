"""Single sign-on: whom an OpenID Connect provider vouches for, and which groups that gives them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from jetbridge.core import history, people, roles
from jetbridge.core.actors import acting, current_request_id

# The one provider of an installation, by which the library finds its settings.
PROVIDER = "sso"
# Who acts when somebody comes in for the first time, or with other groups.
ACTOR = "single sign-on"
# What stands before our names where a provider knows groups of many programs: /jetbridge-owner is our owner.
PREFIX = "jetbridge-"


class Refused(Exception):
    """Why somebody whom the provider knows does not come in; the words are for that person."""


def is_offered() -> bool:
    """Return whether this installation has a provider."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


def claims_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what a provider says of somebody, of its token and its answer about them.

    :raises Refused: these are about two people
    """
    token, answer = dict(said.get("id_token") or {}), dict(said.get("userinfo") or {})
    if token.get("sub") and answer.get("sub") and token["sub"] != answer["sub"]:
        raise Refused("The provider's answers are about two people.")
    return {**token, **answer}


def groups_of(claims: Mapping[str, Any]) -> set[str]:
    """Return our groups that the claim names; a claim within another is reached by dots."""
    said: Any = claims.get(settings.OIDC_GROUPS_CLAIM)
    if said is None:
        said = claims
        for part in settings.OIDC_GROUPS_CLAIM.split("."):
            said = said.get(part) if isinstance(said, Mapping) else None
    names: Iterable[Any] = said.replace(",", " ").split() if isinstance(said, str) else said or ()
    if not isinstance(names, list | tuple):
        return set()
    found = {str(name).rpartition("/")[2].lower().removeprefix(PREFIX) for name in names}
    return found & {*roles.GROUPS}


def person_for(claims: Mapping[str, Any], known: Person | None) -> Person:
    """
    Return who comes in, with the groups that the provider names; somebody new is added.

    :param known: who came in by this identity before
    :raises Refused: no verified address, no group of ours, locked, or not surely one person
    """
    address = str(claims.get("email") or "")
    if not address or str(claims.get("email_verified")).lower() != "true":
        raise Refused("The provider does not say that your e-mail address is verified.")
    groups = groups_of(claims)
    if not groups:
        raise Refused("The provider names no group of yours that lets you in here.")
    person = known or _by_address(address)
    if person is not None and not (person.is_active and person.is_staff):
        raise Refused("Your account here is locked.")
    with acting(name=ACTOR, request_id=current_request_id()):
        if person is None:
            return _added(address, groups)
        _give(person, groups)
    return person


def _by_address(address: str) -> Person | None:
    found = list(Person.objects.filter(email__iexact=address)[:2])
    if len(found) > 1:
        raise Refused("Two people here have your e-mail address: ask an owner to give each their own.")
    if found and found[0].socialaccount_set.exists():  # type: ignore[attr-defined]  # the library's rows
        # An address that was given to somebody new opens nobody's former account.
        raise Refused("Your account here belongs to another identity at the provider: ask an owner.")
    return found[0] if found else None


def _added(address: str, groups: set[str]) -> Person:
    person = Person(username=address.lower()[:150], email=address, is_staff=True)
    person.set_unusable_password()
    try:
        return people.save(person=person, groups=Group.objects.filter(name__in=groups))
    except IntegrityError as error:
        raise Refused("Somebody else has your address as their name here: ask an owner.") from error


def _give(person: Person, groups: set[str]) -> None:
    held = set(person.groups.values_list("name", flat=True))
    if held & {*roles.GROUPS} == groups:
        return
    others = held - {*roles.GROUPS}
    try:
        people.save(person=person, groups=Group.objects.filter(name__in=groups | others))
    except people.LastOne as refusal:  # who lets others in stays able to
        history.record("groups kept", person, message=str(refusal))


def link(login: Any, request: HttpRequest, person: Person) -> None:
    """Remember by which identity at the provider a person comes in; the history has it."""
    with acting(name=ACTOR, request_id=current_request_id()):
        login.connect(request, person)


@people.recorded()
def unlink(*, person: Person) -> int:
    """Forget which identity at the provider a person is; the next one with the address takes its place."""
    with transaction.atomic():
        gone, _ = person.socialaccount_set.all().delete()  # type: ignore[attr-defined]  # the library's rows
        if gone:
            history.record("single sign-on unlinked", person)
    return int(gone)
