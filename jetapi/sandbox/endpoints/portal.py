"""What the partner portal's own pages asked for; undocumented, used by integrators."""

from ..calls import Call
from ..rules import checklist
from ..wire import Answer, ok


def setup_status(call: Call) -> Answer:
    return ok(checklist.status(call.world, call.mode))
