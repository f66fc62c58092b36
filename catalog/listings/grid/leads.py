"""
Which rows lead to a filter's products in the order of the grid, so that no page walks a million rows.

A filter alone, in the grid's own order, needs not look at products: an index of another table holds their ids in
that order. Filters that are combined, or another order, ask the products.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from catalog.listings.models import Listing
from catalog.listings.models.listings import AT_JET, SOLD_OUT
from catalog.products.models import ProductCategory, StoreCategory
from catalog.rules.models import Problem, ValidationResult
from catalog.rules.models.validation import KNOWN
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import number_in

Rows = QuerySet[Any]
Lead = Callable[[str, JetAccount], Rows | None]
Status = Listing.Status


def lead(filters: Mapping[str, str], account: JetAccount) -> Rows | None:
    """Return product ids, newest first, that one filter alone keeps; nothing where the products are to be asked."""
    if len(filters) != 1:
        return None
    [(name, value)] = filters.items()
    found = LEADS[name](value, account) if name in LEADS else None
    return None if found is None else found.order_by("-product_id").values("product_id")


def by_status(value: str, account: JetAccount) -> Rows | None:
    """Listings in one of Jet's statuses; what Jet does not have has no row that says so."""
    if value == Status.NOT_UPLOADED or value not in Status.values:
        return None
    return Listing.objects.filter(account=account, status=value, product__isnull=False)


def by_stage(value: str, account: JetAccount) -> Rows | None:
    """Listings or results of a step of the funnel."""
    if value == "fix":
        return by_problems("blocks", account)
    if value == "valid":
        return ValidationResult.objects.filter(KNOWN, blocks=0)
    if value == "sent":
        return Listing.objects.filter(AT_JET, account=account)
    if value == "sold_out":
        return Listing.objects.filter(SOLD_OUT, account=account, status=Status.AVAILABLE)
    statuses = {"review": Status.UNDER_REVIEW, "live": Status.AVAILABLE}
    return by_status(statuses[value], account) if value in statuses else None


def by_problems(value: str, account: JetAccount) -> Rows | None:
    """Results of a severity, or the problems of one rule, which may break it in several fields."""
    if value == "unknown":
        return None
    if value in ValidationResult.Severity.values:
        return ValidationResult.objects.filter(worst=value)
    return Problem.objects.filter(code=value).distinct()


def by_category(value: str, account: JetAccount) -> Rows | None:
    """The products of a category that has none below it."""
    pk = number_in(value)
    if pk is None or StoreCategory.objects.filter(pk=pk).exclude(numchild=0).exists():
        return None
    return ProductCategory.objects.filter(category=pk)


LEADS: dict[str, Lead] = {
    "status": by_status,
    "stage": by_stage,
    "problems": by_problems,
    "category": by_category,
}
