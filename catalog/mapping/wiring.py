"""What the room registers with the rooms below: commands of its pages, settings, columns of the import file."""

from catalog.mapping import csv_columns, page_commands, settings_tab
from catalog.mapping.services import attribute_mappings, category_mappings
from catalog.products import changes
from catalog.products.intake import column_families
from jetbridge.core import settings_table
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
settings_table.register(settings_tab.FIELDS)
column_families.register(csv_columns.FAMILY)
changes.ATTRIBUTES.subscribe(attribute_mappings.follow_attributes)
changes.CATEGORIES.subscribe(category_mappings.follow_categories)
changes.CATEGORY_COMPANIONS.subscribe(category_mappings.mapped_in)
