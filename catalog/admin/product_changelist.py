"""The rows of the products grid with what Jet knows of each, read for the shown page only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import (
    Case,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import HttpRequest

from catalog import product_filters, product_leads
from catalog.image_urls import absolute
from catalog.models import Listing, ListingFacet, Problem, Product, ProductImage, ValidationResult
from jetbridge.core import configuration
from jetbridge.core.changelist import PanelChangeList
from jetbridge.core.models import Configuration, JetAccount

Severity = ValidationResult.Severity
# What a row does not show and what makes rows heavy.
HEAVY = ("description", "short_description", "attributes", "jet_fields", "variation_codes")


@dataclass(frozen=True)
class Row:
    """What a row tells beside the product itself."""

    listing: Listing | None
    image_url: str
    worst_problem: str
    last_sent_at: datetime | None
    is_waiting: bool


class ProductChangeList(PanelChangeList):
    """The grid: one query finds the page and dresses its 50 rows, so that no filter drags the facts along."""

    queryset: Any
    result_list: Any
    _has_lead = False

    def get_results(self, request: HttpRequest) -> None:
        """Read a page with what its rows tell beside the product."""
        config, account = settings_of(request)
        products, lead = self.queryset, self._lead(account)
        if lead is not None:
            self.queryset = lead
        super().get_results(request)
        self.queryset = products
        page = self.result_list.values("pk" if lead is None else "product_id")
        rows = dressed(Product.objects.filter(pk__in=page), account)
        shown: list[Product] = list(rows.order_by(*self.page_ordering(request)))
        for product in shown:
            product.__dict__["row"] = row_of(product, config)
        self.result_list = shown

    def counted(self) -> QuerySet[Any]:
        """Return what matches; counted from the new end, where what is looked for mostly stands."""
        found: QuerySet[Any] = self.queryset if self._has_lead else self.queryset.order_by("-pk")
        return found

    def _lead(self, account: JetAccount) -> QuerySet[Any] | None:
        """Return the ids of the products from another table's index, where a single filter and no order is chosen."""
        chosen = {name: str(self.params[name]) for name in product_filters.FILTERS if self.params.get(name)}
        lead = None
        if not self.query and ORDER_VAR not in self.params:
            lead = product_leads.lead(chosen, account)
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


def dressed(products: QuerySet[Product], account: JetAccount) -> QuerySet[Any]:
    """Give the products of a page their listing and the facts of their rows, and leave out the long texts."""
    images = ProductImage.objects.filter(product=OuterRef("pk")).order_by("-is_main", "position")
    places = (When(severity=severity, then=Value(place)) for place, severity in enumerate(Severity))
    worst_first = Case(*places, output_field=IntegerField())
    problems = Problem.objects.filter(product=OuterRef("pk")).order_by(worst_first, "pk")
    facets = ListingFacet.objects.filter(listing__product=OuterRef("pk"), listing__account=account)
    sent = facets.filter(sent_at__isnull=False).order_by("-sent_at")
    return (
        products.annotate(
            here=FilteredRelation("listings", condition=Q(listings__account=account)),
            row_image=Subquery(images.values("path")[:1]),
            row_problem=Subquery(problems.values("message")[:1]),
            row_sent=Subquery(sent.values("sent_at")[:1]),
            row_waiting=Exists(facets.filter(wanted_at__isnull=False, blocked_at=None)),
        )
        .select_related("validation", "here")  # type: ignore[misc]  # the stubs know no filtered relations
        .defer(*HEAVY)
    )


def row_of(product: Any, config: Configuration) -> Row:
    """Return what a dressed product's row tells."""
    url = absolute(product.row_image or "", config.image_base_url) if product.row_image else ""
    return Row(
        listing=getattr(product, "here", None),
        image_url=url if url.startswith(("http://", "https://")) else "",
        worst_problem=product.row_problem or "",
        last_sent_at=product.row_sent,
        is_waiting=product.row_waiting,
    )
