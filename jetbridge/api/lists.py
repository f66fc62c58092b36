"""Lists in pages that stay right while rows change: a cursor holds the last row's place, never a number of rows."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from ninja import Query, Schema
from pydantic import AfterValidator, AwareDatetime, Field

from jetbridge.api import problems

LIMIT, MOST = 100, 500
LONGEST = 400
# SQLite and PostgreSQL take keys up to here.
LAST_KEY = 2**63 - 1


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment that no calendar has") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Paging(Schema):
    """How much of a list, and from where on."""

    limit: int = Field(LIMIT, ge=1, le=MOST, description="Rows of a page.")
    cursor: str | None = Field(
        None, max_length=LONGEST, description="`next` of the page before; with the same other parameters."
    )


class Syncing(Paging):
    """The same, for what is followed."""

    changed_since: Moment | None = Field(
        None, description="Only what changed from then on, with a time zone; the longest unchanged first."
    )


PagingQuery = Annotated[Paging, Query()]


def page(
    rows: "QuerySet[Any]",
    asked: Paging,
    *,
    show: Callable[[Any], Mapping[str, Any]],
    changed: str = "",
    prepare: Callable[[list[Any]], None] = lambda found: None,
) -> dict[str, Any]:
    """
    Return a page of rows and the cursor of the next: newest first, or those that changed since, oldest change first.

    A row that changes in between moves to the end of what changed, and is met there; none is left out.

    :param changed: the column that says when a row last changed
    :param prepare: is given the rows of the page, to read along what they are shown with
    """
    since = getattr(asked, "changed_since", None)
    kind = rows.model._meta.label_lower
    last = _read(asked.cursor, kind, with_moment=since is not None) if asked.cursor else None
    if since is None:
        rows = rows.order_by("-pk")
        rows = rows if last is None else rows.filter(pk__lt=last[1])
    else:
        rows = rows.filter(**{f"{changed}__gte": since}).order_by(changed, "pk")
        if last is not None:
            behind = Q(**{f"{changed}__gt": last[0]}) | Q(**{changed: last[0], "pk__gt": last[1]})
            # The first condition alone lets the index lead.
            rows = rows.filter(behind, **{f"{changed}__gte": last[0]})
    found = list(rows[: asked.limit + 1])
    shown = found[: asked.limit]
    prepare(shown)
    more = len(found) > asked.limit
    moment = getattr(shown[-1], changed) if more and since is not None else None
    return {
        "items": [show(row) for row in shown],
        "next": _written(kind, moment, shown[-1].pk) if more else None,
    }


def of_names(names: list[str], asked: Paging) -> tuple[list[str], str | None]:
    """Return one page of things known by name, in order, and the cursor of the next."""
    last = _read(asked.cursor, "names", with_moment=False, is_name=True)[1] if asked.cursor else ""
    left = [name for name in sorted(names) if name > last]
    shown = left[: asked.limit]
    return shown, _written("names", None, shown[-1]) if len(left) > len(shown) else None


def _written(kind: str, moment: datetime | None, key: Any) -> str:
    words = json.dumps([kind, moment.isoformat() if moment else None, key], separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _read(cursor: str, kind: str, *, with_moment: bool, is_name: bool = False) -> tuple[datetime, Any]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, moment, key = json.loads(text)
        sound = name == kind and (moment is not None) == with_moment
        sound = sound and (isinstance(key, str) if is_name else type(key) is int and 0 < key <= LAST_KEY)
        at = datetime.fromisoformat(moment) if moment else datetime.max.replace(tzinfo=UTC)
        if not sound or at.tzinfo is None:
            raise ValueError(cursor)
        return at, key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise problems.invalid("cursor", "This is no cursor of this list.", "cursor") from None
