"""What printed pages draw, and how a form's moments are said."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from jetbridge.core import store_days
from orders import barcodes

register = template.Library()


@register.simple_tag
def barcode(text: str | None) -> SafeString:
    """Draw a text as Code 128."""
    return barcodes.svg(text or "")


@register.filter
def moment_words(value: datetime | str | None) -> str:
    """Say a moment of a form by day and hour of the store; what was typed and is none stays as it is."""
    if isinstance(value, datetime):
        return store_days.text(value, "%a, %b %-d, %H:%M")
    return str(value or "…").replace("T", " ")
