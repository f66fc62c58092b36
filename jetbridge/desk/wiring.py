"""What desk registers with the rooms below: how-tos of pages, kinds of notifications, commands of its pages."""

from jetbridge.desk import badges as badges
from jetbridge.desk import first_steps, page_commands
from jetbridge.inbox import kinds
from jetbridge.jobs import registry
from jetbridge.outbox import leftovers
from jetbridge.panel import cli_commands, next_steps

cli_commands.register(page_commands.COMMANDS)
next_steps.register(first_steps.find)
registry.what_is_left(leftovers.words)
kinds.register(
    kinds.Area.OPERATIONS,
    {
        "job.late": "Late jobs",
        "job.died": "Jobs whose worker died",
        "job.stalled": "Jobs that make no progress",
        "job.set_aside": "Jobs that were set aside",
    },
    pages={
        code: kinds.Page("desk:job", is_by_key=True) for code in ("job.late", "job.stalled", "job.set_aside")
    },
)
