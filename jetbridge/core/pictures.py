"""Where a page may load pictures from: the hosts of those that it shows, and no other."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

# So many hosts a page: beyond, pictures stay empty rather than the answer's header too long for a proxy.
MOST = 40
# What a policy can name; a sign of the policy's own within an address would write further rules into it.
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,9}")
_origins: ContextVar[dict[str, None] | None] = ContextVar("jetbridge_picture_origins", default=None)


def allow(url: str) -> None:
    """Let the page that is being made load pictures from where this one is."""
    origins, origin = _origins.get(), _origin(url)
    if origins is not None and origin and len(origins) < MOST:
        origins[origin] = None


@contextmanager
def collecting() -> Iterator[dict[str, None]]:
    """Collect the origins of a page's pictures until the block ends."""
    origins = dict[str, None]()
    token = _origins.set(origins)
    try:
        yield origins
    finally:
        _origins.reset(token)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
