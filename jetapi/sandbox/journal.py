"""What of Jet's calls is written down, and what is not."""

from urllib.parse import unquote

from .kit.journal import Journal
from .kit.memory import Memory

SECRETS = ("pass", "id_token")


def journal(memory: Memory) -> Journal:
    return Journal(memory, spellings=spellings, secrets=SECRETS, is_secret=_is_secret)


def spellings(path: str) -> tuple[str, ...]:
    """Give the ways in which an expression may name a path: as sent and decoded, with /api and without."""
    return (path, unquote(path), f"/api{path}")


def _is_secret(text: str) -> bool:
    return "sig=" in text or "pass=" in text
