"""What a row of the products grid shows beside the product itself, and the cells that can be edited there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
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
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.listings.models import Listing, ListingFacet
from catalog.products.image_urls import absolute
from catalog.products.models import Product, ProductImage, Variation
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.outbox.models import PENDING

Severity = ValidationResult.Severity
# What a row does not show and what makes rows heavy.
HEAVY = ("description", "short_description", "attributes", "jet_fields", "variation_codes")
PLAIN = '<span class="jb-num">{0}</span>'
EDIT = (
    '<button type="button" class="jb-edit" hx-get="{3}" hx-target="closest td" '
    'aria-label="{0}, edit {2} of {1}">{0}</button>'
)


@dataclass(frozen=True)
class Row:
    """What a row shows beside the product itself."""

    listing: Listing | None
    image_url: str
    worst_problem: str
    last_sent_at: datetime | None
    is_waiting: bool
    is_stopped: bool
    may_edit: bool
    # The product's page.
    url: str = ""
    # Of a group: its children, and how many of them Jet sells.
    children: int = 0
    live: int = 0


def dressed(products: QuerySet[Product], account: JetAccount) -> QuerySet[Any]:
    """Give the products of a page their listing and the facts of their rows, and leave out the long texts."""
    images = ProductImage.objects.filter(product=OuterRef("pk")).order_by("-is_main", "position")
    places = (When(severity=severity, then=Value(place)) for place, severity in enumerate(Severity))
    worst_first = Case(*places, output_field=IntegerField())
    problems = Problem.objects.filter(product=OuterRef("pk")).order_by(worst_first, "pk")
    facets = ListingFacet.objects.filter(listing__product=OuterRef("pk"), listing__account=account)
    sent = facets.filter(sent_at__isnull=False).order_by("-sent_at")
    family = Variation.objects.filter(parent=OuterRef("pk"))
    return (
        products.annotate(
            here=FilteredRelation("listings", condition=Q(listings__account=account)),
            row_image=Subquery(images.values("path")[:1]),
            row_problem=Subquery(problems.values("message")[:1]),
            row_sent=Subquery(sent.values("sent_at")[:1]),
            row_stopped=Exists(facets.filter(blocked_at__isnull=False)),
            row_waiting=Exists(facets.filter(PENDING)),
            row_children=_counted(family),
            row_live=_counted(
                family.filter(
                    child__listings__account=account, child__listings__status=Listing.Status.AVAILABLE
                )
            ),
        )
        .select_related("validation", "here")  # type: ignore[misc]  # the stubs know no filtered relations
        .defer(*HEAVY)
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """Count the rows of one product."""
    counts = rows.order_by().values("parent").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts[:1]), 0)


def row_of(product: Any, config: Configuration, *, may_edit: bool, url: str = "") -> Row:
    """Return what a dressed product's row shows."""
    image = absolute(product.row_image or "", config.image_base_url) if product.row_image else ""
    return Row(
        listing=getattr(product, "here", None),
        image_url=image if image.startswith(("http://", "https://")) else "",
        worst_problem=product.row_problem or "",
        last_sent_at=product.row_sent,
        is_waiting=product.row_waiting,
        is_stopped=product.row_stopped,
        may_edit=may_edit,
        url=url,
        children=product.row_children,
        live=product.row_live,
    )


def value_cell(product: Product, row: Row, name: str) -> SafeString:
    """Return the store's price or quantity, Jet's where it differs; a button for those who may edit it here."""
    listing = row.listing
    live = None if listing is None else listing.live_price if name == "price" else listing.live_quantity
    ours = product.price if name == "price" else product.available if product.manage_stock else None
    written = "${:,.2f}" if name == "price" else "{:,}"
    shown = "not managed" if ours is None else written.format(ours)
    address = reverse("catalog:product_cell", args=[product.pk, name])
    cell = EDIT if row.may_edit and ours is not None else PLAIN
    text = format_html(cell, shown, product.sku, name, address)
    if live is None or live == ours:
        return text
    return format_html('{}<span class="jb-line jb-faint">Jet {}</span>', text, written.format(live))
