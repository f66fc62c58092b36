"""What rules say on the product's page, and the brands' rules in the admin."""

from catalog.rules.admin import brand_rules as brand_rules
