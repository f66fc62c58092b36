"""The refund endpoints."""

from ..calls import Call
from ..kit.wire import Answer, ok, segment
from ..rules import refunds
from . import orders


def create(call: Call) -> Answer:
    order_id, alt_id = orders.named(call), call.params["alt_id"]
    refund = refunds.create(call.world, call.mode, order_id, alt_id, call.document())
    body = {"refund_authorization_id": refund["refund_authorization_id"], "refund_status": refunds.CREATED}
    return ok(body, 201)


def listed(call: Call) -> Answer:
    """List refunds by status; compat adds Jet's own sample, with another key and other addresses."""
    status = call.params["status"]
    if call.options.compat and status.isdecimal():
        return _state(call, status)  # an address of the sample's form, called
    found = refunds.list_ids(call.world, call.mode, status)
    call.world.seen("refund.", call.mode)
    body = {"refund_urls": [f"/refunds/state/{segment(each)}" for each in found]}
    if call.options.compat:
        body["sku_urls"] = [f"refunds/{segment(each)}" for each in found]
    return ok(body)


def get(call: Call) -> Answer:
    return _state(call, call.params["id"])


def _state(call: Call, key: str) -> Answer:
    refund = refunds.load(call.world, call.mode, key)
    call.world.seen("refund.", call.mode, refund["refund_authorization_id"])
    return ok({name: value for name, value in refund.items() if not name.startswith("_")})
