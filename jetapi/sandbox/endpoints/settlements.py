"""Settlement and reports."""

from ..calls import Call
from ..kit.wire import Answer, Unknown, loads, ok
from ..rules import reports, settlements


def listed(call: Call) -> Answer:
    days = call.params["days"]
    if not days.isascii() or not days.isdigit():
        raise Unknown("The number of days must be a whole number.")
    found = settlements.list_ids(call.world, call.mode, int(days[:6]))
    return ok({"settlement_report_urls": [f"/settlement/report/{each}" for each in found]})


def get(call: Call) -> Answer:
    report = settlements.load(call.world, call.mode, call.params["id"])
    call.world.seen("settlement.", call.mode, report["settlement_report_id"])
    return ok(settlements.as_shown(report, compat=call.options.compat))


def orders(call: Call) -> Answer:
    """List a report's orders; the call is known from 2015, its fields are ours."""
    report = settlements.load(call.world, call.mode, call.params["id"])
    return ok({"orders": settlements.orders_of(call.world, call.mode, report)})


def returns(call: Call) -> Answer:
    """List a report's returns and refunds; the call is known from 2015, its fields are ours."""
    report = settlements.load(call.world, call.mode, call.params["id"])
    return ok({"returns": settlements.returns_of(call.world, call.mode, report)})


def request_report(call: Call) -> Answer:
    report_id = reports.request(
        call.world,
        call.mode,
        call.params["type"],
        subject=_subject(call.request.body),
        base_url=call.request.base_url,
    )
    return ok({"report_id": report_id})


def _subject(raw: bytes) -> str:
    """Read a settlement's id that is the whole body, as JSON text, bare, or in an object."""
    try:
        body = loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace").strip()
    if isinstance(body, dict):
        body = body.get("settlement_report_id")
    return body if isinstance(body, str) else ""


def report_state(call: Call) -> Answer:
    report = reports.load(call.world, call.mode, call.params["id"])
    call.world.seen("report.", call.mode, report["report_id"])
    return ok(reports.as_shown(report, compat=call.options.compat))
