"""The folder that holds all state of one installation: database, broker, keys, uploads."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class HomeUnusable(Exception):
    """The state folder cannot be made or written; the message is meant for a person."""


def home_path() -> Path:
    """Return the state folder of this installation: JETBRIDGE_HOME, or var/ beside the code."""
    return Path(os.environ.get("JETBRIDGE_HOME") or PROJECT_ROOT / "var").expanduser().resolve()


def ensure_home(path: Path) -> Path:
    """
    Make the state folder when it is missing.

    :raises HomeUnusable: it cannot be created or is not writable
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HomeUnusable(f"The folder {path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise HomeUnusable(f"The folder {path} is read-only. Set JETBRIDGE_HOME to a folder you may write.")
    return path


def read_or_make_secret(path: Path, make: str = "token") -> str:
    """
    Return the secret kept in a file, making it once (mode 600).

    Two processes that start together agree on one secret: it is written whole under a name of
    its own and then linked to the final one, so the loser reads the winner's and never half of it.
    """
    if path.exists():
        return path.read_text().strip()
    secret = Fernet.generate_key().decode() if make == "fernet" else secrets.token_urlsafe(48)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
