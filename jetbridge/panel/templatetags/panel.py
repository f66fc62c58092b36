"""Template tags of the skin: plain form fields in the look of a change form, chips, times, money."""

from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, DateInput, RadioSelect, Select, SelectMultiple, Textarea
from django.forms.widgets import CheckboxSelectMultiple, FileInput, Widget
from django.template.loaders import app_directories
from django.utils.safestring import SafeString, mark_safe
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES, SWITCH_CLASSES, TEXTAREA_CLASSES

from jetbridge.core import texts
from jetbridge.panel import display, menu, next_steps, portal_links
from jetbridge.panel.changelist import PanelChangeList

register = template.Library()

register.filter("ago", display.ago)
register.filter("money", display.money)
register.filter("sku", display.sku_code)
register.filter("countdown", display.countdown)
register.filter("number", display.number)
register.filter("duration", display.span)
register.filter("counted", texts.counted)
register.filter("portal", portal_links.linked)
register.simple_tag(display.chip, name="chip")
register.simple_tag(display.why, name="why")

# The first kind that fits counts, so the special ones stand before those they inherit from.
_CLASSES: tuple[tuple[tuple[type[Widget], ...], list[str]], ...] = (
    ((RadioSelect, CheckboxSelectMultiple), ["jb-options"]),
    ((CheckboxInput,), SWITCH_CLASSES),
    ((FileInput,), ["jb-file"]),
    ((SelectMultiple, Select), SELECT_CLASSES),
    ((Textarea,), TEXTAREA_CLASSES),
)


# A key that no row has: it stands for each row's own in a menu that is drawn once.
ANY_ROW = "918273645918273645"


@register.simple_tag(takes_context=True)
def row_menu(context: template.Context, actions: Any, key: object) -> str:
    """Return the menu of a row as the skin draws it: once a list, with each row's key put into its place."""
    grid = context.get("cl")
    if not actions or not isinstance(grid, PanelChangeList) or not str(key).isdecimal():
        return _menu_of_skin(context, actions, key) if actions else ""
    if grid.row_menu is None:
        grid.row_menu = _menu_of_skin(context, actions, ANY_ROW)
    return mark_safe(grid.row_menu.replace(ANY_ROW, str(key)))  # noqa: S308 - digits in what the skin drew


def _menu_of_skin(context: template.Context, actions: Any, key: object) -> SafeString:
    with context.push(actions=actions, instance_pk=key):
        return _of_apps("unfold/helpers/actions_row.html").render(context)


@cache
def _of_apps(name: str) -> template.base.Template:
    """Return a template of an app where one of ours has the same name."""
    return app_directories.Loader(template.Engine.get_default()).get_template(name)


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
