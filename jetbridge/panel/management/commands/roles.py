"""`manage.py roles`: what each group may do; gives and takes permissions."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import CommandError, CommandParser

from jetbridge.core import people
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.core.management.lookups import existing
from jetbridge.panel.management.grids import Grid, GridCommand


class Command(GridCommand):
    """The pages of Groups."""

    help = "List the groups, or what one may do; give it permissions or take them, create it, delete it."
    grid = Grid(Group, "rows", {"group": "name", "permissions": lambda row: row.permissions.count()})
    refusals = (people.LastOne,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a group and what is to change."""
        parser.add_argument("group", nargs="?", default="", metavar="GROUP")
        for name in ("--give", "--take"):
            parser.add_argument(
                name, action="append", default=[], metavar="APP.PERMISSION", help="may be repeated"
            )
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--create", action="store_true")
        action.add_argument("--delete", action="store_true")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, group: str, **options: Any) -> None:
        """Do what was asked for, then say what the group may do."""
        if not group:
            if any(options[name] for name in ("give", "take", "create", "delete")):
                raise Usage("Name the group.")
            counts = {each.name: each.permissions.count() for each in Group.objects.order_by("name")}
            self.finish_grid(options, groups=counts)
            return
        if options["delete"]:
            refuse_beside("delete", options, "give", "take")
        found = _group(group, create=options["create"])
        give, take = (list(map(_permission, options[name])) for name in ("give", "take"))
        with self.trying(options["dry_run"]):
            if options["delete"]:
                people.delete_group(group=found)
                self.finish_facts({"deleted": group})
                return
            if give or take or options["create"]:
                people.change_group(group=found, give=give, take=take)
            held = people.rights_of(found)["permissions"]
            text = "\n".join([f"{group} may:", *(f"  {name}" for name in held)])
            self.finish({"group": group, "permissions": held}, text)


def _group(name: str, *, create: bool) -> Group:
    groups = Group.objects.order_by("name")
    if not create:
        known = ", ".join(groups.values_list("name", flat=True))
        return existing(groups, f"There is no group {name}. Groups: {known}.", name=name)
    if groups.filter(name=name).exists():
        raise CommandError(f"There is a group {name} already.")
    return Group(name=name)


def _permission(name: str) -> Permission:
    app, _, codename = name.partition(".")
    found = Permission.objects.filter(content_type__app_label=app, codename=codename).first()
    if found is None:
        raise Usage(f"There is no permission {name}; `roles owner` names them all.")
    return found
