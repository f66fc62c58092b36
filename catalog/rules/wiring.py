"""What the rules' room registers with the rooms below."""

from catalog.mapping.changes import MAPPING, WHAT_IF
from catalog.products.changes import CATEGORIES, PRODUCTS
from catalog.rules import product_groups, settings_tab
from catalog.rules.services import changes, stale_results, store_changes, validations
from jetbridge.core import retention, settings_table
from jetbridge.mass_actions import groups
from jetbridge.mass_actions.models import MassAction

groups.register(MassAction.Scope.CATALOG, groups.Groups(product_groups.role, product_groups.keys))
retention.cleaned_by(changes.delete_old_changes)
settings_table.register(settings_tab.PRICES)
PRODUCTS.subscribe(store_changes.follow_products)
CATEGORIES.subscribe(store_changes.follow_categories)
MAPPING.subscribe(stale_results.follow_mapping)
WHAT_IF.subscribe(validations.what_if)
