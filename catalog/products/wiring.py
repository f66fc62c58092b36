"""What the products' room registers with the rooms below."""

from catalog.products.services import import_files
from jetbridge.core import retention

retention.cleaned_by(import_files.delete_old_files)
