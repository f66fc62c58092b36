"""Small checks of one value each; they answer with a complaint that completes "<field> ...", or None."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .wire import quoted

Check = Callable[[Any], str | None]
NOISE = Decimal("1e-9")  # 0.1 + 0.2 of a client's floats is 0.3
URL = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Separate a whole JSON number from everything else; 3.79E+14 is not one."""
    return isinstance(value, int) and not isinstance(value, bool)


def text(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return "must be text"
        if low <= len(value) <= high:
            return None
        return f"must be {low} to {high} characters long; it has {len(value)}"

    return check


def texts(count: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return "must be a list of texts"
        if len(value) > count:
            return f"may have at most {count} entries; it has {len(value)}"
        if any(len(each) > high for each in value):
            return f"may have at most {high} characters in each entry"
        return None

    return check


def whole(low: int, high: int | None = None) -> Check:
    def check(value: Any) -> str | None:
        if not is_whole(value):
            return "must be a whole number, not text, a fraction or in e-notation"
        if value < low or (high is not None and value > high):
            return f"must be {low} to {high}" if high is not None else f"must be {low} or more"
        return None

    return check


def number(*, above: float | None = None, decimals: int | None = 2, below: float = 10**9) -> Check:
    def check(value: Any) -> str | None:
        if not is_number(value):
            return "must be a number"
        if above is not None and value <= above:
            return f"must be more than {above:g}"
        if above is None and value < 0:
            return "must not be negative"
        if value >= below:
            return f"must be less than {below:g}"
        return _too_fine(value, decimals)

    return check


def _too_fine(value: float, decimals: int | None) -> str | None:
    if decimals is None or abs(round(Decimal(str(value)), decimals) - Decimal(str(value))) < NOISE:
        return None
    return f"may have at most {decimals} decimals"


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def url(value: Any) -> str | None:
    if isinstance(value, str) and len(value) <= 2000 and URL.fullmatch(value):
        return None
    return "must be a web address that begins with http:// or https://"


def squeezed(value: str) -> str:
    """Reduce a word to what comparisons look at: no blanks, no capitals."""
    return "".join(value.split()).lower()


def one_of(allowed: Collection[str]) -> Check:
    known = {squeezed(each) for each in allowed}
    listed = ", ".join(allowed) if len(allowed) <= 12 else "one of the documented values"

    def check(value: Any) -> str | None:
        if isinstance(value, str) and squeezed(value) in known:
            return None
        return f"must be {listed}" if len(allowed) > 12 else f"must be one of: {listed}"

    return check


def problems(body: dict[str, Any], fields: dict[str, Check], prefix: str = "") -> list[str]:
    """Check every field that is there; null counts as absent."""
    found = []
    for name, check in fields.items():
        value = body.get(name)
        complaint = check(value) if value is not None else None
        if complaint:
            found.append(f"{prefix}{name} {complaint}.")
    return found


def pattern(text: str) -> re.Pattern[str]:
    """
    Read a regular expression that compares without capitals.

    :raises ValueError: it is none
    """
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as problem:
        where = f" (character {problem.pos + 1})" if problem.pos is not None else ""
        raise ValueError(f"is not a regular expression{where}") from None
    except (OverflowError, RecursionError):
        raise ValueError("is too large a regular expression") from None


def moment(value: object) -> datetime:
    """
    Read a moment of ISO-8601; one without an offset is UTC.

    :raises ValueError: it is none
    """
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{quoted(value)} is not an ISO-8601 date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
