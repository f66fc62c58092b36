"""What the products' room registers with the rooms below."""

from catalog.products import page_guides
from catalog.products.services import import_files
from jetbridge.core import retention
from jetbridge.inbox import kinds
from jetbridge.panel import guides

retention.cleaned_by(import_files.delete_old_files)
guides.register(chapters=page_guides.CHAPTERS, commands=page_guides.COMMANDS)
kinds.register(kinds.Area.PRODUCTS, {"import": "Product imports"})
