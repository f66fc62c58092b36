"""The rows of the products grid with what Jet knows of each, read for the shown page only."""

from typing import Any

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.listings.grid import filters, leads
from catalog.listings.grid.grid_rows import dressed, row_of
from catalog.products import ownership
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.panel.changelist import PanelChangeList


class ProductChangeList(PanelChangeList):
    """The grid: one query finds the page and dresses its 50 rows, so that no filter drags the facts along."""

    queryset: Any
    result_list: Any
    _has_lead = False
    apart_noun = "group"

    def get_results(self, request: HttpRequest) -> None:
        """Read a page with what its rows show beside the product."""
        config, account = settings_of(request)
        products, lead = self.queryset, self._lead(account)
        if lead is not None:
            self.queryset = lead
        super().get_results(request)
        self.queryset = products
        page = self.result_list.values("pk" if lead is None else "product_id")
        rows = dressed(Product.objects.filter(pk__in=page), account)
        shown: list[Product] = list(rows.order_by(*self.page_ordering(request)))
        may_edit = request.user.has_perm("catalog.change_product") and not ownership.is_linked()
        for product in shown:
            product.__dict__["row"] = row_of(
                product, config, may_edit=may_edit, url=self.url_for_result(product)
            )
        self.result_list = shown

    def url_for_result(self, result: Any) -> str:
        """Return the address of a product's page, from which one comes back to the same filters."""
        return str(
            add_preserved_filters(
                {"preserved_filters": self.preserved_filters, "opts": self.opts},
                super().url_for_result(result),
            )
        )

    def counted(self) -> QuerySet[Any]:
        """Return what matches; counted from the new end, where what is looked for mostly stands."""
        found: QuerySet[Any] = self.queryset if self._has_lead else self.queryset.order_by("-pk")
        return found

    def apart(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the groups among products, or among what hangs on them."""
        kind = "kind" if rows.model is Product else "product__kind"
        return rows.filter(**{kind: Product.Kind.CONFIGURABLE})

    def _lead(self, account: JetAccount) -> QuerySet[Any] | None:
        """Return the ids of the products from another table's index, where a single filter and no order is chosen."""
        chosen = {name: str(self.params[name]) for name in filters.FILTERS if self.params.get(name)}
        lead = None
        if not self.query and ORDER_VAR not in self.params:
            lead = leads.lead(chosen, account)
        self._has_lead = lead is not None
        return lead.reverse() if lead is not None and self.is_from_end else lead

    def page_ordering(self, request: HttpRequest) -> list[Any]:
        """Return the order of the rows of one page."""
        ordered = Product.objects.order_by(*self.get_ordering(request, Product.objects.all()))
        return list((ordered.reverse() if self.is_from_end else ordered).query.order_by)


def settings_of(request: HttpRequest) -> tuple[Configuration, JetAccount]:
    """Return the configuration and the account that is switched on, read once a request."""
    found: tuple[Configuration, JetAccount] | None = getattr(request, "jb_settings", None)
    if found is None:
        config = configuration.current()
        found = config, configuration.account(config.mode)
        setattr(request, "jb_settings", found)  # noqa: B010 - a request has no such attribute to mypy
    return found
