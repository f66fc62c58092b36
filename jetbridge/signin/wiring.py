"""What sign-in registers with the rooms below."""

from jetbridge.core import key_rotation
from jetbridge.panel import cli_commands
from jetbridge.signin import factors, page_commands

key_rotation.also_rotates(factors.secrets_at_rest)
cli_commands.register(page_commands.COMMANDS)
