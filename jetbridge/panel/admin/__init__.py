"""Admin pages of core's tables."""

from jetbridge.panel.admin import call_log as call_log
from jetbridge.panel.admin import form_edits as form_edits
from jetbridge.panel.admin import people as people
