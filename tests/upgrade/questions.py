"""
What a home holds, asked by meaning: the answers of a home that is kept never change, the SQL changes with the tables.

Who renames a column or moves rows into another table writes the question anew and leaves the kept answers alone.
"""

import sqlite3
from pathlib import Path
from typing import Any

# Tables in which an upgrade puts rows of its own: permissions, schedules, its own record.
OWN = (
    "django_migrations", "django_content_type", "auth_permission", "auth_group_permissions", "sqlite_sequence",
    "django_celery_beat_periodictask", "django_celery_beat_periodictasks",
    "django_celery_beat_intervalschedule", "django_celery_beat_crontabschedule",
)  # fmt: skip
# Tables that are named otherwise now or whose rows stand elsewhere: the name in the kept answers, and the one today.
MOVED: dict[str, str] = {}

_FACET = "SELECT facet, count(*) FROM catalog_listingfacet WHERE {} GROUP BY facet"
_ONCE = "SELECT count(*) FROM {} WHERE {}"
_PENDING = "next_try_at IS NOT NULL AND blocked_at IS NULL"
_PARTS = "sum(principal), sum(tax), sum(shipping), sum(shipping_tax)"

QUESTIONS: dict[str, str] = {
    # Money
    "orders in all": "SELECT sum(grand_total), sum(net_total), sum(tax_total), sum(fee_total) FROM orders_order",
    "lines of orders": (
        "SELECT sum(units_ordered), sum(units_shipped), sum(units_cancelled), sum(units_reserved), sum(line_price) "
        "FROM orders_orderitem"
    ),
    "invoices": "SELECT sum(total) FROM orders_invoice",
    "promised and booked": f"SELECT state, sum(units), {_PARTS} FROM returns_ledgerentry GROUP BY state",
    "paid and given back": (
        "SELECT sum(units_shipped), sum(paid_principal), sum(paid_tax), sum(units_refunded), sum(given_principal), "
        "sum(given_tax), sum(beyond_principal) FROM returns_ledgerbalance"
    ),
    "lines of returns": f"SELECT sum(units_requested), sum(units_refunded), {_PARTS} FROM returns_returnitem",
    "lines of refunds": f"SELECT sum(units_refunded), {_PARTS} FROM returns_refunditem",
    "credit memos": "SELECT sum(total) FROM returns_creditmemo",
    "settlements": "SELECT sum(settlement_value), sum(differing) FROM returns_settlement",
    # Goods
    "stock": "SELECT sum(quantity), sum(reserved) FROM catalog_product",
    "stock movements": (
        "SELECT kind, sum(quantity_change), sum(reserved_change) FROM catalog_stockmovement GROUP BY kind"
    ),
    "prices of the store": "SELECT sum(price), sum(special_price) FROM catalog_product",
    "prices and quantities at Jet": "SELECT sum(live_price), sum(live_quantity) FROM catalog_listing",
    # Status
    "orders by status": "SELECT status, count(*) FROM orders_order GROUP BY status",
    "returns by status": "SELECT status, count(*) FROM returns_returnrequest GROUP BY status",
    "refunds by status": "SELECT status, count(*) FROM returns_refund GROUP BY status",
    "listings by status": "SELECT status, count(*) FROM catalog_listing GROUP BY status",
    "files by status": "SELECT status, count(*) FROM catalog_uploadfile GROUP BY status",
    "failed orders": "SELECT count(*) FROM orders_failedorder WHERE state IN ('pending', 'failed')",
    "mass actions": "SELECT scope, action, state, count(*) FROM core_bulkrun GROUP BY scope, action, state",
    "outcomes in mass actions": "SELECT state, count(*) FROM core_bulkrunitem GROUP BY state",
    "a price rule is drafted": "SELECT count(*) FROM core_configuration WHERE price_draft IS NOT NULL",
    "prices under review": "SELECT state, count(*) FROM catalog_pricereview GROUP BY state",
    "vanished": "SELECT count(*) FROM catalog_listing WHERE product_id IS NULL",
    "jobs that broke off": "SELECT count(*) FROM core_jobrun WHERE traceback <> ''",
    # What is to reach Jet
    "parts pending": _FACET.format("next_try_at IS NOT NULL AND blocked_at IS NULL"),
    "parts that go by file": _FACET.format("next_try_at IS NOT NULL AND via_file"),
    "parts in a file": _FACET.format("file_id IS NOT NULL"),
    "parts refused": _FACET.format("answer = 'rejected'"),
    "parts whose answer was lost": _FACET.format("answer = 'unknown'"),
    "parts that a dead job holds": _FACET.format("claimed_by <> '' AND file_id IS NULL"),
    "parts that Jet took": _FACET.format("accepted IS NOT NULL"),
    "files under way": _ONCE.format(
        "catalog_uploadfile", "status IN ('Built', 'Uploaded', 'Acknowledged', 'Processing')"
    ),
    "acknowledgements pending": _ONCE.format("orders_acknowledgement", _PENDING),
    "shipments pending": _ONCE.format("orders_shipment", _PENDING),
    "shipments refused": _ONCE.format("orders_shipment", "answer = 'rejected'"),
    "returns pending": _ONCE.format("returns_returnrequest", _PENDING),
    "returns refused": _ONCE.format("returns_returnrequest", "answer = 'rejected'"),
    "refunds pending": _ONCE.format("returns_refund", _PENDING),
    "refunds refused": _ONCE.format("returns_refund", "answer = 'rejected'"),
}


def answers(home: Path) -> dict[str, Any]:
    """Return how many rows each table has and what each question is answered."""
    database = sqlite3.connect(home / "jetbridge.sqlite3")
    try:
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        tables = {
            name: _ask(database, f'SELECT count(*) FROM "{name}"')[0][0]
            for (name,) in names
            if name not in OWN
        }
        return {"tables": tables, "answers": {name: _ask(database, sql) for name, sql in QUESTIONS.items()}}
    finally:
        database.close()


def _ask(database: sqlite3.Connection, sql: str) -> list[list[Any]]:
    """Return the rows in an order of their own, with amounts as they are read."""
    found = [
        [round(value, 2) if isinstance(value, float) else value for value in row]
        for row in database.execute(sql)
    ]
    return sorted(found, key=str)
