"""Who may run an emulator over HTTP, and what is read of a control call."""

import ipaddress
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .wire import Answer, Document, Rejected, Request, Unknown, errors, loads, ok, quoted

log = logging.getLogger(__name__)
# What a browser says of a page that is not our own, also where its Origin was left out.
ELSEWHERE = ("cross-site", "same-site")


def answered(
    request: Request,
    name: str,
    calls: Mapping[tuple[str, str], Callable[..., Document]],
    carry_out: Callable[[Any, Document], Document],
    *,
    reload: Callable[[], None],
) -> Answer:
    """Answer a control call by its name; `reload` takes back what one that failed left in memory."""
    order = calls.get((request.method, name))
    if order is None:
        known = any(name == each for _, each in calls)
        return errors(405 if known else 404, f"There is no control call {request.method} {name}.")
    try:
        return ok(carry_out(order, document(request)))
    except Rejected as refusal:
        reload()
        return errors(400, *refusal.problems)
    except Unknown as refusal:
        return errors(404, str(refusal))
    except Exception:
        log.exception("The sandbox itself failed at the control call %s", name)
        reload()
        return errors(500, "The sandbox itself failed; see its log.")


def unknown_options(given: Mapping[str, Any], known: Collection[str], prefix: str = "") -> list[str]:
    """Complain about every option that a call does not know."""
    listed = f"known are: {', '.join(known)}" if known else "there are none here"
    return [f"{prefix}{name} is not an option; {listed}." for name in given if name not in known]


def denial(request: Request, allowed_hosts: Collection[str] = ()) -> Answer | None:
    """
    Refuse callers on other machines, and pages of other sites in a browser on this one.

    A name that is not ours may be another site's that was made to lead here.
    """
    if not is_loopback(request.peer):
        return errors(403, "The sandbox is controlled from its own machine only.")
    name = host_name(request.headers.get("host", ""))
    if name and not is_loopback(name) and name not in allowed_hosts:
        return errors(
            403, f"The sandbox does not answer here as {quoted(name)}; --allow-host lets a name in."
        )
    origin = request.headers.get("origin")
    if origin and origin.lower() != request.base_url.lower():
        return errors(403, "Pages of other sites do not control the sandbox.")
    if request.method not in ("GET", "HEAD") and request.headers.get("sec-fetch-site") in ELSEWHERE:
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
        raise Rejected(f"The body is not valid JSON: {problem}.") from None
    if not isinstance(body, dict):
        raise Rejected("The body must be a JSON object.")
    return body
