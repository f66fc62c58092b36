"""What the store room registers with the rooms below: what is wrong with the store stands on every page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration, store_days
from jetbridge.panel import header
from jetbridge.store import services, stock
from jetbridge.store.models import StoreLink


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return a line for each thing that is wrong with the linked store: the link, and stock that is too old."""
    if not services.is_linked(configuration.current()):
        return header.Addition()
    troubles = []
    url = reverse("desk:configuration_tab", args=["store"])
    if text := StoreLink.objects.filter(pk=1).values_list("trouble", flat=True).first():
        troubles.append(header.Trouble("The store needs attention.", text, url=url, link="Store"))
    if (since := stock.old_since(timezone.now())) is not None:
        at = store_days.text(since, "%H:%M")
        said = f"It was read whole at {at} last; Jet goes on with the quantities of then."
        troubles.append(header.Trouble("The store's stock is old.", said, url=url, link="Store"))
    return header.Addition(troubles=troubles)
