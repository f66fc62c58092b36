"""Lets a request go the way of a page's form: its checks, its defaults, its words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.forms import BaseForm

from jetbridge.api.problems import ApiProblem, FieldFault
from jetbridge.core.management import form_data

Filled = TypeVar("Filled", bound=BaseForm)


def filled(
    make: Callable[[Any], Filled],
    values: Mapping[str, Any],
    *,
    names: Callable[[str], str] = lambda name: name,
) -> Filled:
    """
    Return the form as if a person had changed these fields of it and sent it.

    :param make: makes the form, blank of None
    :param names: what the request calls a field of the form
    :raises ApiProblem: the form refuses it; each field is named as the request calls it
    """
    blank = make(None)
    data = form_data.of([blank])
    for name, value in values.items():
        form_data.put(data, blank[name], _text(value))
    form = make(data)
    if not form.is_valid():
        raise refused(form, names)
    return form


def refused(form: BaseForm, names: Callable[[str], str] = lambda name: name) -> ApiProblem:
    """Return the problem of a form that refused what was sent."""
    faults = [
        FieldFault(
            "" if name == "__all__" else names(name), str(error.get("code") or "invalid"), error["message"]
        )
        for name, errors in form.errors.get_json_data().items()
        for error in errors
    ]
    return ApiProblem(422, "api.refused", " ".join(fault.message for fault in faults[:3]), faults)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
