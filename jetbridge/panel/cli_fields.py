"""Marks what a form's fields are called on the command line, so that its page can show the form as a command line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class Place:
    """Where a row's option puts what it says: a field, the row's name, and the part of it that the field takes."""

    field: str
    row: str
    part: str = ""
    only_if: str = ""


def say(field: forms.Field, option: str, **how: str) -> None:
    """
    Mark one field with its option.

    :param how: before: what stands before the value, as in SKU=; skip: a value that says nothing;
        row and key: several fields make one option, as in --line "SKU;units=1"; only_if: the name of a
        checkbox without which the row is left out
    """
    names = {f"data-jb-{name.replace('_', '-')}": value for name, value in how.items()}
    field.widget.attrs.update({"data-jb-option": option, **names})


def say_all(form: forms.Form, options: Mapping[str, str], **how: Any) -> None:
    """Mark a form's fields by their names."""
    for name, option in options.items():
        if name in form.fields:
            say(form.fields[name], option, **how)


def places(form: forms.Form, option: str) -> Iterator[Place]:
    """Give the fields of all rows that an option fills in, as they were marked."""
    for name, field in form.fields.items():
        how = field.widget.attrs
        if how.get("data-jb-option") != option:
            continue
        if "data-jb-before" in how:
            yield Place(name, how["data-jb-before"].removesuffix("="))
        elif "data-jb-row" in how:
            yield Place(name, how["data-jb-row"], how["data-jb-key"], how.get("data-jb-only-if", ""))
