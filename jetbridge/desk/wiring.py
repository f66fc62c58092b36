"""What the room registers with the rooms below: kinds of notifications, guides to its pages."""

from jetbridge.desk import page_guides
from jetbridge.inbox import kinds
from jetbridge.panel import guides

guides.register(chapters=page_guides.CHAPTERS, commands=page_guides.COMMANDS)
kinds.register(kinds.Area.OPERATIONS, {"job.late": "Late jobs", "job.died": "Jobs whose worker died"})
