"""What the products' room registers with the rooms below."""

from catalog.products import page_commands
from catalog.products.services import import_files
from jetbridge.core import retention
from jetbridge.inbox import kinds
from jetbridge.panel import cli_commands

retention.cleaned_by(import_files.delete_old_files)
cli_commands.register(page_commands.COMMANDS)
kinds.register(kinds.Area.PRODUCTS, {"import": "Product imports"})
