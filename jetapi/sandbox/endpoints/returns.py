"""The return endpoints and the return generator."""

from ..calls import Call
from ..kit.wire import Answer, ok
from ..rules import own_ids, returns
from ..wire import empty


def listed(call: Call) -> Answer:
    found = returns.list_ids(call.world, call.mode, call.params["status"])
    call.world.seen("return.", call.mode)
    return ok({"return_urls": [f"/returns/state/{each}" for each in found]})


def get(call: Call) -> Answer:
    doc = returns.load(call.world, call.mode, call.params["id"])
    call.world.seen("return.", call.mode, doc["merchant_return_authorization_id"])
    return ok(returns.as_shown(doc))


def acknowledge(call: Call) -> Answer:
    returns.acknowledge(call.world, call.mode, call.params["id"])
    return empty(204)


def complete(call: Call) -> Answer:
    body = own_ids.as_texts(call.document(), call.options)
    returns.complete(call.world, call.mode, call.params["id"], body)
    return empty(204)


def generate(call: Call) -> Answer:
    """Open a return of everything that was shipped, as the portal's return generator did."""
    return_id = returns.open_return(call.world, call.mode, call.params["id"], None)
    return ok({"url": f"/returns/state/{return_id}"})
