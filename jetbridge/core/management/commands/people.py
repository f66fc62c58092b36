"""`manage.py people`: who may enter the panel; creates, changes, locks, unlocks and deletes people."""

import secrets
import sys
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from jetbridge.core import people
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand, refuse_beside, worded


class Command(PanelCommand):
    """The pages of Users: Save, Delete, and the password's own page."""

    help = "List who may enter the panel; create a person, change groups or password, lock, unlock, delete."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a person and what is to change; without anything people are listed."""
        parser.add_argument("name", nargs="?", default="", metavar="NAME", help="user name")
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--create", action="store_true", help="let a new person in")
        deed.add_argument(
            "--lock", action="store_true", help="keep the person out; the history keeps the name"
        )
        deed.add_argument("--unlock", action="store_true")
        deed.add_argument("--delete", action="store_true")
        parser.add_argument("--groups", metavar="A,B", help="in these groups and in no other; empty: in none")
        parser.add_argument("--email")
        parser.add_argument("--superuser", choices=("yes", "no"), help="may do everything, without a group")
        parser.add_argument(
            "--password", metavar="-", choices=("-",), help="read it from standard input; else one is made up"
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Do the one thing that was asked for, then say how it stands."""
        if not name:
            if options["delete"] or _changes(options):
                raise CommandError("Name the person.", returncode=2)
            self._list(Person.objects.order_by("username").prefetch_related("groups"))
            return
        if options["delete"]:
            refuse_beside("delete", options, "groups", "email", "superuser", "password")
        person = self._new(name) if options["create"] else lookups.person(name)
        password = self._password(person, options)
        try:
            with self.trying(options["dry_run"]):
                if options["delete"]:
                    people.delete(person=person)
                elif _changes(options):
                    self._save(person, options, password)
        except people.LastOne as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as problems:
            raise CommandError(worded(problems)) from problems
        if options["delete"]:
            self.finish({"deleted": name}, f"{name} is deleted.")
            return
        summary = _told(person, _group_names(person, options))
        made = password if options["create"] and options["password"] is None else ""
        if made and not options["dry_run"]:
            summary["password"] = made
        text = _line(summary) + (f"\nPassword, shown this once: {made}" if "password" in summary else "")
        self.finish(summary, text)

    def _new(self, name: str) -> Person:
        if Person.objects.filter(username=name).exists():
            raise CommandError(f"There is a user {name} already.")
        return Person(username=name, is_staff=True)

    def _password(self, person: Person, options: dict[str, Any]) -> str:
        if options["password"] is not None:
            given = sys.stdin.readline().rstrip("\n")
            try:
                validate_password(given, person)
            except ValidationError as problems:
                raise CommandError(" ".join(problems.messages)) from problems
            return given
        return secrets.token_urlsafe(12) if options["create"] else ""

    def _save(self, person: Person, options: dict[str, Any], password: str) -> None:
        if options["lock"] or options["unlock"]:
            person.is_active = bool(options["unlock"])
        if options["email"] is not None:
            person.email = options["email"]
        if options["superuser"]:
            person.is_superuser = options["superuser"] == "yes"
        person.full_clean(exclude=["password"])
        people.save(person=person, groups=_groups(options["groups"]), password=password)

    def _list(self, found: "QuerySet[Person]") -> None:
        rows = [_told(each, [group.name for group in each.groups.all()]) for each in found]
        self.finish({"people": rows}, "\n".join(map(_line, rows)) or "Nobody yet.")


def _changes(options: dict[str, Any]) -> bool:
    deeds = options["create"] or options["lock"] or options["unlock"]
    return bool(
        deeds or any(options[name] is not None for name in ("groups", "email", "superuser", "password"))
    )


def _groups(names: str | None) -> list[Group] | None:
    if names is None:
        return None
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    found = list(Group.objects.filter(name__in=wanted))
    strange = sorted(set(wanted) - {group.name for group in found})
    if strange:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"There is no group {', '.join(strange)}. Groups: {known}.", returncode=2)
    return found


def _group_names(person: Person, options: dict[str, Any]) -> list[str]:
    """Name the groups as they stand, or on a dry run as they would."""
    asked = _groups(options["groups"])
    if asked is not None:
        return sorted(group.name for group in asked)
    return sorted(person.groups.values_list("name", flat=True)) if Person.objects.filter(pk=person.pk) else []


def _told(person: Person, groups: list[str]) -> dict[str, Any]:
    return {
        "name": person.username,
        "email": person.email,
        "groups": sorted(groups),
        "active": person.is_active,
        "superuser": person.is_superuser,
    }


def _line(row: dict[str, Any]) -> str:
    groups = ", ".join(row["groups"]) or ("superuser" if row["superuser"] else "in no group: sees nothing")
    return f"{row['name']}: {groups}{'' if row['active'] else ', locked'}"
