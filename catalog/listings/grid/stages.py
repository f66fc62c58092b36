"""The way of a product to its buyers as filters and counts: mapped, valid, sent, under review, live, sold out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.listings.grid import leads
from catalog.listings.models import Listing
from catalog.products.models import Product, ProductCategory, StoreCategory
from jetbridge.core.counts import count_all
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from jetbridge.panel.paginator import CAP, CappedCount, capped

Products = QuerySet[Product]
Filter = Callable[[Products, str, JetAccount], Products]
Status = Listing.Status
# Every status that says: Jet has it.
AT_JET = tuple(status for status in Status if status != Status.NOT_UPLOADED)

STAGES = {
    "mapped": "Mapped",
    "valid": "Valid",
    "sent": "Sent",
    "review": "Under review",
    "live": "Live",
    "sold_out": "Sold out",
}
HELP = {
    "mapped": "Products whose store category leads to a Jet category",
    "valid": "Products that Jet would take as they are",
    "sent": "Products that Jet has",
    "review": "Products that Jet checks now, which takes 1 to 2 weeks; without stock it does not begin",
    "live": "Products that buyers can order",
    "sold_out": "Products that are live with nothing left to sell",
}


@dataclass(frozen=True)
class Stage:
    """One step of the funnel with the number of products that reached it, their groups counted apart."""

    key: str
    label: str
    help: str
    count: int
    groups: int

    @property
    def shown(self) -> str:
        """The number as people read it; beyond the cap with a plus."""
        return str(self.count) if isinstance(self.count, CappedCount) else f"{self.count:,}"

    @property
    def apart(self) -> str:
        """The groups that reached the step too, in words; nothing where none did."""
        return f"and {counted(self.groups, 'group')}" if self.groups else ""


def funnel(account: JetAccount) -> list[Stage]:
    """Count the products at each step, each up to the cap, and their groups apart, in three queries at most."""
    mapped = mapped_categories()
    linked = ProductCategory.objects.filter(category_id__in=mapped, product__listed_in=None)
    # From the links' index: one product stands in several categories, and is counted once.
    found: list[QuerySet[Any]] = [linked.values("product_id").distinct()]
    found += [rows for key in STAGES if (rows := leads.by_stage(key, account)) is not None]
    found.append(Product.objects.filter(listed_in__in=mapped).values("pk"))
    counts = count_all(found, account, CAP)
    groups = _groups(found, counts, account)
    for each in (counts, groups):
        each[0] += each.pop()
    return [
        Stage(key, label, HELP[key], capped(count - apart, CAP), apart)
        for (key, label), count, apart in zip(STAGES.items(), counts, groups, strict=True)
    ]


def _groups(found: Sequence[QuerySet[Any]], counts: Sequence[int], account: JetAccount) -> list[int]:
    """Count the groups within what was counted; beyond the cap no number is said, so none is looked at."""
    within = {
        place: rows.filter(
            **{"kind" if rows.model is Product else "product__kind": Product.Kind.CONFIGURABLE}
        )
        for place, (rows, count) in enumerate(zip(found, counts, strict=True))
        if 0 < count <= CAP
    }
    groups = dict(zip(within, count_all(list(within.values()), account, CAP), strict=True))
    return [groups.get(place, 0) for place in range(len(found))]


def mapped_categories() -> list[int]:
    """Return the store categories that lead to a Jet category, by their own mapping or one above them; one query."""
    mapped: set[str] = set()
    found = []
    # Parents stand before what is below them.
    for pk, path, mapping in StoreCategory.objects.order_by("path").values_list("pk", "path", "mapping"):
        if mapping or path[: -StoreCategory.steplen] in mapped:
            mapped.add(path)
            found.append(pk)
    return found


def stage(products: Products, value: str, account: JetAccount) -> Products:
    """Keep the products that reached a step of the funnel."""
    listed = Listing.objects.filter(product=OuterRef("pk"), account=account)
    at_jet: Mapping[str, QuerySet[Listing]] = {
        "sent": listed.filter(status__in=AT_JET),
        "review": listed.filter(status=Status.UNDER_REVIEW),
        "live": listed.filter(status=Status.AVAILABLE),
        "sold_out": listed.filter(status=Status.AVAILABLE, live_quantity__lte=0),
    }
    if value in at_jet:
        return products.filter(Exists(at_jet[value]))
    if value == "valid":
        return products.filter(
            validation__blocks=0, validation__stale_since=None, validation__checked_at__isnull=False
        )
    return by_mapped(products, "yes", account) if value == "mapped" else products.none()


def by_mapped(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products that have a Jet category, or those that have none; a chosen category counts alone."""
    ids = mapped_categories()
    linked = Exists(ProductCategory.objects.filter(product=OuterRef("pk"), category_id__in=ids))
    mapped = Q(listed_in__in=ids) | Q(linked, listed_in=None)
    return products.filter(mapped if value == "yes" else ~mapped)


def by_demo(products: Products, value: str, account: JetAccount) -> Products:
    """Keep demo products, or the merchant's own."""
    return products.filter(is_demo=value == "yes")


def by_lowest_price(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products that cost at least this much in the store."""
    price = amount(value)
    return products.none() if price is None else products.filter(price__gte=price)


def by_highest_price(products: Products, value: str, account: JetAccount) -> Products:
    """Keep products that cost at most this much in the store."""
    price = amount(value)
    return products.none() if price is None else products.filter(price__lte=price)


def amount(text: str) -> Decimal | None:
    """Read an amount as people type it; nothing where it is none."""
    try:
        found = Decimal(text.strip().lstrip("$").replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


FILTERS: dict[str, Filter] = {
    "stage": stage,
    "mapped": by_mapped,
    "demo": by_demo,
    "price_from": by_lowest_price,
    "price_to": by_highest_price,
}
