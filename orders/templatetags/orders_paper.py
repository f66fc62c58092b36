"""What printed pages draw."""

from django import template
from django.utils.safestring import SafeString

from orders import barcodes

register = template.Library()


@register.simple_tag
def barcode(text: str | None) -> SafeString:
    """Draw a text as Code 128."""
    return barcodes.svg(text or "")
