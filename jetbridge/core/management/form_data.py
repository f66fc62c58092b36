"""What a page's form would post when nobody touched it: a command changes some of it and goes the page's way."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, SelectMultiple
from django.forms.widgets import CheckboxSelectMultiple, MultipleHiddenInput
from django.utils.datastructures import MultiValueDict

Posted = MultiValueDict[str, Any]
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0", "")
MANY = (CheckboxSelectMultiple, MultipleHiddenInput, SelectMultiple)


class NotAFlag(ValueError):
    """A switch was given something else than yes or no."""


def of(forms: Iterable[BaseForm]) -> Posted:
    """Return what these forms would post as they were rendered."""
    found: Posted = MultiValueDict()
    for form in forms:
        for field in form:
            values = _values(field)
            if values:
                found.setlist(field.html_name, values)
    return found


def put(posted: Posted, field: BoundField, text: str) -> None:
    """
    Let a field say something else: yes or no for a switch, comma-separated words where several may be chosen.

    :raises NotAFlag: neither yes nor no
    """
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        if text.lower() not in (*YES, *NO):
            raise NotAFlag(f"{field.name} takes yes or no, not {text!r}.")
        values = ["on"] if text.lower() in YES else []
    elif isinstance(widget, MANY):
        values = [word.strip() for word in text.split(",") if word.strip()]
    else:
        values = [text]
    posted.setlist(field.html_name, values) if values else posted.pop(field.html_name, None)


def rows(formset: Any, *, added: Iterable[Mapping[str, str]], removed: Iterable[Any]) -> Posted:
    """
    Return what a table of rows would post with these rows more, and without those that are removed.

    :param removed: instances of the table
    """
    kept = formset.initial_forms
    found = of(kept)
    gone = {each.pk for each in removed}
    for form in kept:
        if form.instance.pk in gone:
            found[f"{form.prefix}-DELETE"] = "on"
    fresh = list(added)
    for number, row in enumerate(fresh, len(kept)):
        form = formset.empty_form
        form.prefix = f"{formset.prefix}-{number}"
        found.update(of([form]))
        for name, text in row.items():
            put(found, form[name], text)
    for name, value in (("TOTAL_FORMS", len(kept) + len(fresh)), ("INITIAL_FORMS", len(kept))):
        found[f"{formset.prefix}-{name}"] = str(value)
    return found


def _values(field: BoundField) -> list[Any]:
    value = field.value()
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return ["on"] if value else []
    if isinstance(widget, MANY):
        return [str(each) for each in value or ()]
    return ["" if value is None else str(value)]
