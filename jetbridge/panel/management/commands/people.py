"""`manage.py people`: who may enter the panel; creates, changes, locks, unlocks and deletes people."""

import secrets
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.contrib.auth.password_validation import validate_password
from django.core.management.base import CommandError, CommandParser

from jetbridge.core import people
from jetbridge.core.management import lookups
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.panel.management.grids import Grid, GridCommand

GIVEN = ("groups", "email", "superuser", "password")


class Command(GridCommand):
    """The pages of Users: Save, Sign out everywhere, Delete, and the password's own page."""

    help = "List who may enter the panel; create a person, change groups or password, lock, unlock, sign out, delete."
    grid = Grid(
        Person,
        "people",
        {
            "name": "username",
            "email": "email",
            "groups": lambda row: sorted(group.name for group in row.groups.all()),
            "active": "is_active",
            "superuser": "is_superuser",
        },
    )
    refusals = (people.LastOne,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a person and what is to change; without anything people are listed."""
        parser.add_argument("name", nargs="?", default="", metavar="NAME", help="user name")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--create", action="store_true", help="let a new person in")
        action.add_argument(
            "--lock", action="store_true", help="keep the person out; the history keeps the name"
        )
        action.add_argument("--unlock", action="store_true")
        action.add_argument("--delete", action="store_true")
        action.add_argument("--sign-out", action="store_true", help="end every session, in every browser")
        parser.add_argument("--groups", metavar="A,B", help="in these groups and in no other; empty: in none")
        parser.add_argument("--email")
        parser.add_argument("--superuser", choices=("yes", "no"), help="may do everything, without a group")
        self.add_secret(parser, "--password", "A password; else one is made up for a new person.")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Do the one thing that was asked for, then say how it stands."""
        changes = any(options[each] for each in ("create", "lock", "unlock"))
        changes = changes or any(options[each] is not None for each in GIVEN)
        if not name:
            if options["delete"] or options["sign_out"] or changes:
                raise Usage("Name the person.")
            self.finish_grid(options)
            return
        if options["delete"]:
            refuse_beside("delete", options, *GIVEN)
        person = self._new(name) if options["create"] else lookups.person(name)
        given = "" if options["password"] is None else self.secret(options["password"])
        if options["password"] is not None:
            validate_password(given, person)
        made = secrets.token_urlsafe(12) if options["create"] and options["password"] is None else ""
        with self.trying(options["dry_run"]):
            if options["delete"]:
                people.delete(person=person)
                self.finish_facts({"deleted": name})
                return
            if options["sign_out"]:
                people.sign_out(person=person)
            if changes:
                self._save(person, options, given or made)
            # A password that was made up is shown this once; a dry run's opens nothing.
            shown = {"password": made} if made and not options["dry_run"] else {}
            self.finish_facts({**self.grid.row_of(person), **shown})

    def _new(self, name: str) -> Person:
        if Person.objects.filter(username=name).exists():
            raise CommandError(f"There is a user {name} already.")
        return Person(username=name, is_staff=True)

    def _save(self, person: Person, options: dict[str, Any], password: str) -> None:
        if options["lock"] or options["unlock"]:
            person.is_active = bool(options["unlock"])
        if options["email"] is not None:
            person.email = options["email"]
        if options["superuser"]:
            person.is_superuser = options["superuser"] == "yes"
        person.full_clean(exclude=["password"])
        people.save(person=person, groups=_groups(options["groups"]), password=password)


def _groups(names: str | None) -> list[Group] | None:
    if names is None:
        return None
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    found = list(Group.objects.filter(name__in=chosen))
    strange = sorted(set(chosen) - {group.name for group in found})
    if strange:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise Usage(f"There is no group {', '.join(strange)}. Groups: {known}.")
    return found
