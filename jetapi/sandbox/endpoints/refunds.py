"""The refund endpoints."""

from ..calls import Call
from ..rules import refunds
from ..wire import Answer, ok


def create(call: Call) -> Answer:
    params = call.params
    refund = refunds.create(call.world, call.mode, params["id"], params["alt_id"], call.document())
    body = {"refund_authorization_id": refund["refund_authorization_id"], "refund_status": refunds.CREATED}
    return ok(body, 201)


def listed(call: Call) -> Answer:
    """List refunds by status; compat adds the key of Jet's own sample."""
    found = refunds.list_ids(call.world, call.mode, call.params["status"])
    call.world.seen("refund.", call.mode)
    urls = [f"/refunds/state/{each}" for each in found]
    body = {"refund_urls": urls}
    if call.options.compat:
        body["sku_urls"] = urls
    return ok(body)


def get(call: Call) -> Answer:
    refund = refunds.load(call.world, call.mode, call.params["id"])
    call.world.seen("refund.", call.mode, refund["refund_authorization_id"])
    return ok({name: value for name, value in refund.items() if not name.startswith("_")})
