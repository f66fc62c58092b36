"""What the rules' room registers with the rooms below."""

from catalog.rules.services import changes
from jetbridge.core import retention

retention.cleaned_by(changes.delete_old_changes)
