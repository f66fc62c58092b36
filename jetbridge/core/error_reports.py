"""
Errors sent to a Sentry, where an operator set SENTRY_DSN: what failed and where in the code, and nothing of whom.

What leaves is built from a list of what may: kinds of errors, places in our code, ids by which the log has the rest.
Texts of errors, variables, addresses, arguments and headers may quote a buyer or a secret, and stay here.
"""

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from jetbridge.core.actors import current_actor

logger = logging.getLogger(__name__)

KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "type", "sdk")
OF_FRAMES = ("filename", "function", "module", "lineno", "in_app")
MISSING = "SENTRY_DSN is set, and sentry-sdk is not installed: install jetbridge[sentry]. No error is sent."


def start(dsn: str, transport: Any = None) -> bool:
    """Send errors from now on, if there is an address; return whether it is so."""
    if not dsn:
        return False
    try:
        sentry_sdk = import_module("sentry_sdk")  # an optional extra
    except ImportError:
        logger.warning(MISSING)
        return False
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        before_send=scrubbed,
        before_send_transaction=lambda event, hint: None,
        before_breadcrumb=lambda crumb, hint: None,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
    )
    return True


def scrubbed(event: Mapping[str, Any], hint: Mapping[str, Any]) -> dict[str, Any]:
    """Return of an event what may leave the panel."""
    kept = {name: event[name] for name in KEPT if name in event}
    values = (event.get("exception") or {}).get("values") or []
    if values:
        kept["exception"] = {"values": [_error(each) for each in values]}
    line = event.get("logentry") or {}
    if (
        line and not values
    ):  # a line without parts that are filled in may have been written with a buyer's name in it
        kept["logentry"] = {"message": line.get("message") if line.get("params") else "A line of the log."}
    actor = current_actor()
    kept["tags"] = {"request_id": actor.request_id, "job": actor.job}
    return kept


def _error(value: Mapping[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in OF_FRAMES} for frame in frames]},
    }
