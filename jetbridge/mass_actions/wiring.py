"""What mass actions register with the rooms below: runs of long ago go, each with what became of its objects."""

from jetbridge.core import retention
from jetbridge.inbox import kinds
from jetbridge.jobs import registry
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.retention import delete_old_runs

retention.cleaned_by(delete_old_runs)
registry.what_is_left(lifecycle.left_of)
kinds.register(kinds.Area.OPERATIONS, {"bulk_run": "Mass actions that came to their end"})
