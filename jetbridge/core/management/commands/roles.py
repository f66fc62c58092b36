"""`manage.py roles`: what each group may do; gives and takes permissions."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import CommandError, CommandParser

from jetbridge.core import people
from jetbridge.core.management.base import PanelCommand, refuse_beside


class Command(PanelCommand):
    """The pages of Groups."""

    help = "List the groups, or what one may do; give it permissions or take them, create it, delete it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a group and what is to change."""
        parser.add_argument("group", nargs="?", default="", metavar="GROUP")
        parser.add_argument(
            "--give", action="append", default=[], metavar="APP.PERMISSION", help="may be repeated"
        )
        parser.add_argument(
            "--take", action="append", default=[], metavar="APP.PERMISSION", help="may be repeated"
        )
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--create", action="store_true")
        deed.add_argument("--delete", action="store_true")
        self.add_dry_run(parser)

    def handle(self, *args: Any, group: str, **options: Any) -> None:
        """Do what was asked for, then say what the group may do."""
        if not group:
            if any(options[name] for name in ("give", "take", "create", "delete")):
                raise CommandError("Name the group.", returncode=2)
            rows = {each.name: each.permissions.count() for each in Group.objects.order_by("name")}
            self.finish(
                {"groups": rows}, "\n".join(f"{name}: {count} permissions" for name, count in rows.items())
            )
            return
        if options["delete"]:
            refuse_beside("delete", options, "give", "take")
        found = _group(group, create=options["create"])
        give, take = (list(map(_permission, options[name])) for name in ("give", "take"))
        try:
            with self.trying(options["dry_run"]):
                if options["delete"]:
                    people.delete_group(group=found)
                elif give or take or options["create"]:
                    people.change_group(group=found, give=give, take=take)
                held = [] if options["delete"] else _held(found)
        except people.LastOne as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["delete"]:
            self.finish({"deleted": group}, f"{group} is deleted.")
            return
        self.finish(
            {"group": group, "permissions": held},
            "\n".join([f"{group} may:", *(f"  {name}" for name in held)]),
        )


def _group(name: str, *, create: bool) -> Group:
    found = Group.objects.filter(name=name).first()
    if create and found is not None:
        raise CommandError(f"There is a group {name} already.")
    if found is None and not create:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"There is no group {name}. Groups: {known}.")
    return found or Group(name=name)


def _permission(name: str) -> Permission:
    app, _, codename = name.partition(".")
    found = Permission.objects.filter(content_type__app_label=app, codename=codename).first()
    if found is None:
        raise CommandError(f"There is no permission {name}; `roles owner` names them all.", returncode=2)
    return found


def _held(group: Group) -> list[str]:
    rows = group.permissions.select_related("content_type")
    return sorted(f"{each.content_type.app_label}.{each.codename}" for each in rows)
