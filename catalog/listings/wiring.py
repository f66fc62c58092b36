"""What the listings' room registers with the rooms below: its mass actions, and files that grow old."""

from catalog.listings.services import rejected_files
from catalog.listings.views.mass_actions import PAGES
from jetbridge.core import retention
from jetbridge.mass_actions import scopes

scopes.register(scopes.Scope(PAGES))
retention.cleaned_by(rejected_files.delete_old_files)
