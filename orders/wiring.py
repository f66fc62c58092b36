"""What orders register with the rooms below: their mass actions, and requests that grow old."""

from jetbridge.core import retention
from jetbridge.inbox import kinds
from jetbridge.mass_actions import scopes
from jetbridge.panel import guides
from orders import page_guides
from orders.management.cancels import CancelGuard
from orders.services import fetches
from orders.views.bulk import PAGES

scopes.register(scopes.Scope(PAGES, CancelGuard()))
retention.cleaned_by(fetches.delete_old_fetches)
guides.register(chapters=page_guides.CHAPTERS, commands=page_guides.COMMANDS)
kinds.register(
    kinds.Area.ORDERS,
    {
        "orders.new": "New orders",
        "orders.failed": "Orders that could not be imported",
        "orders.cancel_asked": "Buyers who ask for a cancel",
        "orders.deadline": "Jet's 15 minutes will be missed",
        "orders.late": "Held orders beyond Jet's 15 minutes",
        "orders.oversold": "Orders for more than there is in stock",
        "orders.shipment_refused": "Shipments that Jet refused",
    },
    urgent=("orders.deadline", "orders.late"),
)
