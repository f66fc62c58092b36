"""Who may run an emulator over HTTP, and what is read of a control call."""

import ipaddress
from collections.abc import Collection

from .wire import Answer, Document, Rejected, Request, errors, loads


def denial(request: Request, allowed_hosts: Collection[str] = ()) -> Answer | None:
    """
    Refuse callers on other machines, and pages of other sites in a browser on this one.

    A name that is not ours may be another site's that was made to lead here.
    """
    if not is_loopback(request.peer):
        return errors(403, "The sandbox is controlled from its own machine only.")
    name = host_name(request.headers.get("host", ""))
    if name and not is_loopback(name) and name not in allowed_hosts:
        return errors(403, f"The sandbox does not answer here as {name!r}; --allow-host lets a name in.")
    origin = request.headers.get("origin")
    if origin and origin.lower() != request.base_url.lower():
        return errors(403, "Pages of other sites do not control the sandbox.")
    return None


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer.partition("%")[0]).is_loopback
    except ValueError:
        return peer in ("", "localhost")


def document(request: Request) -> Document:
    """
    Read what a control call says: its query, or its body.

    :raises Rejected: not a JSON object
    """
    if request.method == "GET":
        return dict(request.query())
    if not request.body.strip():
        return {}
    try:
        body = loads(request.body)
    except ValueError as problem:
        raise Rejected(f"The body is not valid JSON: {problem}") from None
    if not isinstance(body, dict):
        raise Rejected("The body must be a JSON object.")
    return body
