"""Groups of products: a configurable product is the name of what is sold, and is counted apart from it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When

from catalog.products.models import Product, Variation
from jetbridge.mass_actions.groups import GROUP, MEMBER

# As many groups, and SKUs of each, as a plan lists.
LISTED, MEMBERS_LISTED = 50, 60


@dataclass(frozen=True)
class Listed:
    """A group of a plan with the products of it that were chosen too."""

    pk: int
    sku: str
    name: str
    skus: tuple[str, ...]
    count: int


def keys() -> "QuerySet[Any]":
    """Return the keys of all groups."""
    return Product.objects.filter(kind=Product.Kind.CONFIGURABLE).order_by().values("pk")


def role() -> Case:
    """Say of a product whether it is a group, a member of one, or neither."""
    links = Variation.objects.filter(child=OuterRef("pk"))
    return Case(
        When(kind=Product.Kind.CONFIGURABLE, then=Value(GROUP)),
        When(Exists(links), then=Value(MEMBER)),
        default=Value(""),
        output_field=CharField(),
    )


def listed(chosen: "QuerySet[Product]") -> list[Listed]:
    """Return the first groups among products, each with those of its members that are among them too."""
    groups = list(
        chosen.filter(kind=Product.Kind.CONFIGURABLE).order_by("sku").only("pk", "sku", "name")[:LISTED]
    )
    links = Variation.objects.filter(parent__in=groups, child__in=chosen.order_by().values("pk"))
    found: dict[int, list[str]] = defaultdict(list)
    for parent_id, sku in links.order_by("parent", "position", "pk").values_list("parent_id", "child__sku"):
        found[parent_id].append(sku)
    return [
        Listed(each.pk, each.sku, each.name, tuple(found[each.pk][:MEMBERS_LISTED]), len(found[each.pk]))
        for each in groups
    ]
