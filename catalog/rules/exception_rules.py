"""Rules of shipping and return exceptions."""

from collections.abc import Iterator

from catalog.mapping.fields.vocabularies import RETURN_METHODS, SERVICE_LEVELS, SHIPPING_METHODS, squeezed
from catalog.rules.models import ReturnException, ShippingException
from catalog.rules.subjects import Found, Subject, blocks, several

_LEVELS = {squeezed(each) for each in SERVICE_LEVELS}
_METHODS = {squeezed(each) for each in SHIPPING_METHODS}
_RETURN_METHODS = {squeezed(each) for each in RETURN_METHODS}
LONGEST_LOCATION = 100
SHIPPING, RETURNS = "shipping_exceptions", "return_exception"


def shipping(subject: Subject) -> Iterator[Found]:
    """Each row names a level or a method, of Jet's words, and a charge with the way it is meant."""
    for number, row in enumerate(subject.shipping_exceptions, 1):
        for code, message in _shipping_faults(row):
            yield blocks(f"shipping.{code}", SHIPPING, f"Shipping exception {number}: {message}")


def _shipping_faults(row: ShippingException) -> Iterator[tuple[str, str]]:
    if bool(row.service_level) == bool(row.shipping_method):
        yield "level_or_method", "name either a service level or a shipping method."
    if row.service_level and squeezed(row.service_level) not in _LEVELS:
        yield "unknown_level", f"Jet does not know the service level {row.service_level!r}."
    if row.shipping_method and squeezed(row.shipping_method) not in _METHODS:
        yield "unknown_method", f"Jet does not know the shipping method {row.shipping_method!r}."
    if row.kind not in ShippingException.Kind.values:
        yield "unknown_type", f"Jet does not know the exception type {row.kind!r}."
    if bool(row.override_type) != (row.charge_amount is not None):
        yield "charge", "a charge needs its amount and how it is meant, both or neither."
    if row.charge_amount is not None and row.charge_amount < 0:
        yield "negative_charge", "the charge is below zero."


def returns(subject: Subject) -> Iterator[Found]:
    """Days within Jet's limits and the same in each row, methods of Jet's words."""
    rows = subject.return_exceptions
    for number, row in enumerate(rows, 1):
        for code, message in _return_faults(row):
            yield blocks(f"returns.{code}", RETURNS, f"Return exception {number}: {message}")
    days = sorted({row.time_to_return for row in rows if row.time_to_return is not None})
    if len(days) > 1:
        named = " and ".join(map(str, days))
        yield blocks(
            "returns.days_differ",
            RETURNS,
            f"Jet keeps one number of days for a product; its return exceptions name {named}.",
        )


def _return_faults(row: ReturnException) -> Iterator[tuple[str, str]]:
    days = row.time_to_return
    if days is not None and not 1 <= days <= 30:
        yield "time", f"the time to return must be 1 to 30 days; it is {days}."
    unknown = [each for each in row.return_shipping_methods if squeezed(str(each)) not in _RETURN_METHODS]
    if unknown:
        yield "unknown_method", f"Jet does not know the return method {several(unknown)}."
    if any(not isinstance(each, str) or len(each) > LONGEST_LOCATION for each in row.return_location_ids):
        yield "location", f"a return location is named by at most {LONGEST_LOCATION} characters."
    if days is None and not row.return_location_ids and not row.return_shipping_methods:
        yield "empty", "it says nothing: fill it in or delete it."
