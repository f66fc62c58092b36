"""What the listings' room registers with the rooms below: its mass actions, and files that grow old."""

from catalog.listings import facets, listing_rules, page_commands, settings_tab
from catalog.listings.mass_actions import outcomes
from catalog.listings.outboxes.facets import ANSWERED
from catalog.listings.services import rejected_files, store_changes
from catalog.listings.views.mass_actions import PAGES
from catalog.products import changes
from catalog.rules.changes import OFFERS
from jetbridge.core import retention, settings_table
from jetbridge.inbox import kinds
from jetbridge.mass_actions import scopes
from jetbridge.panel import cli_commands

facets.load()
scopes.register(scopes.Scope(PAGES))
retention.cleaned_by(rejected_files.delete_old_files)
cli_commands.register(page_commands.COMMANDS)
kinds.register(
    kinds.Area.PRODUCTS,
    {
        "catalog.drift": "Prices, quantities or states on Jet that are not the store's",
        "catalog.foreign_change": "Products changed on Jet without a record here",
        "rejected_file": "Files with products that Jet refused",
        "price_review": "Price changes that wait for your yes",
    },
    pages={
        "catalog.drift": kinds.Page("admin:catalog_drift_changelist"),
        "catalog.foreign_change": kinds.Page("admin:catalog_drift_changelist", query="cause__exact=foreign"),
        "price_review": kinds.Page("catalog:price_reviews"),
    },
)
settings_table.register(settings_tab.EDITS)
changes.PRODUCTS.subscribe(store_changes.follow_products)
changes.CATEGORY_COMPANIONS.subscribe(store_changes.skus_on_jet)
OFFERS.subscribe(listing_rules.follow_rules)
ANSWERED.subscribe(outcomes.follow)
