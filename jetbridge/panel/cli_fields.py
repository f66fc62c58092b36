"""Marks what a form's fields are called on the command line, so that its page can say the form as a command."""

from collections.abc import Mapping
from typing import Any

from django import forms


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
