"""Counting that stops: a number within a larger query, read no further than it is worth."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Subquery, When
from django.db.models.expressions import BaseExpression
from django.db.models.lookups import LessThanOrEqual

from jetbridge.core.models import JetAccount


class CountUpTo(Subquery):
    """
    How many rows a query finds, counted no further than one beyond the most that matters.

    Give it a query without an order, or with one that an index follows.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any], most: int) -> None:
        counted = rows[: most + 1]
        super().__init__(counted if rows.query.values_select else counted.values("pk"))


def ask(expressions: Mapping[str, BaseExpression], account: JetAccount) -> dict[str, Any]:
    """Return the values of expressions that stand for themselves, in one query on the account's row."""
    if not expressions:
        return {}
    return dict(JetAccount.objects.filter(pk=account.pk).values(**expressions).get())


def count_all(querysets: Sequence[QuerySet[Any]], account: JetAccount, most: int) -> list[int]:
    """Count several queries in one round trip, none further than one beyond the most that matters."""
    found = ask({f"count_{place}": CountUpTo(rows, most) for place, rows in enumerate(querysets)}, account)
    return [found[f"count_{place}"] or 0 for place in range(len(querysets))]


def count_parts(
    pairs: Sequence[tuple[QuerySet[Any], QuerySet[Any]]], account: JetAccount, most: int
) -> tuple[list[int], list[int]]:
    """
    Count several queries and a part of each in one round trip, none further than one beyond the most that matters.

    Of what has more rows than that no part is counted: its number is 0.
    """
    asked: dict[str, BaseExpression] = {}
    for place, (rows, part) in enumerate(pairs):
        whole = CountUpTo(rows, most)
        asked[f"count_{place}"] = whole
        is_whole = When(LessThanOrEqual(whole, most), then=CountUpTo(part, most))
        asked[f"part_{place}"] = Case(is_whole, default=0, output_field=IntegerField())
    found = ask(asked, account)
    places = range(len(pairs))
    return [found[f"count_{each}"] or 0 for each in places], [found[f"part_{each}"] or 0 for each in places]
