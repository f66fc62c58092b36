"""Reads single values of a Magento store's answers; pure functions that know no document."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from jetapi.http.errors import unreadable

Row = Mapping[str, Any]
TIME = "%Y-%m-%d %H:%M:%S"
# How orders are paid that the companion module reserves.
MODULE_PAYMENT = "payjetcom"


def number_in(text: str) -> int | None:
    """Return the number that a text is in ASCII digits, as many as a key may have; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def whole(value: Any) -> int:
    """
    Read a number that is whole; some come as text.

    :raises Unreadable: it is none
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and (number := number_in(value)) is not None:
        return number
    raise unreadable(f"{value!r} is no whole number")


def text(row: Row, name: str) -> str:
    """
    Read a text that must be there.

    :raises Unreadable: it is not
    """
    value = row.get(name)
    if isinstance(value, str) and value:
        return value
    raise unreadable(f"no {name}")


def amount(row: Row, name: str) -> Decimal:
    """
    Read an amount that must be there.

    :raises Unreadable: it is not
    """
    found = amount_or_none(row, name)
    if found is None:
        raise unreadable(f"no {name}")
    return found


def amount_or_none(row: Row, name: str) -> Decimal | None:
    value = row.get(name)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def amount_or_zero(row: Row, name: str) -> Decimal:
    """Read an amount that is left out where there is none yet."""
    return amount_or_none(row, name) or Decimal(0)


def as_object(value: Any) -> Row:
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_objects(value: Any) -> list[Row]:
    return [each for each in as_list(value) if isinstance(each, Mapping)]


def day(value: Any) -> date | None:
    """Read the day of a moment, as the store's own calendar has it; none is None, and so is what is unreadable."""
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """Read a moment; none is None, and so is one that is unreadable, which must not hide what it belongs to."""
    try:
        return datetime.strptime(str(value), TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
