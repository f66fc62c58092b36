"""The pages by name."""

from collections.abc import Callable

from markupsafe import Markup

from ..kit.wire import Unknown, quoted
from . import listing_views, trade_views, workshop_views
from .visit import Visit

PAGES: dict[str, tuple[str, Callable[[Visit], Markup]]] = {
    "": ("Overview", workshop_views.overview),
    "products": ("Products", listing_views.products),
    "reviews": ("Reviews", listing_views.reviews),
    "orders": ("Orders", trade_views.order_pages),
    "returns": ("Returns", trade_views.return_pages),
    "nodes": ("Nodes", workshop_views.node_page),
    "clock": ("Clock", workshop_views.clock),
    "faults": ("Faults", workshop_views.faults),
    "journal": ("Journal", workshop_views.journal_page),
    "readings": ("Readings", workshop_views.readings_page),
}


def find(name: str) -> tuple[str, Callable[[Visit], Markup]]:
    """
    Give a page's title and function.

    :raises Unknown: there is no such page
    """
    if name not in PAGES:
        raise Unknown(f"There is no page {quoted(name)}.")
    return PAGES[name]
