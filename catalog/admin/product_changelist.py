"""The rows of the products grid with what Jet knows of each, read for the shown page only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest

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
    """The grid: the page is found first, then 50 rows are dressed, so that no filter drags the facts along."""

    result_list: Any

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows without their long texts."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.select_related("validation").defer(*HEAVY)

    def get_results(self, request: HttpRequest) -> None:
        """Read a page, and dress its rows in two queries."""
        super().get_results(request)
        products: list[Product] = list(self.result_list)
        rows = rows_of(products, *settings_of(request))
        for product in products:
            product.__dict__["row"] = rows[product.pk]
        self.result_list = products


def settings_of(request: HttpRequest) -> tuple[Configuration, JetAccount]:
    """Return the configuration and the account that is switched on, read once a request."""
    found: tuple[Configuration, JetAccount] | None = getattr(request, "jb_settings", None)
    if found is None:
        config = configuration.current()
        found = config, configuration.account(config.mode)
        setattr(request, "jb_settings", found)  # noqa: B010 - a request has no such attribute to mypy
    return found


def rows_of(products: Sequence[Product], config: Configuration, account: JetAccount) -> dict[int, Row]:
    """Return the listing and the facts of each product by its id, in two queries."""
    ids = [product.pk for product in products]
    listings = {each.product_id: each for each in Listing.objects.filter(account=account, product_id__in=ids)}
    rows = {}
    for facts in _facts(ids, account):
        url = absolute(facts["image"] or "", config.image_base_url) if facts["image"] else ""
        rows[facts["pk"]] = Row(
            listing=listings.get(facts["pk"]),
            image_url=url if url.startswith(("http://", "https://")) else "",
            worst_problem=facts["problem"] or "",
            last_sent_at=facts["sent"],
            is_waiting=facts["waiting"],
        )
    return rows


def _facts(ids: Sequence[int], account: JetAccount) -> Iterable[Any]:
    images = ProductImage.objects.filter(product=OuterRef("pk")).order_by("-is_main", "position")
    places = (When(severity=severity, then=Value(place)) for place, severity in enumerate(Severity))
    worst_first = Case(*places, output_field=IntegerField())
    problems = Problem.objects.filter(product=OuterRef("pk")).order_by(worst_first, "pk")
    facets = ListingFacet.objects.filter(listing__product=OuterRef("pk"), listing__account=account)
    sent = facets.filter(sent_at__isnull=False).order_by("-sent_at")
    return (
        Product.objects.filter(pk__in=ids)
        .annotate(
            image=Subquery(images.values("path")[:1]),
            problem=Subquery(problems.values("message")[:1]),
            sent=Subquery(sent.values("sent_at")[:1]),
            waiting=Exists(facets.filter(wanted_at__isnull=False, blocked_at=None)),
        )
        .values("pk", "image", "problem", "sent", "waiting")
    )
