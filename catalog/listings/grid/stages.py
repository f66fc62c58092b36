"""The way of a product to its buyers as filters and counts, from what needs fixing to what is sold out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.listings.grid import leads
from catalog.products.models import Product, ProductCategory, StoreCategory
from jetbridge.core.counts import count_all
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from jetbridge.panel.paginator import CAP, CappedCount, capped

Products = QuerySet[Product]
Filter = Callable[[Products, str, JetAccount], Products]

HELP = {
    "fix": ("Needs fixing", "Products that Jet would refuse as they are"),
    "mapped": ("Mapped", "Products whose store category leads to a Jet category"),
    "valid": ("Ready", "Products that Jet would take as they are"),
    "sent": ("Sent", "Products that Jet has"),
    "review": (
        "Under review",
        "Products that Jet checks now, which takes 1 to 2 weeks; without stock it does not begin",
    ),
    "live": ("Live", "Products that buyers can order"),
    "sold_out": ("Sold out", "Products that are live with nothing left to sell"),
}
STAGES = {key: label for key, (label, _) in HELP.items()}
FUNNEL = tuple(STAGES)[1:]
# What the grid shows as tabs; the others have theirs while an address chooses them.
TABS = ("fix", "valid", "review", "live", "sold_out")


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


def tabs(chosen: str) -> dict[str, str]:
    """Return the grid's tabs in words, the chosen stage among them."""
    return {key: label for key, label in STAGES.items() if key in {*TABS, chosen}}


def counted_stages(account: JetAccount, keys: Sequence[str] = FUNNEL) -> list[Stage]:
    """Count the products at each step, each up to the cap, and their groups apart, in three queries at most."""
    queries = [(key, rows) for key in keys for rows in _rows(key, account)]
    found = [rows for _, rows in queries]
    counts = count_all(found, account, CAP)
    totals, groups = Counter[str](), Counter[str]()
    for (key, _), count, apart in zip(queries, counts, _groups(found, counts, account), strict=True):
        totals[key] += count
        groups[key] += apart
    return [Stage(key, *HELP[key], capped(totals[key] - groups[key], CAP), groups[key]) for key in keys]


def _rows(key: str, account: JetAccount) -> list[QuerySet[Any]]:
    """Return the rows that are counted for a step, from the indexes that hold them."""
    if (rows := leads.by_stage(key, account)) is not None:
        return [rows]
    mapped = mapped_categories()
    linked = ProductCategory.objects.filter(category_id__in=mapped, product__listed_in=None)
    # One product stands in several categories, and is counted once.
    return [linked.values("product_id").distinct(), Product.objects.filter(listed_in__in=mapped).values("pk")]


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
    if (rows := leads.by_stage(value, account)) is not None:
        return products.filter(Exists(rows.filter(product=OuterRef("pk"))))
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
