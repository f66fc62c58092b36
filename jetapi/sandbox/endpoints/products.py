"""The merchant-skus endpoints."""

from ..calls import Call
from ..kit.wire import Answer, Document, Unknown, errors, ok, path_segments
from ..rules import exceptions, groups, offers, sales, skus
from ..wire import empty, pretty

PAGE = 1000


def _accepted(call: Call, status: int = 202) -> Answer:
    """Answer a product change: 201 or 202 since 2016, 204 before; always without a body."""
    return empty(204 if call.options.is_2015 else status)


def _sku(call: Call) -> Document:
    return skus.load(call.world, call.mode, call.params["sku"])


def listed(call: Call) -> Answer:
    """List SKUs in pages, archived ones included; these URLs have no slash in front."""
    offset = call.whole_number("offset", 0, most=2**53)
    limit = call.whole_number("limit", PAGE, most=PAGE)
    found = call.world.store.ids(skus.KIND, call.mode, "at>=?", offset, limit=limit)
    return _urls(found)


def listed_by_status(call: Call) -> Answer:
    """List SKUs of one status, as in 2015: /bystatus/{status}/{start}/{count}."""
    start, count = call.params["start"], call.params["count"]
    if not (start.isdecimal() and count.isdecimal()):
        raise Unknown("start and count must be whole numbers.")
    last = min(int(start[:12]) + min(int(count[:12]), PAGE), 2**31)
    where = "status=? COLLATE NOCASE"
    found = call.world.store.ids(skus.KIND, call.mode, where, call.params["status"], limit=last)
    return _urls(found[int(start[:12]) :])


def _urls(found: list[str]) -> Answer:
    return ok({"sku_urls": [f"merchant-skus/{each}" for each in path_segments(found)]})


def put(call: Call) -> Answer:
    is_new = skus.put_listing(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call, 201 if is_new else 202)


def get(call: Call) -> Answer:
    doc = _sku(call)
    call.world.seen("sku.", call.mode, doc["merchant_sku"])
    return pretty(skus.as_shown(doc, call.account.merchant_id))


def put_price(call: Call) -> Answer:
    offers.put_price(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def get_price(call: Call) -> Answer:
    return _lacking("price", offers.price_document(_sku(call)))


def patch_inventory(call: Call) -> Answer:
    offers.set_inventory(call.world, call.mode, call.params["sku"], call.json(), zero_others=False)
    return _accepted(call)


def put_inventory(call: Call) -> Answer:
    offers.set_inventory(call.world, call.mode, call.params["sku"], call.json(), zero_others=True)
    return _accepted(call)


def get_inventory(call: Call) -> Answer:
    return ok(offers.inventory_document(_sku(call), by_node=not call.options.is_2015))


def put_image(call: Call) -> Answer:
    skus.put_images(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def delete_image(call: Call) -> Answer:
    skus.set_images(call.world, call.mode, _sku(call), {})
    return _accepted(call)


def put_variation(call: Call) -> Answer:
    groups.put_variation(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def get_variation(call: Call) -> Answer:
    return _part(call, "variation", groups.variation_document(_sku(call)))


def put_shipping_exception(call: Call) -> Answer:
    exceptions.put_shipping(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def get_shipping_exception(call: Call) -> Answer:
    return _part(call, "shipping exception", _sku(call).get("shippingexception"))


def put_returns_exception(call: Call) -> Answer:
    exceptions.put_returns(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def get_returns_exception(call: Call) -> Answer:
    return _part(call, "returns exception", _sku(call).get("returnsexception"))


def put_archive(call: Call) -> Answer:
    skus.archive(call.world, call.mode, call.params["sku"], call.json())
    return _accepted(call)


def get_sales_data(call: Call) -> Answer:
    return _lacking("sales data", sales.of_sku(call.world, call.mode, _sku(call)))


def _part(call: Call, what: str, body: Document | None) -> Answer:
    """Answer with a part of a SKU that ordinary ones do not have; in compat nothing is an empty object."""
    return ok({}) if body is None and call.options.compat else _lacking(what, body)


def _lacking(what: str, body: Document | None) -> Answer:
    """Answer with a part of a SKU; where a known SKU lacks it, the answer says so."""
    return errors(404, f"The SKU has no {what} yet.") if body is None else ok(body)
