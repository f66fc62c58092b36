"""Rows of a form as a command line names them: `--ship SKU=N`, or `--line "SKU;units=1;principal=2.00"`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.management.base import CommandError
from django.core.validators import MaxValueValidator
from django.forms import IntegerField

from jetbridge.core.management.faults import Usage
from jetbridge.panel import cli_fields
from jetbridge.panel.cli_fields import Place

# What a row is called, and what is said of its parts; the part of an option with one value has no name.
Named = dict[str, dict[str, str]]
Aliases = Mapping[str, Sequence[str]]
ONE = ""


def read(flag: str, metavar: str, texts: Sequence[str]) -> Named:
    """
    Return what is said of which row.

    :raises Usage: it is not written as the option is, or a row is named twice
    """
    found: Named = {}
    for text in texts:
        key, values = _parts(flag, text) if ";" in metavar else _one(metavar, text)
        if key in found:
            raise Usage(f"{flag} names {key} twice; say all of it in one.")
        found[key] = values
    return found


def placed(form: Any, flag: str, named: Named, whose: str, aliases: Aliases) -> dict[str, str]:
    """
    Return the fields that named rows fill in; where any is named, those that are not are left out.

    :raises CommandError: a row that there is not, or that several are called by
    """
    rows = _rows(form, flag)
    found = {place.only_if: "no" for row in _all(rows) for place in row.values() if named and place.only_if}
    for key, values in named.items():
        meant = [row for name in aliases.get(key, [key]) for row in rows.get(name, ())] or rows.get(key, [])
        if not meant:
            raise CommandError(f"{whose} has no item {key}.")
        if ONE in values and isinstance(form.fields[meant[0][ONE].field], IntegerField):
            found |= _shared(form, meant, int(values[ONE]))
            continue
        if len(meant) > 1:
            raise CommandError(
                f"{key} stands on several lines, so it does not say which; use the form in the panel."
            )
        (row,) = meant
        if strange := sorted(values.keys() - row.keys()):
            raise Usage(f"{flag} takes {', '.join(row)}; not {', '.join(strange)}.")
        if any(place.field in found for place in row.values()):
            raise Usage(f"{flag} names {key} twice, by two names; say all of it in one.")
        for part, place in row.items():
            found[place.field] = values.get(part, "")
            found |= {place.only_if: "yes"} if place.only_if else {}
    return found


def refuse_beside(name: str, options: Mapping[str, Any], *others: str) -> None:
    """
    Let rows say everything of themselves.

    :raises Usage: one of the other options stands beside them, which would go unheard
    """
    if options[name] and (beside := [f"--{other}" for other in others if options[other]]):
        raise Usage(f"--{name} says all of a {name} itself; leave {' and '.join(beside)} away.")


def leave_limits(form: Any, flags: Iterable[str]) -> None:
    """Leave it to the service to say that a row asks for too much: it names the row and why."""
    for place in (place for flag in flags for place in cli_fields.places(form, flag)):
        field = form.fields[place.field]
        field.validators = [each for each in field.validators if not isinstance(each, MaxValueValidator)]


def _rows(form: Any, flag: str) -> dict[str, list[dict[str, Place]]]:
    """Return the places of each row by its name; rows of one name one after the other."""
    rows: dict[str, list[dict[str, Place]]] = {}
    for place in cli_fields.places(form, flag):
        of_name = rows.setdefault(place.row, [])
        if not of_name or place.part in of_name[-1]:
            of_name.append({})
        of_name[-1][place.part] = place
    return rows


def _all(rows: Mapping[str, list[dict[str, Place]]]) -> Iterable[dict[str, Place]]:
    return (row for of_name in rows.values() for row in of_name)


def _shared(form: Any, rows: Sequence[dict[str, Place]], count: int) -> dict[str, str]:
    """Share a number over the rows of one name, in their order; what is too much stays with the last."""
    found = {}
    for number, row in enumerate(rows, 1):
        name = row[ONE].field
        most = getattr(form.fields[name], "max_value", None)
        share = count if number == len(rows) or most is None else min(count, most)
        found[name] = str(share)
        count -= share
    return found


def _one(metavar: str, text: str) -> tuple[str, dict[str, str]]:
    key, _, value = text.rpartition("=")
    is_number = value.isascii() and value.isdecimal()
    if not key.strip() or not (is_number or not metavar.endswith("=N")):
        raise Usage(f"{text!r} is not {metavar}.")
    return key.strip(), {ONE: value}


def _parts(flag: str, text: str) -> tuple[str, dict[str, str]]:
    key, *pairs = text.split(";")
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Usage(f"{flag} takes NAME=VALUE, not {pair!r}.")
        values[name.strip()] = value.strip()
    return key.strip(), values
