"""`manage.py attribute`: the codes that products have values under; adds, changes, deletes one and its options."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.db.models import Max

from catalog.products.forms.store_tables import AttributeForm
from catalog.products.management import lookups as known
from catalog.products.models import Attribute, AttributeOption
from catalog.products.services import attributes
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from jetbridge.panel.management.grids import Grid, GridCommand


class Command(FormCommand, GridCommand):
    """Save and Delete of Attributes; `map_attribute` maps them."""

    help = "List the store's attributes; add one, change its label, kind and options, delete it."
    form = AttributeForm
    flags = {"code": NO_OPTION}
    grid = Grid(
        Attribute,
        "attributes",
        {
            "code": "code",
            "label": "label",
            "kind": "kind",
            "options": lambda row: [option.value for option in row.options.all()],
        },
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a code and what is to change."""
        parser.add_argument("code", nargs="?", default="", metavar="CODE")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--add", action="store_true", help="a new attribute of this code")
        action.add_argument(
            "--delete", action="store_true", help="with its options and its mapping; values stay"
        )
        self.add_fields(parser)
        parser.add_argument("--option", action="append", default=[], metavar="VALUE", help="offer this too")
        parser.add_argument(
            "--no-option", action="append", default=[], metavar="VALUE", help="offer it no more"
        )
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        """Do what was asked for, then say how it stands."""
        changes = self.given(options) or options["option"] or options["no_option"] or options["add"]
        if not code:
            if changes or options["delete"]:
                raise Usage("Name the attribute by its code.")
            self.finish_grid(options)
            return
        if options["delete"]:
            refuse_beside("delete", options, "label", "kind", "option", "no_option")
        found = Attribute() if options["add"] else known.attribute(code)
        with self.trying(options["dry_run"]):
            if options["delete"]:
                attributes.remove(attribute=found)
                self.finish_facts({"deleted": code})
            else:
                self.finish_facts(self.grid.row_of(self._save(found, code, options) if changes else found))

    @transaction.atomic
    def _save(self, attribute: Attribute, code: str, options: dict[str, Any]) -> Attribute:
        fields = self.given(options)
        if attribute.pk is None:
            fields = {"code": code, "label": code, **fields}
        saved: Attribute = self.filled(fields, instance=attribute).save()
        gone = saved.options.filter(value__in=options["no_option"])
        if missing := sorted(set(options["no_option"]) - set(gone.values_list("value", flat=True))):
            raise CommandError(f"{saved.code} has no option {', '.join(missing)}.")
        gone.delete()
        held = set(saved.options.values_list("value", flat=True))
        last = saved.options.aggregate(last=Max("position"))["last"]
        fresh = [value for value in dict.fromkeys(options["option"]) if value not in held]
        for position, value in enumerate(fresh, 0 if last is None else last + 1):
            option = AttributeOption(attribute=saved, value=value, position=position)
            option.full_clean()
            option.save()
        return saved
