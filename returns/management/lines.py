"""Reads what a form's lines say on the command line: SKU;units_refunded=1;principal=12.00."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import DecimalValidator

from jetbridge.core.management.faults import Usage
from returns.forms.completions import PART_LABELS
from returns.models.amounts import Amounts

UNITS = ("units_returned", "units_refunded", "units_restocked")
WORDS = ("reason", "feedback", "notes")
NAMES = (*UNITS, *PART_LABELS, *WORDS)

# As the forms take amounts.
FITS = DecimalValidator(max_digits=12, decimal_places=2)

Line = dict[str, str]


def add_lines(parser: CommandParser, key: str) -> None:
    """Take lines that say all that the form says."""
    parser.add_argument(
        "--line", action="append", default=[], metavar=f"{key};NAME=VALUE;...",
        help=f"one line as the form has it: {', '.join(NAMES)}",
    )  # fmt: skip


def read(texts: Sequence[str]) -> dict[str, Line]:
    """
    Return the lines by what they are called.

    :raises CommandError: a name that there is not, or a line that is said twice
    """
    found: dict[str, Line] = {}
    for text in texts:
        key, *parts = text.split(";")
        if key.strip() in found:
            raise Usage(f"--line names {key.strip()} twice; say all of it in one.")
        line = found.setdefault(key.strip(), {})
        for part in parts:
            name, equals, value = part.partition("=")
            if not equals or name.strip() not in NAMES:
                raise Usage(f"--line takes {', '.join(NAMES)}; not {part!r}.")
            line[name.strip()] = value.strip()
    return found


def check_alone(options: Mapping[str, Any], *names: str) -> None:
    """
    Let lines say everything themselves.

    :raises CommandError: one of these options stands beside them, which would go unheard
    """
    if options["line"] and (beside := [f"--{name}" for name in names if options[name]]):
        raise Usage(f"--line says all of a line itself; leave {' and '.join(beside)} away.")


def check_single(names: Iterable[str], used: Iterable[str]) -> None:
    """
    Let a SKU say which line is meant.

    :raises CommandError: one that is used stands on several lines
    """
    counts = Counter(names)
    if several := sorted(name for name in set(used) if counts[name] > 1):
        raise CommandError(
            f"{', '.join(several)} stands on several lines, so it does not say which; use the form in the panel."
        )


def units(line: Line, name: str) -> int:
    """
    Return how many.

    :raises CommandError: no whole number
    """
    text = line.get(name, "") or "0"
    if not text.isdecimal():
        raise Usage(f"{name} takes a whole number, not {text!r}.")
    return int(text)


def amounts(line: Line) -> Amounts:
    """
    Return the amounts; what is not named is 0.

    :raises CommandError: no amount
    """
    return Amounts(**{name: _amount(line.get(name, "") or "0") for name in PART_LABELS})


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise Usage(f"{text!r} is no amount.")
    try:
        FITS(found)
    except ValidationError as error:
        raise Usage(f"{text!r} is no amount: {' '.join(error.messages)}") from error
    return found


def words(line: Line) -> dict[str, Any]:
    """Return what is said beside the numbers."""
    return {name: line.get(name, "") for name in WORDS}
