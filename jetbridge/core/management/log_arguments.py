"""What commands that read the logs have in common: whose, since when, how many."""

from datetime import date, datetime, time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from jetbridge.core.management import lookups

LIMIT = 50


def add_filters(parser: CommandParser) -> None:
    """Take a person, a span of days and how many rows."""
    parser.add_argument("--person", default="", metavar="NAME", help="what this person did")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="as in 2026-01-31")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="this day along")
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"the newest N; {LIMIT} if left out"
    )


def filtered(
    rows: "QuerySet[Any]", options: dict[str, Any], *, at: str = "at", user: str = "user"
) -> "QuerySet[Any]":
    """
    Return the rows that the options leave; at and user name the columns.

    :raises CommandError: there is no such person, or the limit is none
    """
    if options["limit"] < 1:
        raise CommandError("--limit takes 1 or more.", returncode=2)
    if options["person"]:
        rows = rows.filter(**{user: lookups.person(options["person"])})
    if options["since"]:
        rows = rows.filter(**{f"{at}__gte": _moment(options["since"], time.min)})
    if options["until"]:
        rows = rows.filter(**{f"{at}__lte": _moment(options["until"], time.max)})
    return rows


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
