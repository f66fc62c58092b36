"""What the room registers with the rooms below: guides to its pages."""

from catalog.mapping import page_guides
from jetbridge.panel import guides

guides.register(chapters=page_guides.CHAPTERS, commands=page_guides.COMMANDS)
