"""Template tags of the skin: plain form fields in the look of a change form, chips, times, money."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, DateInput, RadioSelect, Select, SelectMultiple, Textarea
from django.forms.widgets import CheckboxSelectMultiple, FileInput, Widget
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES, SWITCH_CLASSES, TEXTAREA_CLASSES

from jetbridge.core import job_titles, texts
from jetbridge.panel import display, menu, next_steps, portal_links

register = template.Library()

register.filter("ago", display.ago)
register.filter("money", display.money)
register.filter("sku", display.sku_code)
register.filter("countdown", display.countdown)
register.filter("number", display.number)
register.filter("duration", display.span)
register.filter("counted", texts.counted)
register.filter("job_title", job_titles.title_of)
register.filter("menu_groups", menu.groups)
register.filter("portal", portal_links.linked)
register.simple_tag(display.chip, name="chip")
register.simple_tag(display.why, name="why")
register.simple_tag(display.explained, name="explained")
register.simple_tag(texts.often, name="often")
register.simple_tag(texts.holding, name="holding")

# The first kind that fits counts, so the special ones stand before those they inherit from.
_CLASSES: tuple[tuple[tuple[type[Widget], ...], list[str]], ...] = (
    ((RadioSelect, CheckboxSelectMultiple), ["jb-options"]),
    ((CheckboxInput,), SWITCH_CLASSES),
    ((FileInput,), ["jb-file"]),
    ((SelectMultiple, Select), SELECT_CLASSES),
    ((Textarea,), TEXTAREA_CLASSES),
)


# A key that no row has: the panel's script puts in its place the key of the row whose menu is opened.
ANY_ROW = "918273645918273645"


@register.simple_tag
def row_address(action: dict[str, Any]) -> str:
    """Return the address of an entry in the menu of any row."""
    return reverse(action["raw_path"], args=[ANY_ROW])


@register.simple_tag(takes_context=True)
def next_step(context: template.Context) -> next_steps.NextStep | None:
    """Return what comes next for who sets the panel up; nothing once that is over."""
    request = context.get("request")
    return next_steps.next_step(request) if request is not None else None


@register.filter
def as_in_menu(part: dict[str, Any]) -> Any:
    """Return what a part of the header's path is called: as in the menu, where it leads to a page of it."""
    return menu.names().get(str(part.get("link", "")), part["title"])


@register.filter
def skinned(field: BoundField) -> SafeString:
    """Render a field's widget with the skin's classes; a widget that brings its own is left alone."""
    own = str(field.field.widget.attrs.get("class", ""))
    if "rounded-default" in own or "rounded-full" in own:  # already one of the skin's widgets
        return mark_safe(field.as_widget())  # noqa: S308 - Django's own rendering
    attrs: dict[str, Any] = {"class": " ".join([*_classes(field.field.widget), own]).strip()}
    if isinstance(field.field.widget, DateInput):
        field.field.widget.input_type = "date"  # the browser's own calendar; the form owns this copy
    return mark_safe(field.as_widget(attrs=attrs))  # noqa: S308 - Django's own rendering


@register.filter
def is_switch(field: BoundField) -> bool:
    """Return whether a field is a single yes/no switch."""
    widget = field.field.widget
    return isinstance(widget, CheckboxInput) and not isinstance(widget, CheckboxSelectMultiple)


def _classes(widget: Widget) -> list[str]:
    return next((classes for kinds, classes in _CLASSES if isinstance(widget, kinds)), INPUT_CLASSES)
