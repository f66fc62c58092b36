"""What orders register with the rooms below: mass actions, what grows old, commands; and who follows Jet's word."""

from django.contrib.auth.signals import user_logged_out

from jetbridge.core import erasures, log_search, retention, settings_table
from jetbridge.inbox import kinds
from jetbridge.mass_actions import scopes
from jetbridge.panel import cli_commands
from jetbridge.store import kinds as store_kinds
from orders import changes, filters, page_commands, settings_tab, worklists
from orders.documents import cancels, shipments
from orders.documents import orders as order_documents
from orders.management.cancels import CancelGuard
from orders.mass_actions import cartons
from orders.services import order_updates, privacy, refreshes
from orders.views.mass_actions import PAGES

user_logged_out.connect(worklists.release_at_logout, dispatch_uid="orders.worklists")
changes.HELD_AT_JET.subscribe(order_updates.follow)
changes.TAKEN.subscribe(cartons.follow)
scopes.register(scopes.Scope(PAGES, CancelGuard()))
retention.cleaned_by(refreshes.delete_old_fetches)
erasures.erased_by(privacy.erase)
erasures.aged_by("orders", privacy.anonymize_buyers)
log_search.also_named_by(filters.names_at_jet)
cli_commands.register(page_commands.COMMANDS)
kinds.register(
    kinds.Area.ORDERS,
    {
        "orders.new": "New orders",
        "orders.failed": "Orders that could not be imported",
        "orders.cancel_asked": "Buyers who ask for a cancel",
        "orders.rejecting": "Orders about to be rejected",
        "orders.rejected": "Orders that were rejected by themselves",
        "orders.deadline": "Jet's 15 minutes will be missed",
        "orders.late": "Held orders beyond Jet's 15 minutes",
        "orders.oversold": "Orders for more than there is in stock",
        "orders.shipment_refused": "Shipments that Jet refused",
        "orders.store_asks": "What people did in the store and needs you",
    },
    urgent=("orders.deadline", "orders.late", "orders.rejecting", "orders.cancel_asked"),
    pages={
        "orders.new": kinds.Page("admin:orders_order_changelist"),
        "orders.failed": kinds.Page("admin:orders_failedorder_changelist"),
        "orders.cancel_asked": kinds.Page("admin:orders_order_changelist", query="stage=cancel"),
        "orders.late": kinds.Page("admin:orders_failedorder_changelist"),
        "orders.rejecting": kinds.Page("admin:orders_failedorder_changelist"),
        "orders.rejected": kinds.Page("admin:orders_failedorder_changelist", query="state__exact=rejected"),
        "orders.deadline": kinds.Page("admin:orders_order_changelist", query="stage=risk"),
        "orders.oversold": kinds.Page("admin:orders_oversell_changelist"),
    },
)
settings_table.register(settings_tab.ORDERS)
for kind in (order_documents.Orders, shipments.Shipments, shipments.Invoices, cancels.Cancels):
    store_kinds.register(kind)
