"""What the store room registers with the rooms below: what is wrong with the store stands on every page."""

from django.http import HttpRequest
from django.urls import reverse

from jetbridge.core import configuration
from jetbridge.panel import header
from jetbridge.store import services
from jetbridge.store.models import StoreLink


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the one line that says what is wrong with the linked store."""
    if not services.is_linked(configuration.current()):
        return header.Addition()
    text = StoreLink.objects.filter(pk=1).values_list("trouble", flat=True).first()
    if not text:
        return header.Addition()
    url = reverse("desk:configuration_tab", args=["store"])
    return header.Addition(
        troubles=[header.Trouble("The store needs attention.", text, url=url, link="Store")]
    )
