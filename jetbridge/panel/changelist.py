"""The grid behind every list page: removable filters, the count in words, and the list from its end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from types import MappingProxyType
from typing import Any

from django.contrib.admin.filters import ListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from unfold.templatetags import unfold_list
from unfold.views import ChangeList

from jetbridge.core import configuration
from jetbridge.core.counts import count_all, count_parts
from jetbridge.core.texts import counted
from jetbridge.panel.menu import names
from jetbridge.panel.paginator import CAP, CappedCount, capped
from jetbridge.panel.saved_views import VIEW

# In the address of a list that is shown from its end, so that no OFFSET walks to the last page.
FROM_END = "from_end"


@dataclass(frozen=True)
class ActiveFilter:
    """One filter that is on, and the address of the same list without it."""

    title: str
    value: str
    remove_url: str


def _headers_once(result_headers: Callable[[Any], Iterator[dict[str, Any]]]) -> Callable[[Any], Any]:
    """Let a list of ours make its headers once; the skin makes them anew for each row, a sixth of a page's cost."""

    @wraps(result_headers)
    def made(cl: Any) -> Any:
        if not isinstance(cl, PanelChangeList):
            return result_headers(cl)
        if cl.headers is None:
            cl.headers = list(result_headers(cl))
        return iter(cl.headers)

    return made


unfold_list.result_headers = _headers_once(unfold_list.result_headers)
# The skin says a cell's look by thirty classes, which were half of a long list's bytes; ours stands in panel.css.
unfold_list.ROW_CLASSES[:] = ["jb-td"]
unfold_list.CHECKBOX_CLASSES[:] = ["jb-td", "action-checkbox"]
unfold_list.LINK_CLASSES[:] = ["jb-row-link"]


class PanelChangeList(ChangeList):
    """Unfold's grid with the panel's habits."""

    # Drawn once a page.
    headers: list[dict[str, Any]] | None = None

    # Rows without search and filters, counted only up to the cap.
    all_count: int
    # What one of those is called that are counted apart, and how many: among what matches, and among all.
    apart_noun = ""
    _apart: Mapping[int, int] = MappingProxyType({})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        own = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        self.title = names().get(own) or capfirst(self.opts.verbose_name_plural)

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the filters in the address, our own switches left out."""
        found: dict[str, Any] = super().get_filters_params(params)
        for own in (FROM_END, VIEW):
            found.pop(own, None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows, in reverse when the list is shown from its end."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.reverse() if self.is_from_end else rows

    def counted(self) -> QuerySet[Any]:
        """Return what matches as it is counted: the number does not depend on the order."""
        found: QuerySet[Any] = self.queryset.order_by()
        return found

    def count(self, chosen: Sequence[QuerySet[Any]]) -> list[int]:
        """Count what matches, and all there is where that is asked too, each up to one beyond the cap."""
        account = configuration.active_account()
        if not self.apart_noun:
            return count_all(chosen, account, CAP)
        counts, parts = count_parts([(rows, self.apart(rows)) for rows in chosen], account, CAP)
        self._apart = dict(enumerate(parts))
        return counts

    @property
    def is_from_end(self) -> bool:
        """Return whether the last rows stand first."""
        return FROM_END in self.params

    @property
    def turned_url(self) -> str:
        """The same list from its other end."""
        return str(self.get_query_string({FROM_END: None if self.is_from_end else "1"}))

    def apart(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of some rows that are counted apart, where `apart_noun` says what one is called."""
        return rows.none()

    @property
    def count_words(self) -> str:
        """What is found, in words; of a search or a filter beside all there is; what is counted apart, apart."""
        one, many = str(self.opts.verbose_name), str(self.opts.verbose_name_plural)
        found, apart = self._parts(0, self.result_count)
        if not self.is_narrowed:
            return f"{found} {one if found == '1' else many}{f' and {apart}' if apart else ''}"
        everything, all_apart = self._parts(1, self.all_count)
        words = f"{found} of {everything} {many}"
        return f"{words} and {self._apart.get(0, 0):,} of {all_apart}" if all_apart else words

    def _parts(self, place: int, count: int) -> tuple[str, str]:
        """Return a count without what is counted apart of it, and that in words."""
        apart = self._apart.get(place, 0)
        shown = str(count) if isinstance(count, CappedCount) else f"{count - apart:,}"
        return shown, counted(apart, self.apart_noun) if apart else ""

    @cached_property
    def is_narrowed(self) -> bool:
        """Return whether a search or a filter leaves rows out."""
        return bool(self.query or self.active_filters)

    def get_results(self, request: HttpRequest) -> None:
        """Read a page, and count what matches and all there is in one query, each up to the cap."""
        # Django sets it after this; the counts beside a filter's choices, which are read here already, need it.
        self.pk_attname = self.lookup_opts.pk.attname
        chosen = [self.counted(), self.root_queryset.order_by()][: 1 + self.is_narrowed]
        counts = [capped(each, CAP) for each in self.count(chosen)]
        setattr(self.queryset, "jb_count", counts[0])  # noqa: B010 - a queryset has no such attribute to mypy
        self.all_count = counts[-1]
        super().get_results(request)

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        """The filters that are on, each with the address that takes it off."""
        return [found for spec in self.filter_specs if (found := self._active(spec))]

    @cached_property
    def chips(self) -> list[ActiveFilter]:
        """Those of them that no tab above the grid shows already."""
        specs = [spec for spec in self.filter_specs if not getattr(spec, "is_tab", False)]
        return [found for spec in specs if (found := self._active(spec))]

    def _active(self, spec: ListFilter) -> ActiveFilter | None:
        names = [name for name in spec.expected_parameters() if self.params.get(str(name))]
        if not names:
            return None
        return ActiveFilter(
            title=str(spec.title),
            value=self._chosen(spec) or ", ".join(str(self.params[name]) for name in names),
            remove_url=str(self.get_query_string(remove=names)),
        )

    def _chosen(self, spec: ListFilter) -> str:
        chosen = [choice for choice in spec.choices(self) if choice.get("selected")]
        return ", ".join(str(choice["display"]) for choice in chosen if choice.get("display"))
