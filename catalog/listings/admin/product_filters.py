"""The drawer of the products grid: each filter asks catalog.listings.grid.filters, which plans and runs share."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.contrib.filters.admin import DropdownFilter, RangeNumericListFilter

from catalog.listings.admin.product_lists import settings_of
from catalog.listings.grid import filter_choices, filters, stages
from catalog.listings.models import Drift, Listing
from catalog.listings.models.facets import figure_choices
from catalog.products.models import Product


class GridFilter(DropdownFilter):
    """A filter of the grid under the name that addresses, plans and runs know it by."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        value = self.value()
        if not value:
            return queryset
        chosen = filters.FILTERS[str(self.parameter_name)]
        return chosen(queryset, value, settings_of(request)[1])

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Give the select, and the chosen value in words for the chip above the grid."""
        yield from super().choices(changelist)
        value = self.value()
        if value:
            yield {"selected": True, "display": dict(self.lookup_choices).get(value, value)}


class OnDemandFilter(GridFilter):
    """A filter whose choices are many: they are fetched when the drawer opens, which few page views do."""

    def has_output(self) -> bool:
        """Stand in the drawer even before the choices are there."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Give a select that fetches its choices when it comes into view, and the chosen value in words."""
        first, *rest = super().choices(changelist)
        url = reverse("catalog:product_choices", args=[self.parameter_name])
        field = first["form"].fields[self.parameter_name]
        field.widget.attrs |= {"hx-get": url, "hx-trigger": "intersect once", "hx-swap": "innerHTML"}
        yield first
        yield from rest


class KindFilter(GridFilter):
    """Simple, configurable and Magento's other types."""

    title = "type"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Product.Kind.choices]


class StatusFilter(GridFilter):
    title = "Jet status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer Jet's statuses and ours for what Jet does not have."""
        return [(str(value), str(label)) for value, label in Listing.Status.choices]


class StageFilter(GridFilter):
    """How far a product came on its way to buyers."""

    title = "readiness"
    parameter_name = "stage"
    is_tab = True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(stages.STAGES.items())


class ProblemsFilter(OnDemandFilter):
    """The worst problem of a product, or one rule that it breaks."""

    title = "problems"
    parameter_name = "problems"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what an address chose."""
        chosen = request.GET.get(self.parameter_name, "")
        return [(chosen, filter_choices.problem_words(chosen))] if chosen else []


class CategoryFilter(OnDemandFilter):
    """A store category with all below it."""

    title = "store category"
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what an address chose."""
        chosen = request.GET.get(self.parameter_name, "")
        self._node = filter_choices.category(chosen)
        return [(chosen, self._node.name if self._node else chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Keep what stands in the category that was read for its name."""
        return filters.in_category(queryset, self._node) if self.value() else queryset


class EnabledFilter(GridFilter):
    title = "store state"
    parameter_name = "enabled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Enabled"), ("no", "Disabled")]


class StockFilter(GridFilter):
    """What is left to sell in the store."""

    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in", "In stock"), ("none", "Nothing left")]


class SendingFilter(GridFilter):
    """What became of the last sending."""

    title = "sending"
    parameter_name = "sending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what needs a look."""
        return [
            ("waiting", "Waiting to be sent"),
            ("refused", "Refused by Jet"),
            ("blocked", "Stopped after refusals"),
        ]


class DriftFilter(GridFilter):
    """Whether Jet holds what the store has, as the drift report found."""

    title = "drift"
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer any difference, one figure's, or one cause's."""
        figures = [(str(value), f"{label} differs") for value, label in figure_choices()]
        return [
            ("any", "Differs on Jet"),
            *figures,
            *((str(v), str(label)) for v, label in Drift.Cause.choices),
        ]


class MappedFilter(GridFilter):
    """Whether a Jet category is found for the product."""

    title = "Jet category"
    parameter_name = "mapped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Mapped"), ("no", "Not mapped")]


class DemoFilter(GridFilter):
    """Demo products apart from the merchant's own."""

    title = "demo data"
    parameter_name = "demo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "My own products"), ("yes", "Demo products")]


class PriceFilter(RangeNumericListFilter):
    title = "price"
    parameter_name = "price"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        for name in self.expected_parameters():
            value = self.used_parameters.get(name)
            if value:
                chosen = filters.FILTERS[str(name)]
                queryset = chosen(queryset, str(value), settings_of(request)[1])
        return queryset

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Give the two fields, and what they hold in words."""
        yield from super().choices(changelist)
        low, high = (self.used_parameters.get(str(name)) for name in self.expected_parameters())
        words = [f"from {low}" if low else "", f"to {high}" if high else ""]
        if low or high:
            yield {"selected": True, "display": " ".join(filter(None, words))}
