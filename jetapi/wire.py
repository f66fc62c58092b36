"""Jet's spelling on the wire: path segments, URL lists, dates and JSON text."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from jetapi.http.errors import InvalidCall

# A float keeps 15 digits exactly; an amount beyond that would change on its way.
EXACT_DIGITS = 15
# A segment as encoders leave it: what it may hold as it is, and the rest encoded, but never a letter or a digit.
IN_AN_ADDRESS = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*")
ENCODED_FOR_NOTHING = re.compile(r"%(?:2D|2E|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])")


def segment(value: str, *, name: str = "id") -> str:
    """
    Percent-encode one path segment (docs/jet-api.md, conventions).

    :raises InvalidCall: empty, a dot segment, or with a slash, which would address another resource
    """
    if not value or value in {".", ".."}:
        raise InvalidCall(f"{name} must not be {value!r}")
    if "/" in value or "\\" in value:
        raise InvalidCall(f"{name} {value!r} must not contain a slash: Jet cannot address it")
    return quote(value, safe="")


def last_segments(urls: Iterable[Any]) -> list[str]:
    """Take the ids out of a list of Jet's addresses, with or without a leading slash or a prefix."""
    return [str(url).rstrip("/").rsplit("/", 1)[-1] for url in urls]


def sku_of(url: str) -> str:
    """Take the SKU out of `merchant-skus/SKU`; decode it where it is properly encoded."""
    text = url.rsplit("merchant-skus/", 1)[-1]
    if not IN_AN_ADDRESS.fullmatch(text) or ENCODED_FOR_NOTHING.search(text):
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def jet_date(moment: datetime) -> str:
    """
    Word a moment as Jet takes it: seven fraction digits and an explicit offset.

    :raises InvalidCall: a moment without a time zone could mean two moments
    """
    if moment.tzinfo is None:
        raise InvalidCall(f"date {moment.isoformat()} has no time zone")
    offset = moment.strftime("%z")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0{offset[:3]}:{offset[3:5]}"


def read_date(value: Any) -> datetime | None:
    """Read any of Jet's date forms as aware UTC; no date is None, for one bad date must not hide an order."""
    if not isinstance(value, str):
        return value if isinstance(value, datetime) else None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def amount(value: Decimal | int, *, name: str) -> Decimal | int:
    """
    Check an amount of money to be sent.

    :raises InvalidCall: not a finite Decimal or int, or too long to travel as a JSON number
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise InvalidCall(f"{name} must be a Decimal, not {type(value).__name__}")
    if isinstance(value, Decimal) and (not value.is_finite() or len(value.as_tuple().digits) > EXACT_DIGITS):
        raise InvalidCall(f"{name} {value} is not an amount that Jet can take")
    return value


def to_json(value: Any) -> bytes:
    """
    Word a body as UTF-8 JSON; Decimals become plain numbers, moments Jet's dates.

    :raises InvalidCall: it holds something that JSON or Jet cannot hold
    """
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError) as error:
        raise InvalidCall(f"the body cannot be written as JSON: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        whole = amount(value, name="amount") == value.to_integral_value()
        return int(value) if whole else float(value)
    if isinstance(value, datetime):
        return jet_date(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
