"""What the room registers with the rooms below: commands of its pages."""

from jetbridge.panel import cli_commands, page_commands

cli_commands.register(page_commands.COMMANDS)
