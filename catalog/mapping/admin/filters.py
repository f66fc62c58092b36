"""Filters of the taxonomy's grids."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.mapping.models import JetCategory

NON_TAXABLE = "Non Taxable Product"


class YesNoFilter(SimpleListFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]


class MappedFilter(YesNoFilter):
    """Whether a store category or attribute is mapped to it."""

    title = "mapped"
    parameter_name = "mapped"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(mappings__isnull=self.value() == "no").distinct()


class TaxableFilter(YesNoFilter):
    """Whether goods of the category are taxed."""

    title = "taxable"
    parameter_name = "taxable"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        untaxed = queryset.filter(tax_code=NON_TAXABLE)
        return queryset.exclude(pk__in=untaxed.values("pk")) if self.value() == "yes" else untaxed


class RootFilter(SimpleListFilter):
    title = "main category"
    parameter_name = "root"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        roots = JetCategory.objects.filter(parent=None, active=True)
        return [(name, name) for name in roots.values_list("name", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        root = str(self.value())
        # A range instead of LIKE: the path's index serves it on both databases.
        below = queryset.filter(path__gte=f"{root} > ", path__lt=f"{root} >!")
        return below | queryset.filter(path=root)


class TaxCodeFilter(SimpleListFilter):
    """Jet's tax codes as they occur."""

    title = "tax code"
    parameter_name = "tax_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = JetCategory.objects.order_by("tax_code").values_list("tax_code", flat=True).distinct()
        return [(code, code.strip() or "None") for code in codes if code]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the categories with the chosen code."""
        return queryset.filter(tax_code=self.value()) if self.value() else queryset
