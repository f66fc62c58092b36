"""What the rules' room registers with the rooms below."""

from catalog.rules import settings_tab
from catalog.rules.services import changes
from jetbridge.core import retention, settings_table

retention.cleaned_by(changes.delete_old_changes)
settings_table.register(settings_tab.PRICES)
