"""What the room registers with the rooms below: commands of its pages."""

from catalog.mapping import page_commands, settings_tab
from catalog.mapping.services import attribute_mappings, category_mappings
from catalog.products import changes
from jetbridge.core import settings_table
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
settings_table.register(settings_tab.FIELDS)
changes.ATTRIBUTES.subscribe(attribute_mappings.follow_attributes)
changes.CATEGORIES.subscribe(category_mappings.follow_categories)
changes.CATEGORY_COMPANIONS.subscribe(category_mappings.mapped_in)
