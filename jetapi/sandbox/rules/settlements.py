"""Weekly settlement: what Jet owes the merchant for what was shipped, less commission and returns."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from .. import dates, money
from ..kit.wire import Document, Unknown, quoted
from ..store import Columns
from ..world import World, new_id
from . import orders, refunds, returns

KIND = "settlement"
WEEK = timedelta(days=7)
LONGEST = 3650
RECENT_DAYS = 28
PERIOD_END = timedelta(microseconds=1)
ORDER_PARTS = (
    "merchant_price",
    "jet_variable_commission",
    "fixed_commission",
    "tax",
    "shipping_revenue",
    "shipping_tax",
    "shipping_charge",
    "fulfillment_fee",
    "product_cost",
)
RETURN_PARTS = (
    "merchant_price",
    "jet_variable_commission",
    "fixed_commission",
    "tax",
    "shipping_tax",
    "merchant_return_charge",
    "return_processing_fee",
    "product_cost",
)


def list_ids(world: World, account: str, days: int) -> list[str]:
    """List the reports of the last days, making those of weeks that ended since."""
    since = world.now() - timedelta(days=min(days, LONGEST))
    for start in _ended_weeks(since, world.now()):
        if not world.store.ids(KIND, account, "at=?", start.timestamp(), limit=1):
            _make(world, account, start)
    return world.store.ids(KIND, account, "at>?", (since - WEEK).timestamp())


def _ended_weeks(since: datetime, now: datetime) -> Iterable[datetime]:
    """Give the Mondays of the weeks that ended between two moments."""
    start = dates.midnight(since.date() - timedelta(days=since.weekday()))
    while start + WEEK <= now:
        if start + WEEK > since:
            yield start
        start += WEEK


def _make(world: World, account: str, start: datetime) -> None:
    sold = _order_details(_sold(world, account, start))
    back = _return_details(_given_back(world, account, start))
    if not any(sold.values()) and not any(back.values()):
        return
    order_balance, return_balance = sum(sold.values(), Decimal()), sum(back.values(), Decimal())
    report_id = new_id()
    report = {
        "settlement_report_id": report_id,
        "settlement_state": "Submitted",
        "currency": "dollars",
        "unavailable_balance": 0,
        "settlement_period_start": dates.order_date(start),
        "settlement_period_end": dates.order_date(start + WEEK - PERIOD_END).replace("9990Z", "9999Z"),
        "order_balance_details": _plain(sold),
        "order_balance": money.plain(order_balance),
        "return_balance_details": _plain(back),
        "return_balance": money.plain(return_balance),
        "jet_adjustment": 0,
        "settlement_value": money.plain(order_balance + return_balance),
    }
    _save(world, account, report)
    world.later("settlement.pay", account, report_id, when=start + WEEK)


def _sold(world: World, account: str, start: datetime) -> list[Document]:
    return _between(world.store.docs(orders.KIND, account, "status='complete'"), "_completed", start)


def _given_back(world: World, account: str, start: datetime) -> list[Document]:
    done = world.store.docs(returns.KIND, account, "status=?", returns.COMPLETED)
    given = world.store.docs(refunds.KIND, account, "status=?", refunds.ACCEPTED)
    return [*_between(done, "completed_date", start), *_between(given, "_decided", start)]


def orders_of(world: World, account: str, report: Document) -> list[Document]:
    """List what each order of a report's week brought in, by the same parts as the report."""
    return [
        {
            "merchant_order_id": order["merchant_order_id"],
            "reference_order_id": order["reference_order_id"],
            **_plain(_order_details([order])),
        }
        for order in _sold(world, account, _start(report))
    ]


def returns_of(world: World, account: str, report: Document) -> list[Document]:
    """List what each return and refund of a report's week cost."""
    names = ("merchant_return_authorization_id", "refund_authorization_id", "merchant_order_id")
    return [
        {name: each[name] for name in names if name in each} | _plain(_return_details([each]))
        for each in _given_back(world, account, _start(report))
    ]


def _start(report: Document) -> datetime:
    return dates.parse(report["settlement_period_start"])


def _plain(sums: dict[str, Decimal]) -> dict[str, float]:
    return {name: money.plain(value) for name, value in sums.items()}


def _between(documents: Iterable[Document], name: str, start: datetime) -> list[Document]:
    dated = [(doc, dates.parse(doc[name], naive_is_utc=True)) for doc in documents if doc.get(name)]
    return [doc for doc, at in dated if start <= at < start + WEEK]


def _order_details(done: list[Document]) -> dict[str, Decimal]:
    sums = dict.fromkeys(ORDER_PARTS, Decimal())
    for order in done:
        shipped = orders.shipped_by_item(order)
        for item in order["order_items"]:
            units, price = shipped[item["order_item_id"]], item["item_price"]
            share = Decimal(units) / max(1, orders.units_of(item))
            sums["merchant_price"] += money.exact(price.get("base_price")) * units
            sums["shipping_revenue"] += money.exact(price.get("item_shipping_cost")) * units
            sums["tax"] += money.exact(price.get("item_tax")) * share
            sums["shipping_tax"] += money.exact(price.get("item_shipping_tax")) * share
    sums["jet_variable_commission"] = -money.commission([sums["merchant_price"], sums["shipping_revenue"]])
    return {name: money.rounded(value) for name, value in sums.items()}


def _return_details(documents: list[Document]) -> dict[str, Decimal]:
    sums = dict.fromkeys(RETURN_PARTS, Decimal())
    for document in documents:
        if document.get("agree_to_return_charge"):
            sums["merchant_return_charge"] -= money.exact(document.get("merchant_return_charge"))
        for item in document.get("items", ()):
            amount = item["refund_amount"]
            sums["merchant_price"] -= money.exact(amount.get("principal")) + money.exact(
                amount.get("shipping_cost")
            )
            sums["tax"] -= money.exact(amount.get("tax"))
            sums["shipping_tax"] -= money.exact(amount.get("shipping_tax"))
    sums["jet_variable_commission"] = money.commission([-sums["merchant_price"]])
    return {name: money.rounded(value) for name, value in sums.items()}


def _save(world: World, account: str, report: Document) -> None:
    at = dates.parse(report["settlement_period_start"]).timestamp()
    columns = Columns(status=report["settlement_state"], at=at)
    world.store.put(KIND, account, report["settlement_report_id"], report, columns)


def latest(world: World, account: str) -> str:
    """Give the id of the newest report, made now if its week just ended; no text where there is none."""
    listed = list_ids(world, account, RECENT_DAYS)
    return listed[-1] if listed else next(iter(world.store.ids(KIND, account)[-1:]), "")


def load(world: World, account: str, report_id: str) -> Document:
    """
    Give a report.

    :raises Unknown: no such report
    """
    found = world.store.get(KIND, account, report_id)
    if found is None:
        raise Unknown(f"The settlement report {quoted(report_id)} was not found.")
    return found


def pay(world: World, account: str, report_id: str, _when: datetime) -> None:
    report = load(world, account, report_id)
    if report["settlement_state"] == "Submitted":
        report["settlement_state"] = "Paid"
        _save(world, account, report)


def as_shown(report: Document, *, compat: bool) -> Document:
    """Word a report; compat adds the misspelt key that one client reads."""
    return {**report, "order_balanace": report["order_balance"]} if compat else dict(report)
