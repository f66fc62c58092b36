"""The refund endpoints."""

from ..calls import Call
from ..kit.wire import Answer, ok
from ..rules import own_ids, refunds


def create(call: Call) -> Answer:
    params = call.params
    given = own_ids.as_texts(call.document(), call.options)
    refund = refunds.create(call.world, call.mode, params["id"], params["alt_id"], given)
    body = {"refund_authorization_id": refund["refund_authorization_id"], "refund_status": refunds.CREATED}
    return ok(body, 201)


def listed(call: Call) -> Answer:
    """List refunds by status; compat adds Jet's own sample, with another key and other addresses."""
    status = call.params["status"]
    if call.options.compat and status.isdecimal():
        return _state(call, status)  # an address of the sample's form, called
    found = refunds.list_ids(call.world, call.mode, status)
    call.world.seen("refund.", call.mode)
    body = {"refund_urls": [f"/refunds/state/{each}" for each in found]}
    if call.options.compat:
        body["sku_urls"] = [f"refunds/{each}" for each in found]
    return ok(body)


def get(call: Call) -> Answer:
    return _state(call, call.params["id"])


def _state(call: Call, key: str) -> Answer:
    refund = refunds.load(call.world, call.mode, key)
    call.world.seen("refund.", call.mode, refund["refund_authorization_id"])
    return ok({name: value for name, value in refund.items() if not name.startswith("_")})
