"""What the room registers with the rooms below: commands of its pages."""

from catalog.mapping import page_commands, settings_tab
from jetbridge.core import settings_table
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
settings_table.register(settings_tab.FIELDS)
