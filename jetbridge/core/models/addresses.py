"""Which addresses of Jet's API are allowed, and which of them share a secret (their origin)."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

# An empty address is the sandbox of this run: its port changes between two starts, yet it is one place.
SANDBOX = "sandbox"
DEFAULT_PORTS = {"http": 80, "https": 443}
# Anything else is read differently by different libraries; a host in other letters is written in punycode.
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def origin_of(address: str) -> str:
    """Return scheme, host and port as one text; SANDBOX for an empty address, nothing for an unreadable one."""
    if not address:
        return SANDBOX
    parts = _split(address)
    if parts is None:
        return ""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def named(origin: str) -> str:
    """Return an origin as a person reads it."""
    return {SANDBOX: "the sandbox", "": "an unknown address"}.get(origin, origin)


def validate_address(address: str) -> None:
    """
    Let only addresses pass that a secret may be sent to: https, or this machine, or the host of the sandbox.

    :raises ValidationError: it is another, or carries more than scheme, host, port and path
    """
    parts = _split(address)
    if parts is None:
        raise ValidationError(
            "This is not an address: write https://, the host in plain letters, and the path."
        )
    if parts.query or parts.fragment:
        raise ValidationError("Leave out everything from the question mark or number sign on.")
    if parts.scheme == "https" or (parts.scheme == "http" and _may_go_plain(parts.hostname or "")):
        return
    raise ValidationError("Use https: only a sandbox on this machine may be reached without it.")


def _split(address: str) -> SplitResult | None:
    """Take an address apart; None where it is none, leads up, or holds a user name, a password or odd characters."""
    if any(sign <= " " or sign in "\\\x7f" for sign in address):
        return None
    try:
        parts = urlsplit(address)
        leads_up = not {".", ".."}.isdisjoint(parts.path.split("/"))
        return parts if _AUTHORITY.fullmatch(parts.netloc) and parts.port != 0 and not leads_up else None
    except ValueError:
        return None


def _may_go_plain(host: str) -> bool:
    sandbox = _split(settings.SANDBOX_URL)
    if host == "localhost" or (sandbox is not None and host == sandbox.hostname):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
