"""`manage.py store_category`: the store's own tree; adds, renames, moves, deletes a category, sets its rules."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Q

from catalog.products import ownership
from catalog.products.forms.store_tables import StoreCategoryForm
from catalog.products.management import lookups as known
from catalog.products.models import ListingRule, StoreCategory
from catalog.products.services import categories
from jetbridge.core.management.faults import Usage, refuse_beside
from jetbridge.panel.management.forms import FormCommand
from jetbridge.panel.management.grids import Grid, GridCommand


class Command(FormCommand, GridCommand):
    """Save and Delete of Store Categories. Below a moved or renamed one everything comes along."""

    refusals = (ownership.KeptByStore,)
    help = "List the store's categories; add, rename, move or delete one, say what is offered of it on Jet."
    form = StoreCategoryForm
    flags = {"parent": "--below", "listing_rule": "--offer", "stock_buffer": "--hold-back"}
    words = {"listing_rule": {"offer": ListingRule.OFFER, "keep-off": ListingRule.KEEP_OFF, "above": ""}}
    hints = {"parent": "path of the category to move it below; empty: a root category"}
    grid = Grid(
        StoreCategory,
        "categories",
        {"path": "full_path", "offer": "listing_rule", "hold_back": "stock_buffer"},
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a path and what is to change."""
        parser.add_argument(
            "path", nargs="?", default="", metavar="PATH", help='as in "Default Category/Gear/Bags"'
        )
        parser.add_argument(
            "--add", action="store_true", help="the last name of the path, below the rest of it"
        )
        parser.add_argument("--delete", action="store_true", help="with all below it; products stay")
        self.add_fields(parser)
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        """Do what was asked for, then list it with what stands below."""
        changes = self.given(options)
        if not path and (changes or options["add"] or options["delete"]):
            raise Usage("Name the category by its path.")
        if options["delete"]:
            refuse_beside("delete", options, "add", "name", "below", "offer", "hold_back")
        with self.trying(options["dry_run"]):
            if options["delete"]:
                self._delete(path)
                return
            top = None if options["add"] or not path else known.category(path)
            if changes or options["add"]:
                top = self._save(top, path, changes)
            self.finish_grid(options, only=Q(path__startswith=top.path) if top else None)

    def _delete(self, path: str) -> None:
        removed = categories.remove(category=known.category(path))
        self.finish_facts(
            {"deleted": path, "below": removed.categories, "mappings": removed.mappings, "skus": removed.skus}
        )

    @transaction.atomic
    def _save(self, category: StoreCategory | None, path: str, fields: dict[str, str]) -> StoreCategory:
        if category is None:
            above, _, name = path.strip("/").rpartition("/")
            fields = {"parent": above, "name": name, **fields}
        if fields.get("parent"):
            fields = {**fields, "parent": str(known.category(fields["parent"]).pk)}
        # The form writes into what it is given; the services compare with what is stored.
        instance = StoreCategory.objects.get(pk=category.pk) if category else StoreCategory()
        values = self.filled(fields, instance=instance).cleaned_data
        facts = {"name": values["name"], "parent": values["parent"]}
        saved = categories.change(category=category, **facts) if category else categories.create(**facts)
        categories.set_rule(
            category=saved, listing_rule=values["listing_rule"], stock_buffer=values["stock_buffer"]
        )
        return saved
