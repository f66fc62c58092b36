"""`manage.py saved_views`: the filters and columns that a person keeps of a list."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User as Person
from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict

from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.panel import saved_views
from jetbridge.panel.models import SavedView
from jetbridge.panel.saved_view_pages import SavedViewsAdmin


class Command(PanelCommand):
    """Save, Delete and the column chooser above a list."""

    help = "List the filters that a person keeps; keep some, forget some, choose the columns of a list."
    refusals = (saved_views.CannotSave,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a person, a list and what is to change."""
        parser.add_argument("person", metavar="PERSON", help="user name")
        parser.add_argument("list", nargs="?", default="", metavar="LIST", help="such as catalog.product")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--save", metavar="NAME", help="keep what --where says under this name")
        action.add_argument("--delete", metavar="NAME", help="forget the filters of this name")
        action.add_argument(
            "--columns", metavar="A,B", help="show these columns; empty: as the list was made"
        )
        parser.add_argument(
            "--where", default="", metavar="QUERY", help="what the list's address says: stage=sent&q=mug"
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, person: str, list: str, **options: Any) -> None:
        """Change what was asked for, then list what is kept."""
        found = lookups.person(person)
        asked = any(options[name] is not None for name in ("save", "delete", "columns"))
        if asked and not list:
            raise Usage(f"Name the list: {', '.join(sorted(_grids()))}.")
        grid = _grid(list) if list else None
        with self.trying(options["dry_run"]):
            if grid is not None and asked:
                self._change(found, grid, options)
            kept = SavedView.objects.filter(person=found).order_by("grid", "name")
            rows = [
                {"list": each.grid, "name": each.name, "where": each.query, "columns": each.columns}
                for each in (kept.filter(grid=grid.grid_name) if grid else kept)
            ]
        self.finish_rows("views", rows, "Nothing is kept.", person=person)

    def _change(self, person: Person, grid: SavedViewsAdmin, options: dict[str, Any]) -> None:
        name = grid.grid_name
        if options["save"] is not None:
            kept = SavedView.objects.filter(person=person, grid=name, name="").first()
            saved_views.save(
                person=person, grid=name, name=options["save"], query=QueryDict(options["where"].lstrip("?")),
                columns=kept.columns if kept else (),
            )  # fmt: skip
        elif options["delete"] is not None:
            row = (
                SavedView.objects.filter(person=person, grid=name, name=options["delete"])
                .exclude(name="")
                .first()
            )
            if row is None or not saved_views.delete(person=person, grid=name, pk=row.pk):
                raise CommandError(f"{person} keeps no {options['delete']} of this list.")
        else:
            saved_views.choose_columns(person=person, grid=name, columns=_columns(grid, options["columns"]))


def _grids() -> dict[str, SavedViewsAdmin]:
    found = [
        each
        for each in admin.site._registry.values()
        if isinstance(each, SavedViewsAdmin) and each.saved_views
    ]
    return {each.opts.label_lower: each for each in found}


def _grid(name: str) -> SavedViewsAdmin:
    grids = _grids()
    if name not in grids:
        raise Usage(f"There is no list {name}. Lists: {', '.join(sorted(grids))}.")
    return grids[name]


def _columns(grid: SavedViewsAdmin, text: str) -> list[str]:
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    offered = grid.offered_columns()
    strange = sorted(set(chosen) - set(offered))
    if strange:
        raise Usage(f"No column {', '.join(strange)}. Columns: {', '.join(offered)}.")
    return [name for name in offered if name in chosen]
