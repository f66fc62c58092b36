"""What the room registers with the rooms below: commands of its pages."""

from catalog.mapping import page_commands
from jetbridge.panel import cli_commands

cli_commands.register(page_commands.COMMANDS)
