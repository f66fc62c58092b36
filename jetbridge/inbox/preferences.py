"""What each person is notified of: in the inbox or not, by mail at once, in the daily digest or never."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q

from jetbridge.core import configuration
from jetbridge.inbox import kinds as all_kinds
from jetbridge.inbox.models import Mailed, Notification, NotificationChoice, NotificationPreference

INFO = Notification.Severity.INFO
# From the least to the most.
SEVERITIES: tuple[str, ...] = tuple(Notification.Severity.values)


@dataclass(frozen=True)
class Choice:
    """How a person gets one kind."""

    inbox: bool = True
    mail: str = Mailed.DIGEST


@dataclass(frozen=True)
class Preferences:
    """What one person chose; what is not chosen goes by the defaults."""

    person: Person
    kinds: Mapping[str, Choice] = field(default_factory=dict)
    least_severity: str = INFO
    digest_hour: int | None = None

    def choice(self, kind: str) -> Choice:
        """Return how the person gets a kind."""
        return self.kinds.get(kind) or default(kind)

    def mailed(self, line: Notification, mail_off: Iterable[str]) -> str:
        """Return when the person gets a line by mail; what is off for all is never mailed."""
        if line.kind in mail_off or not self.heeds(line.severity):
            return Mailed.NEVER
        return self.choice(line.kind).mail

    def heeds(self, severity: str) -> bool:
        """Return whether so little is worth notifying this person of."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.least_severity)


def default(kind: str) -> Choice:
    """Return how a kind reaches people who did not say otherwise."""
    return Choice(mail=Mailed.NOW if all_kinds.is_urgent(kind) else Mailed.DIGEST)


def of(person: Person) -> Preferences:
    return _read([person])[0]


def readers() -> list[Preferences]:
    """Return everybody who may read the inbox, with what each chose."""
    return _read(list(who_may_read()))


def who_may_read() -> "list[Person]":
    """Return everybody who may read the inbox."""
    named = {"content_type__app_label": "core", "codename": "view_notification"}
    mine = Q(**{f"user_permissions__{name}": value for name, value in named.items()})
    groups = Q(**{f"groups__permissions__{name}": value for name, value in named.items()})
    people = Person.objects.filter(Q(is_superuser=True) | mine | groups, is_active=True, is_staff=True)
    return list(people.order_by("pk").distinct())


@transaction.atomic
def save(
    *, person: Person, kinds: Mapping[str, Choice], least_severity: str, digest_hour: int | None
) -> None:
    """Keep what a person chose; what is as by default leaves no row, and follows later defaults."""
    facts = {"least_severity": least_severity, "digest_hour": digest_hour}
    NotificationPreference.objects.update_or_create(person=person, defaults=facts)
    unlike = {kind: choice for kind, choice in kinds.items() if choice != default(kind)}
    NotificationChoice.objects.filter(person=person).exclude(kind__in=unlike).delete()
    for kind, choice in unlike.items():
        facts = {"inbox": choice.inbox, "mail": choice.mail}
        NotificationChoice.objects.update_or_create(person=person, kind=kind, defaults=facts)


def off_for_all(kind: str) -> str:
    """Say what an owner switched off for everybody, or nothing."""
    config = configuration.current()
    if kind in config.inbox_off:
        return "Off for all"
    return "No mail for all" if kind in config.mail_off else ""


def all_choices(preferences: Preferences) -> dict[str, Choice]:
    """Return how the person gets every kind there is."""
    return {kind: preferences.choice(kind) for kind in all_kinds.names()}


def _read(people: list[Person]) -> list[Preferences]:
    general = NotificationPreference.objects.in_bulk([person.pk for person in people])
    kinds: dict[int, dict[str, Choice]] = {person.pk: {} for person in people}
    for row in NotificationChoice.objects.filter(person__in=people):
        kinds[row.person_id][row.kind] = Choice(row.inbox, row.mail)
    found = []
    for person in people:
        said = general.get(person.pk)
        least, hour = (said.least_severity, said.digest_hour) if said else (INFO, None)
        found.append(Preferences(person, kinds[person.pk], least, hour))
    return found
