"""What commands that read the logs have in common: whose, since when, how many."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q

from jetbridge.core import store_days
from jetbridge.core.management import lookups
from jetbridge.core.management.faults import Usage

LIMIT = 50


def add_filters(parser: CommandParser) -> None:
    """Take a person, a span of days and how many rows."""
    parser.add_argument("--person", default="", metavar="NAME", help="what this person did")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="as in 2026-01-31")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="this day along")
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"the newest N; {LIMIT} if left out"
    )


def narrowed(options: dict[str, Any], *, at: str = "at", user: str = "user", **equal: Any) -> Q:
    """
    Return which rows the options leave; at and user name the columns.

    :param equal: columns that must have these values, as far as one is given
    :raises CommandError: there is no such person, or the limit is none
    """
    if options["limit"] < 1:
        raise Usage("--limit takes 1 or more.")
    found = Q(**{column: value for column, value in equal.items() if value})
    if options["person"]:
        found &= Q(**{user: lookups.person(options["person"])})
    return found & store_days.within(at, options["since"], options["until"])
