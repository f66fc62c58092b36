"""Reports on demand: the status of all SKUs, their sales, a settlement."""

import json
from datetime import datetime, timedelta

from .. import dates
from ..kit.wire import Document, Unknown, dumps, quoted
from ..store import Columns
from ..world import World, new_id
from . import blobs, files, sales, settlements, skus

KIND = "report"
TYPES = ("ProductStatus", "SalesData", "SettlementDetails")
KNOWN_LATER = ("processing_start", "processing_end", "report_expiration_date", "report_url")
KEPT_FOR = timedelta(days=7)


def request(world: World, account: str, kind: str, *, subject: str, base_url: str) -> str:
    """
    Ask for a report; give its id. `subject` is the settlement's id where it is about one; none is the latest.

    :raises Unknown: no such kind of report, or no such settlement
    """
    known = {each.lower(): each for each in TYPES}
    if kind.lower() not in known:
        raise Unknown(f"There is no report {quoted(kind)}.")
    if known[kind.lower()] == "SettlementDetails":
        subject = subject or (settlements.latest(world, account) if world.options.compat else "")
        settlements.load(world, account, subject)
    report_id = new_id()
    merchant = world.accounts.get(account)
    report = {
        "report_id": report_id,
        "merchant_id": merchant.merchant_id if merchant else "",
        "report_type": known[kind.lower()],
        "report_status": "Requested",
        "report_requested_date": dates.order_date(world.now()),
        "_subject": subject,
        "_base": base_url,
    }
    _save(world, account, report)
    world.later("report.finish", account, report_id)
    return report_id


def _save(world: World, account: str, report: Document) -> None:
    at = dates.parse(report["report_requested_date"]).timestamp()
    world.store.put(
        KIND, account, report["report_id"], report, Columns(status=report["report_status"], at=at)
    )


def load(world: World, account: str, report_id: str) -> Document:
    """
    Give a report's state.

    :raises Unknown: no such report
    """
    found = world.store.get(KIND, account, report_id)
    if found is None:
        raise Unknown(f"The report {quoted(report_id)} was not found.")
    return found


def finish(world: World, account: str, report_id: str, when: datetime) -> None:
    """Write a report's file and say where it is."""
    report = load(world, account, report_id)
    expires = when + KEPT_FOR
    name = f"{report_id}.report.json"
    blobs.keep(world, name, dumps(_content(world, account, report)).encode("utf-8"))
    report["report_status"] = "Ready"
    report["processing_start"] = report["processing_end"] = dates.order_date(when)
    report["report_expiration_date"] = dates.order_date(expires)
    report["report_url"] = files.signed_url(world, report["_base"], name, right="r", until=expires)
    _save(world, account, report)
    world.schedule.deadline("report.expire", account, report_id, at=expires)


def _content(world: World, account: str, report: Document) -> Document:
    if report["report_type"] == "SettlementDetails":
        return settlements.load(world, account, report["_subject"])
    if report["report_type"] == "SalesData":
        return _sales(world, account)
    sql = "SELECT id, status, json_extract(doc, '$.sub_status') FROM documents WHERE kind=? AND account=?"
    rows = world.store.rows(sql, skus.KIND, account)
    content = {
        sku: {"status": status, "sub_status": json.loads(sub_status)} for sku, status, sub_status in rows
    }
    world.seen("sku.", account)  # the report is a read of every SKU
    return content


def _sales(world: World, account: str) -> Document:
    content = {}
    for sku in world.store.ids(sales.KIND, account):
        doc = world.store.get(skus.KIND, account, sku)
        if doc is not None:
            content[sku] = sales.of_sku(world, account, doc)
    return content


def expire(world: World, account: str, report_id: str, _when: datetime) -> None:
    """Take an old report's file away."""
    report = load(world, account, report_id)
    report["report_status"] = "Expired"
    report.pop("report_url", None)
    blobs.forget(world, f"{report_id}.report.json")
    _save(world, account, report)


def as_shown(report: Document, *, compat: bool) -> Document:
    """Word a report's state; in compat what is not known yet is empty text."""
    body = {name: value for name, value in report.items() if not name.startswith("_")}
    return dict.fromkeys(KNOWN_LATER, "") | body if compat else body
