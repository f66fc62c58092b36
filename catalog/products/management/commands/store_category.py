"""`manage.py store_category`: the store's own tree; adds, renames, moves, deletes a category, sets its rules."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from catalog.listings.services import offer_rules
from catalog.products.forms.store_tables import StoreCategoryForm
from catalog.products.models import Offering, StoreCategory
from catalog.products.services import categories
from jetbridge.core.management.base import PanelCommand, refuse_beside, refuse_invalid, worded

RULES = {"offer": Offering.OFFER, "keep-off": Offering.KEEP_OFF, "above": ""}


class Command(PanelCommand):
    """Save and Delete of Store Categories. Below a moved or renamed one everything comes along."""

    help = "List the store's categories; add, rename, move or delete one, say what is offered of it on Jet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a path and what is to change."""
        parser.add_argument(
            "path", nargs="?", default="", metavar="PATH", help='as in "Default Category/Gear/Bags"'
        )
        parser.add_argument(
            "--add", action="store_true", help="the last name of the path, below the rest of it"
        )
        parser.add_argument("--name", metavar="NAME", help="another name")
        parser.add_argument("--below", metavar="PATH", help="move it there; empty: a root category")
        parser.add_argument("--delete", action="store_true", help="with all below it; products stay")
        parser.add_argument(
            "--offer", choices=sorted(RULES), help="on Jet; above: as the category above says"
        )
        parser.add_argument("--hold-back", metavar="N", help="units held back from Jet; empty: as above")
        self.add_dry_run(parser)

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        """Do what was asked for, then list it with what stands below."""
        changes = any(options[name] is not None for name in ("name", "below", "offer", "hold_back"))
        if not path and (changes or options["add"] or options["delete"]):
            raise CommandError("Name the category by its path.", returncode=2)
        if options["delete"]:
            refuse_beside("delete", options, "add", "name", "below", "offer", "hold_back")
        try:
            with self.trying(options["dry_run"]):
                if options["delete"]:
                    return self._delete(path)
                category = None
                if changes or options["add"]:
                    category = _save(None if options["add"] else _find(path), path, options)
                self._list(category or (_find(path) if path else None))
        except ValidationError as problems:
            raise CommandError(worded(problems)) from problems
        return None

    def _delete(self, path: str) -> None:
        removed = categories.remove(category=_find(path))
        summary = {
            "deleted": path,
            "below": removed.categories,
            "mappings": removed.mappings,
            "skus": removed.skus,
        }
        text = f"{path} is deleted, {removed.categories} categories below and {removed.mappings} mappings with it."
        if removed.skus:
            text += f" On Jet, in these categories: {', '.join(removed.skus[:20])}."
        self.finish(summary, text)

    def _list(self, top: StoreCategory | None) -> None:
        found = StoreCategory.objects.order_by("path")
        if top is not None:
            found = found.filter(path__startswith=top.path)
        rows = [
            {"path": each.full_path, "offer": each.offering, "hold_back": each.stock_buffer} for each in found
        ]
        lines = [" ".join(filter(None, (row["path"], row["offer"]))) for row in rows]
        self.finish({"categories": rows}, "\n".join(lines) or "No store categories yet.")


@transaction.atomic
def _save(category: StoreCategory | None, path: str, options: dict[str, Any]) -> StoreCategory:
    if category is None:
        above, _, name = path.strip("/").rpartition("/")
        parent = _find(above) if above else None
    else:
        name, parent = category.name, category.get_parent()
    if options["below"] is not None:
        parent = _find(options["below"]) if options["below"] else None
    held = category.stock_buffer if category else None
    data = {
        "name": name if options["name"] is None else options["name"],
        "parent": parent.pk if parent else "",
        "offering": RULES[options["offer"]] if options["offer"] else category.offering if category else "",
        "stock_buffer": held if options["hold_back"] is None else options["hold_back"],
    }
    # The form writes into what it is given; the services compare with what is stored.
    form = StoreCategoryForm(
        data, instance=StoreCategory.objects.get(pk=category.pk) if category else StoreCategory()
    )
    refuse_invalid(form)
    facts = {"name": form.cleaned_data["name"], "parent": form.cleaned_data["parent"]}
    saved = categories.change(category=category, **facts) if category else categories.create(**facts)
    offer_rules.set_category_rule(
        category=saved, offering=form.cleaned_data["offering"], stock_buffer=form.cleaned_data["stock_buffer"]
    )
    return saved


def _find(path: str) -> StoreCategory:
    found: StoreCategory | None = StoreCategory.objects.filter(
        full_path__iexact=path.strip().strip("/")
    ).first()
    if found is None:
        raise CommandError(f"The store has no category {path!r}.")
    return found
