"""Questions about ports on this machine."""

import socket
import urllib.error
import urllib.request

from jetbridge.desk.supervision.parts import HOST


def is_taken(port: int) -> bool:
    """Return whether another program listens on the port."""
    with socket.socket() as probe:
        # Without this a port whose last connections are still fading would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def answers(url: str) -> bool:
    """Return whether an address of ours answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - http addresses of our own parts
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
