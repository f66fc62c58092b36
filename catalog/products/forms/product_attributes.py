"""The store's attributes on the product page: one field a code, as its kind asks, and back into one JSON column."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import CheckboxSelectMultiple

from catalog.products.identifiers import is_identifier
from catalog.products.models import Attribute
from catalog.products.values import NO, YES, is_empty
from jetbridge.core import configuration
from jetbridge.panel.identifiers import IdentifierField

PREFIX = "attr__"
# A longer text is written in an area, not in a line.
LINE = 80
Kind = Attribute.Kind


def fields_for(attributes: Iterable[Attribute], values: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Return a field for every attribute, and a text for values whose attribute nobody described."""
    found, mapping = {each.code: each for each in attributes}, configuration.current().field_mapping
    unknown = [Attribute(code=code, label=code) for code in values if code not in found]
    return {
        PREFIX + each.code: _field(each, values.get(each.code), is_code=is_identifier(each.code, mapping))
        for each in [*found.values(), *unknown]
    }


def merged(former: Mapping[str, Any], cleaned: Mapping[str, Any], changed: Iterable[str]) -> dict[str, Any]:
    """Return the product's attributes with the changed ones put in; emptied ones are left out."""
    found = dict(former)
    for name in changed:
        code = name.removeprefix(PREFIX)
        value = stored(cleaned.get(name))
        if is_empty(value):
            found.pop(code, None)
        else:
            found[code] = value
    return found


def stored(value: Any) -> Any:
    """Return a value as imports write it: one option is a text, several are a list."""
    if isinstance(value, list):
        return value[0] if len(value) == 1 else value
    return value


def _field(attribute: Attribute, value: Any, *, is_code: bool) -> forms.Field:
    label = attribute.label or attribute.code
    common: dict[str, Any] = {"label": label, "required": False, "help_text": attribute.code}
    kind = attribute.kind if attribute.pk else Kind.TEXT
    if kind == Kind.MULTISELECT or isinstance(value, list):
        chosen = value if isinstance(value, list) else [value] if value else []
        choices = _choices(attribute, chosen)
        return forms.MultipleChoiceField(
            choices=choices, widget=CheckboxSelectMultiple, initial=list(map(str, chosen)), **common
        )
    if kind == Kind.SELECT:
        choices = [("", "–"), *_choices(attribute, [value] if value else [])]  # noqa: RUF001 - an en dash is no value here
        return forms.ChoiceField(choices=choices, initial=_text(value), **common)
    if kind == Kind.BOOLEAN:
        return forms.ChoiceField(choices=_yes_no(value), initial=_text(value), **common)
    if kind == Kind.NUMBER:
        return forms.CharField(initial=_text(value), validators=[_number], max_length=40, **common)
    widget = forms.Textarea(attrs={"rows": 3}) if len(_text(value)) > LINE else forms.TextInput()
    made = IdentifierField if is_code else forms.CharField
    return made(initial=_text(value), widget=widget, **common)


def _choices(attribute: Attribute, chosen: Iterable[Any]) -> list[tuple[str, str]]:
    """Offer the options, and what the product holds although no option says so."""
    options = [option.value for option in attribute.options.all()] if attribute.pk else []
    held = [str(each) for each in chosen if str(each) not in options]
    return [(value, value) for value in [*options, *held]]


def _yes_no(value: Any) -> list[tuple[str, str]]:
    """Offer yes and no in the spelling that the product holds already."""
    word = _text(value).strip().lower()
    yes, no = ("Yes", "No")
    if word in YES:
        yes = _text(value)
    elif word in NO:
        no = _text(value)
    extra = [(_text(value), _text(value))] if word and word not in YES | NO else []
    return [("", "–"), (yes, "Yes"), (no, "No"), *extra]  # noqa: RUF001 - an en dash is no value here


def _number(value: str) -> None:
    """
    Check that a text is a number.

    :raises ValidationError: it is none
    """
    try:
        finite = Decimal(value.strip().replace(",", "")).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise ValidationError(f"{value!r} is not a number.")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
