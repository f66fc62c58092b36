"""The jet.com tab: one form field for each of Jet's fields, checked as Jet checks it, and back into jet_fields."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import CheckboxSelectMultiple

from catalog.mapping.fields.sources import resolve
from catalog.mapping.fields.table import FIELDS, JetField, Kind
from catalog.mapping.fields.vocabularies import MAP_RULES
from catalog.products.identifiers import OWN_FIELDS
from catalog.products.models import Product
from catalog.products.values import BadValue, is_empty
from jetbridge.core.models import Configuration
from jetbridge.panel.identifiers import IdentifierField

PREFIX = "jet__"
NONE = [("", "–")]  # noqa: RUF001 - an en dash is no value here


class Readable:
    """A validator: what Jet cannot read is refused in plain words, beside the field."""

    def __init__(self, field: JetField) -> None:
        self._field = field

    def __call__(self, value: Any) -> None:
        """
        Read a value as it would be read for Jet.

        :raises ValidationError: Jet would refuse it
        """
        try:
            read(self._field, value)
        except BadValue as error:
            raise ValidationError(f"{self._field.label} {error}.", code=error.code) from error


def read(field: JetField, value: Any) -> Any:
    """
    Return a typed value as Jet gets it, cleaned of markup and stray blanks.

    :raises BadValue: Jet would refuse it
    """
    own = Product(jet_fields={field.name: value})
    found = resolve(own, Configuration(field_mapping={}))[field.name]
    return field.read(found.value)


def fields_for(own: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Return a form field for each of Jet's, holding the product's own value where it has one."""
    found = {}
    for name, field in FIELDS.items():
        made = _field(field, own.get(name))
        if field.required:
            made.jet_mark = "Jet requires it"  # type: ignore[attr-defined]  # read by the field's template
        if field.high:
            made.widget.attrs["data-jb-limit"] = field.high
        if field.most:
            made.widget.attrs["data-jb-lines"] = field.most
        found[PREFIX + name] = made
    return found


def merged(former: Mapping[str, Any], cleaned: Mapping[str, Any], changed: Iterable[str]) -> dict[str, Any]:
    """Return the product's own values with the changed ones put in; emptied ones fall back to the mapping."""
    found = dict(former)
    for form_name in changed:
        name = form_name.removeprefix(PREFIX)
        value = stored(FIELDS[name], cleaned.get(form_name))
        if is_empty(value):
            found.pop(name, None)
        else:
            found[name] = value
    return found


def stored(field: JetField, value: Any) -> Any:
    """Return a typed value as the database keeps it."""
    if is_empty(value):
        return None
    if field.kind == Kind.YES_NO:
        return value == "yes"
    if field.kind == Kind.LIST:
        return [line.strip() for line in str(value).splitlines() if line.strip()]
    if field.kind in (Kind.CODE, Kind.CHOICE, Kind.CHOICES):
        return read(field, value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _field(field: JetField, own: Any) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "required": False,
        "help_text": field.limit[:1].upper() + field.limit[1:],
        "validators": [Readable(field)],
    }
    if field.kind == Kind.YES_NO:
        word = (
            {True: "yes", False: "no"}.get(own, str(own or "")) if isinstance(own, bool) else str(own or "")
        )
        return forms.ChoiceField(choices=[*NONE, ("yes", "Yes"), ("no", "No")], initial=word, **common)
    if field.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=[*NONE, *_words(field, own)], initial=own or "", **common)
    if field.kind == Kind.CHOICES:
        return forms.MultipleChoiceField(
            choices=_words(field, None), widget=CheckboxSelectMultiple, initial=own or [], **common
        )
    if field.kind == Kind.DATE:
        return forms.DateField(
            initial=str(own or "")[:10], widget=forms.DateInput(attrs={"type": "date"}), **common
        )
    if field.kind in (Kind.LIST, Kind.LONG_TEXT):
        rows = 5 if field.kind == Kind.LIST or (field.high or 0) > 500 else 3
        text = "\n".join(map(str, own)) if isinstance(own, list) else str(own or "")
        return forms.CharField(initial=text, widget=forms.Textarea(attrs={"rows": rows}), **common)
    mode = {"inputmode": "decimal"} if field.kind in (Kind.NUMBER, Kind.WHOLE) else {}
    made = IdentifierField if field.name in OWN_FIELDS else forms.CharField
    return made(
        initial="" if own is None else str(own),
        widget=forms.TextInput(attrs={"autocomplete": "off", **mode}),
        **common,
    )


def _words(field: JetField, own: Any) -> list[tuple[str, str]]:
    """Offer Jet's words, and an own value that is none of them, so that saving something else keeps it."""
    labels = MAP_RULES if field.name == "map_implementation" else {}
    found = [(word, f"{word}: {labels[word]}" if word in labels else word) for word in field.options]
    known = {word for word, _ in found}
    return [*found, (str(own), str(own))] if own and str(own) not in known else found
