"""A logged call again: as a curl line for the shell, and sent once more where that changes nothing."""

import shlex

from jetapi.http.redaction import HIDDEN
from jetapi.http.timeouts import Timeouts
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import JetAnswered, our_errors
from jetbridge.core.models import ApiCall

# A person waits for the answer.
PATIENCE = Timeouts(connect=3, read=8, total=10)
# Shell variables stand where secrets do: a copied line can be mailed without giving anything away.
BASE, TOKEN = '"$JET_API"', '"Authorization: Bearer $JET_TOKEN"'
STORE, STORE_TOKEN = '"$STORE"', '"Authorization: Bearer $STORE_TOKEN"'

_INSTEAD = (
    (
        "/token",
        "It asks for a token with the secret, which is not in the log. Validate in Configuration does that.",
    ),
    (
        "/inventory",
        "Stock may have changed since. Sync with Jet on the product's page sends what is true now.",
    ),
    (
        "/price",
        "The price may have changed since. Sync with Jet on the product's page sends what is true now.",
    ),
    (
        "/merchant-skus",
        "The product may have changed since. Sync with Jet on its page sends what is true now.",
    ),
    ("/shipped", "A shipment must reach Jet once. Its order's page shows whether it did."),
    ("/acknowledge", "An order is acknowledged once. Retry on its page checks with Jet first."),
    ("/returns", "A return is completed once. Its page shows whether it was."),
    ("/refunds", "A second refund would give the money twice. The refund's page shows what became of it."),
    ("/files", "The signed address is used up. Resubmit on the file's page sends the products anew."),
)


def curl(call: ApiCall) -> str:
    """Return the call as a line for the shell; address and token are variables."""
    if call.path.startswith(("http://", "https://")):
        target = shlex.quote(call.path)
        words = ["curl", "-X", call.method, target]
    elif call.store:
        # Square brackets of search criteria are no patterns here.
        words = ["curl", "-g", "-X", call.method, STORE + shlex.quote(call.path), "-H", STORE_TOKEN]
    else:
        words = ["curl", "-X", call.method, BASE + shlex.quote(call.path), "-H", TOKEN]
    if call.request_body:
        words += ["-H", '"Content-Type: application/json"', "--data", shlex.quote(call.request_body)]
    return " ".join(words)


def gaps(call: ApiCall) -> str:
    """Return what the curl line lacks because the log does not keep it, or nothing."""
    if call.path.startswith(("http://", "https://")):
        lacks = "The signature of this address" + (
            " and the file that was sent" if call.request_bytes else ""
        )
        return f"{lacks} {'were' if call.request_bytes else 'was'} not logged."
    if HIDDEN in call.request_body:
        return f"What reads {HIDDEN} was not logged: it is a secret or a buyer's."
    if call.request_body.endswith("characters)"):
        return "The body was too long to be logged whole."
    if call.store:
        return (
            f"$STORE is {call.store}. The panel signs each call (OAuth 1.0a), which curl cannot; "
            "$STORE_TOKEN needs a store that takes Bearer tokens."
        )
    return ""


def refusal(call: ApiCall) -> str:
    """Return why a call is not sent again from the log, or nothing when it only reads."""
    if call.path.startswith(("http://", "https://")):
        return "A signed address holds for an hour and its signature was not logged."
    if call.store:
        return "It went to the store. Validate in Configuration, Store asks the store anew."
    if call.method == "GET":
        return ""
    for part, instead in _INSTEAD:
        if part in call.path:
            return instead
    return "It changes something at Jet, and the log cannot know whether that is still meant."


def read_again(call: ApiCall, *, client: Client) -> None:
    """
    Send a reading call once more. Its answer, a refusal too, is a new row of the log.

    :raises ValueError: the call does more than read; the message is `refusal`'s
    :raises JetFailure: there was no answer at all
    """
    if reason := refusal(call):
        raise ValueError(reason)
    try:
        with our_errors():
            speaking(client).read(call.path)
    except JetAnswered:
        return
