"""Magento's spelling on the wire: search criteria, messages with placeholders, times, bodies; what is hidden."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from jetapi.http.errors import InvalidCall
from jetapi.http.peers import Peer
from jetapi.http.redaction import SECRET_KEYS, Redaction
from jetbridge.store.magento.errors import error_of
from jetbridge.store.magento.values import TIME

# So many in one filter keep an address below the 8 kB at which web servers stop.
IN_ONE_FILTER, LONGEST_FILTER = 100, 5000


@dataclass(frozen=True, slots=True)
class Filter:
    """One comparison of a list; all of a list's must hold."""

    field: str
    value: str | int
    condition: str = "eq"


def criteria(
    filters: Sequence[Filter] = (),
    *,
    sort: str = "",
    down: bool = False,
    size: int = 0,
    page: int = 0,
    fields: str = "",
) -> str:
    """Word what a list asks for as a query; each filter is a group of its own, sorted upwards or down."""
    found: list[tuple[str, str | int]] = []
    for group, each in enumerate(filters):
        place = f"searchCriteria[filter_groups][{group}][filters][0]"
        found += [
            (f"{place}[field]", each.field),
            (f"{place}[value]", each.value),
            (f"{place}[condition_type]", each.condition),
        ]
    if sort:
        place = "searchCriteria[sortOrders][0]"
        found += [(f"{place}[field]", sort), (f"{place}[direction]", "DESC" if down else "ASC")]
    window = {"pageSize": size, "currentPage": page}
    found += [(f"searchCriteria[{name}]", value) for name, value in window.items() if value]
    if fields:
        found.append(("fields", fields))
    return urlencode(found) or "searchCriteria="


def one_of(field: str, values: Sequence[str]) -> Filter:
    return Filter(field, values[0]) if len(values) == 1 else Filter(field, ",".join(values), "in")


def filters_of(field: str, values: Iterable[str]) -> Iterator[Filter]:
    return (one_of(field, part) for part in parts(values))


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Divide values over filters that web servers take in one address; a comma would part a value in two."""
    part: list[str] = []
    length = 0
    for value in values:
        if "," in value:
            yield [value]
            continue
        length += len(quote(value)) + 3
        if part and (len(part) == IN_ONE_FILTER or length > LONGEST_FILTER):
            yield part
            part, length = [], len(quote(value)) + 3
        part.append(value)
    if part:
        yield part


def segment(value: str | int) -> str:
    """
    Percent-encode one part of a path, once.

    :raises InvalidCall: nothing, or what would lead elsewhere
    """
    text = str(value)
    if not text or text in {".", ".."}:
        raise InvalidCall(f"{text!r} is no part of an address")
    return quote(text, safe="")


def stamp(moment: datetime) -> str:
    """Word a moment as filters take it: UTC without a zone."""
    return moment.astimezone(UTC).strftime(TIME)


def messages(data: Any) -> list[str]:
    """Collect an answer's messages with their placeholders filled in: `%name` by name, `%1` by place."""
    if not isinstance(data, Mapping):
        return [data] if isinstance(data, str) else []
    errors = data.get("errors")
    inner = [text for each in errors for text in messages(each)] if isinstance(errors, list) else []
    text = data.get("message")
    return [*([_filled(text, data.get("parameters"))] if isinstance(text, str) else []), *inner]


def _filled(text: str, parameters: Any) -> str:
    if isinstance(parameters, Sequence) and not isinstance(parameters, str):
        parameters = {str(place): each for place, each in enumerate(parameters, start=1)}
    if not isinstance(parameters, Mapping):
        return text
    # The longest name first: %1 stands in %10, %field in %fieldName.
    for name in sorted(parameters, key=lambda each: -len(str(each))):
        text = text.replace(f"%{name}", str(parameters[name]))
    return text


def to_json(value: Any) -> bytes:
    """
    Word a body; amounts become numbers.

    :raises InvalidCall: it holds something that JSON cannot hold
    """
    try:
        return json.dumps(
            value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":")
        ).encode()
    except (TypeError, ValueError) as error:
        raise InvalidCall(f"the body cannot be written as JSON: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


BUYERS = """
email telephone firstname middlename lastname street postcode fax vat_id customer_email customer_firstname
customer_middlename customer_lastname customer_dob customer_taxvat remote_ip x_forwarded_for
"""
HIDDEN = Redaction(
    person_keys=frozenset({"billing_address", "address", "shipping_address", "addressinformation"}),
    personal_keys=frozenset(BUYERS.split()),
    secret_keys=SECRET_KEYS | {"protect_code"},
)
MAGENTO = Peer(name="the store", to_json=to_json, messages=messages, error_of=error_of, redaction=HIDDEN)
