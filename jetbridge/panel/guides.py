"""Which how-to explains a page, and which commands stand behind its buttons; each room registers its own pages."""

from collections.abc import Mapping

# By the names of addresses: a chapter's key (desk.howto), and lines for the shell (panel.cli_commands).
CHAPTERS: dict[str, str] = {}
COMMANDS: dict[str, tuple[str, ...]] = {}


def register(
    *, chapters: Mapping[str, str] | None = None, commands: Mapping[str, tuple[str, ...]] | None = None
) -> None:
    """
    Add what a room says of its pages.

    :raises ValueError: another room spoke of one of these pages already
    """
    for known, added in ((CHAPTERS, chapters or {}), (COMMANDS, commands or {})):
        if twice := known.keys() & added.keys():
            raise ValueError(f"Two rooms speak of the page {', '.join(sorted(twice))}.")
        known.update(added)  # type: ignore[arg-type]  # two tables of one shape, each with its own values
