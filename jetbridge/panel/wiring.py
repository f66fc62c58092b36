"""What the room registers with the rooms below: guides to its pages."""

from jetbridge.panel import guides, page_guides

guides.register(chapters=page_guides.CHAPTERS, commands=page_guides.COMMANDS)
