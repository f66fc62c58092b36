"""What a Jet category asks for beside what the products of a store category have: how many hold each value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from catalog.mapping import selectors
from catalog.mapping.models import JetCategory
from catalog.mapping.selectors import NeededAttribute
from catalog.products.models import Product, ProductCategory

# Enough to see what is missing; counting in every product of a large branch would hold the page up.
COUNTED = 5_000


@dataclass(frozen=True)
class Asked:
    """One attribute of a Jet category: what feeds it, and how many of the counted products have a value."""

    needed: NeededAttribute
    codes: Sequence[str] = ()
    held: int | None = None
    of: int = 0

    @property
    def lacking(self) -> int:
        """How many of the counted products have none."""
        return self.of - (self.held or 0)


def asked_by(jet: JetCategory, *, path: str = "") -> list[Asked]:
    """
    Return what a Jet category asks for; with a store category's tree path, counted over its newest products.

    Three queries, and one more for the counts.
    """
    needed = selectors.attributes_of([jet]).get(jet.jet_id, [])
    mapped = selectors.by_jet_attribute(selectors.attribute_mappings().at(jet))
    codes = {
        each.attribute.pk: [row.attribute.code for row in mapped.get(each.attribute.pk, [])]
        for each in needed
    }
    if not path:
        return [Asked(each, codes[each.attribute.pk]) for each in needed]
    held, total = _held(codes, path)
    return [Asked(each, codes[each.attribute.pk], held.get(each.attribute.pk, 0), total) for each in needed]


def _held(codes: Mapping[int, Iterable[str]], path: str) -> tuple[dict[int, int], int]:
    places = ProductCategory.objects.filter(category__path__startswith=path)
    newest = places.order_by("-product_id").values("product_id").distinct()[:COUNTED]
    counts = {f"held_{pk}": Count("pk", filter=_any(each)) for pk, each in codes.items() if each}
    row = Product.objects.filter(pk__in=newest).aggregate(total=Count("pk"), **counts)
    total = row.pop("total")
    return {int(name.removeprefix("held_")): count for name, count in row.items()}, total


def _any(codes: Iterable[str]) -> Q:
    found = Q()
    for code in codes:
        found |= Q(attributes__has_key=code)
    return found
