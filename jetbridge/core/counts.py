"""Counting that stops: a number within a larger query, read no further than it is worth."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.db.models.expressions import BaseExpression

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
