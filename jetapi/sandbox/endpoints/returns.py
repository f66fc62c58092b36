"""The return endpoints and the return generator."""

from ..calls import Call
from ..kit.wire import Answer, ok, segment
from ..rules import returns
from ..wire import empty
from . import orders


def listed(call: Call) -> Answer:
    found = returns.list_ids(call.world, call.mode, call.params["status"])
    call.world.seen("return.", call.mode)
    return ok({"return_urls": [f"/returns/state/{segment(each)}" for each in found]})


def get(call: Call) -> Answer:
    doc = returns.load(call.world, call.mode, call.params["id"])
    call.world.seen("return.", call.mode, doc["merchant_return_authorization_id"])
    return ok(returns.as_shown(doc, compat=call.options.compat))


def acknowledge(call: Call) -> Answer:
    returns.acknowledge(call.world, call.mode, call.params["id"])
    return empty(204)


def complete(call: Call) -> Answer:
    returns.complete(call.world, call.mode, call.params["id"], call.document())
    return empty(204)


def generate(call: Call) -> Answer:
    """Open a return of everything that was shipped, as the portal's return generator did."""
    return_id = returns.open_return(call.world, call.mode, orders.named(call), None)
    return ok({"url": f"/returns/state/{segment(return_id)}"})
