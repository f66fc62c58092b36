"""Commands that list what a list of the panel shows: its columns, filters, search, order and pages."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.core.management.base import CommandParser
from django.db.models import Model, Q
from django.http import HttpRequest, QueryDict
from django.utils.html import strip_tags

from jetbridge.core.management.base import PanelCommand, table
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.panel.changelist import PanelChangeList


class CommandLine(AnonymousUser):
    """Who sits at the machine: nobody of the panel's people, and kept from nothing."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return True

    def has_module_perms(self, module: str) -> bool:
        return True


@dataclass(frozen=True)
class Grid:
    """
    A list of the panel as commands give it.

    :param rows: what the rows are called under `--json`
    :param keys: what scripts rely on of a row, as the path of an attribute or a function of the row; the first is
        what the command takes to name one. A person reads the list's columns; a script gets those it names.
    :param most: how many rows stand there where no page is asked for
    :param line: how a person reads a row that no table holds, made of its keys
    """

    model: type[Model]
    rows: str
    keys: Mapping[str, str | Callable[[Any], Any]] = field(default_factory=dict)
    most: int | None = None
    line: Callable[[dict[str, Any]], str] | None = None

    @property
    def page(self) -> PanelModelAdmin:
        """The page whose list it is."""
        return cast(PanelModelAdmin, admin.site.get_model_admin(self.model))

    def row_of(self, row: Any) -> dict[str, Any]:
        """Return what scripts rely on of a row."""
        return {key: of(row) if callable(of) else _value(row, of) for key, of in self.keys.items()}


class GridCommand(PanelCommand):
    """A command that gives a list of the panel when nothing else is asked."""

    grid: ClassVar[Grid]

    def add_grid(self, parser: CommandParser) -> None:
        """Offer what stands above the list in the panel."""
        page, part = self.grid.page, parser.add_argument_group("which rows, as the panel's list has them")
        part.add_argument("--search", default="", metavar="TEXT", help=str(page.search_help_text or "words"))
        part.add_argument("--where", default="", metavar="QUERY", help="what the list's address says")
        part.add_argument("--columns", metavar="A,B", help=", ".join(page.offered_columns()))
        part.add_argument("--page", type=int, metavar="N", help=f"{counted(page.list_per_page, 'row')} each")

    def finish_grid(
        self,
        options: Mapping[str, Any],
        *,
        only: Q | None = None,
        grid: Grid | None = None,
        none: str = "",
        total: str = "",
        search: str = "",
        most: int | None = None,
        **more: Any,
    ) -> None:
        """
        Print the rows that the options leave.

        :param only: narrows the list further
        :param total: what a script calls the number of all rows
        :param search: what is searched for where `--search` says nothing
        :raises Usage: a filter, a column or a page that the list does not have
        """
        grid = grid or self.grid
        page, request = grid.page, _request(options["where"], options["search"] or search)
        found = _changelist(page, request, only)
        rows = (
            _page(found, options["page"])
            if options["page"] is not None
            else found.queryset[: most or grid.most]
        )
        columns = _columns(page, request, options["columns"])
        if total:
            more[total] = found.queryset.count()
        listed: list[dict[str, Any]] = []
        shown: list[dict[str, Any]] = []
        for row in rows:
            keys, cells = grid.row_of(row), {name: text_of(page, row, name) for name in columns}
            listed.append({**(cells if options["columns"] is not None else {}), **keys})
            labels = {columns[name]: cells[name] for name in columns if columns[name]}
            shown.append({**dict(list(keys.items())[: 1 if labels else None]), **labels})
        text = "\n".join(map(grid.line, listed)) if grid.line and options["columns"] is None else table(shown)
        self.finish(
            {**more, grid.rows: listed}, text or none or page.empty_words()[0] or "Nothing was found."
        )


def text_of(page: Any, row: Any, column: str) -> str:
    """Return a cell as it reads, without its dress."""
    known, _, value = lookup_field(column, row, page)
    if known is not None:
        value = display_for_field(value, known, "", avoid_link=True)
    text = (
        " ".join(map(str, value)) if isinstance(value, list | tuple) else str("" if value is None else value)
    )
    return " ".join(html.unescape(strip_tags(text.replace("<", " <"))).split())


def _request(where: str, search: str) -> HttpRequest:
    query = QueryDict(where.lstrip("?"), mutable=True)
    if search:
        query["q"] = search
    request = HttpRequest()
    request.method, request.path, request.user = "GET", "/", CommandLine()
    request.GET = query  # type: ignore[assignment]  # as the stubs have it, one that nobody fills in
    return request


def _changelist(page: PanelModelAdmin, request: HttpRequest, only: Q | None) -> PanelChangeList:
    try:
        found: PanelChangeList = page.get_changelist_instance(request)
    except (IncorrectLookupParameters, SuspiciousOperation) as error:
        known = sorted({name for spec in page.get_list_filter(request) for name in _names(spec)})
        raise Usage(
            f"--where: the list has no such filter. Filters: {', '.join(known) or 'none'}."
        ) from error
    if only is not None:
        found.queryset = found.queryset.filter(only)
    return found


def _names(spec: Any) -> Iterator[str]:
    name = spec[0] if isinstance(spec, list | tuple) else spec
    yield str(getattr(name, "parameter_name", name))


def _page(found: PanelChangeList, number: int) -> Sequence[Any]:
    pages = found.model_admin.get_paginator(None, found.queryset, found.list_per_page)
    if not 1 <= number <= pages.num_pages:
        raise Usage(f"--page: there are {counted(pages.num_pages, 'page')}. Give 1 to {pages.num_pages}.")
    rows: Sequence[Any] = pages.page(number).object_list
    return rows


def _columns(page: PanelModelAdmin, request: HttpRequest, chosen: str | None) -> dict[str, str]:
    """Return the columns to be given with their labels; without a label it is the row's link."""
    names = [name for name in page.get_list_display(request) if name != "__str__"]
    if chosen is not None:
        offered = page.offered_columns()
        names = [name.strip() for name in chosen.split(",") if name.strip()]
        if strange := [name for name in names if name not in offered]:
            raise Usage(
                f"--columns: the list has no column {', '.join(strange)}. Columns: {', '.join(offered)}."
            )
    return {name: str(label_for_field(name, page.model, page)) for name in names}


def _value(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name)
    return row
