"""A paginator that counts exactly up to a cap and never walks a million rows for a number."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

# Beyond this nobody pages by hand: a person filters, searches, or looks from the other end.
CAP = 10_000


class CappedCount(int):
    """More rows than were counted; still a number to the paginator, "10,000+" to a person."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


def capped_count(queryset: QuerySet[Any], cap: int = CAP) -> int:
    """Count a queryset's rows, reading at most one row more than the cap."""
    # Ordering and annotations cost and change nothing about the number, so the keys alone are counted.
    return capped(queryset.order_by().values("pk")[: cap + 1].count(), cap)


def capped(found: int, cap: int = CAP) -> int:
    """Return a count that was taken no further than one beyond the cap as people read it."""
    return found if found <= cap else CappedCount(cap)


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # Django knows no [] here at run time
    """Pages over the first 10,000 rows; what lies behind is reached by filters or from the end."""

    @cached_property
    def count(self) -> int:
        """Rows found, exact up to the cap."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        # A grid that also counts the whole list has asked for both at once.
        known: int | None = getattr(rows, "jb_count", None)
        return capped_count(rows) if known is None else known

    @property
    def is_capped(self) -> bool:
        """Return whether there are more rows than the pages reach."""
        return isinstance(self.count, CappedCount)
