"""Real-shaped returns: all of them go through, as offered, to the cent that Jet asks."""

import gzip
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings

from catalog.products.models import Product
from orders.allocations import Units
from orders.models import Order
from orders.services import imports, shipment_answers, shipments
from returns.forms import first_answer
from returns.models import CreditMemo, LedgerEntry, ReturnRequest
from returns.services import completions
from returns.services.completions import Answer
from tests.orders.drafts import draft

FOLDER = settings.JETBRIDGE_SAMPLES / "superstore"
ORDERS = FOLDER / "jet_orders_from_superstore.ndjson.gz"
RETURNS = FOLDER / "jet_returns_from_superstore.ndjson.gz"
pytestmark = [
    pytest.mark.skipif(not RETURNS.exists(), reason=f"sample returns are not at {RETURNS}"),
    pytest.mark.timeout(600),
]


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture
def asked(sandbox, jet, account):
    """Ship the orders of all sample returns, and let Jet open those returns now."""
    documents = read(RETURNS)
    pending = {each["merchant_order_id"] for each in documents}
    orders = [each for each in read(ORDERS) if each["merchant_order_id"] in pending]
    skus = {item["merchant_sku"] for each in orders for item in each["order_items"]}
    Product.objects.bulk_create(
        Product(sku=sku, sku_key=sku.upper(), name=sku, quantity=10_000) for sku in skus
    )
    sandbox.place_orders(documents=orders, rebase=True)
    for _report in imports.import_orders(client=jet, account=account):
        pass
    for order in Order.objects.prefetch_related("items"):
        units = {item.pk: Units(item.units_open, 0) for item in order.items.all()}
        shipments.queue_shipment(order=order, draft=draft(order, units=units))
    shipment_answers.send_shipments(client=jet, account=account)
    sandbox.open_returns(documents=documents, rebase=True)
    return documents


def offered(row):
    """Return the answer that the form offers; where that is less than asked, with a feedback."""
    lines = {item.pk: (item, first_answer(item)) for item in row.items.all()}
    return Answer({pk: replace(line, feedback=needed(item, line)) for pk, (item, line) in lines.items()})


def needed(item, line):
    return "" if line.amounts.total == completions.asked_of(item).total else "Restocking fee"


def test_all_real_shaped_returns_go_through_and_are_credited_to_the_cent(
    asked, fetch_returns, send_returns, sync_returns, sandbox, account
):
    fetched = fetch_returns()
    rows = ReturnRequest.objects.prefetch_related("items__order_item__ledger")
    answers = {row: offered(row) for row in rows}
    for row, given in answers.items():
        completions.queue_completion(return_request=row, answer=given)
    sent = send_returns()
    sandbox.advance(3_600)
    sync_returns()

    shown = [
        amount
        for each in sandbox.held("returns")
        for item in each["items"]
        for amount in item["refund_amount"].values()
    ]
    less = [line for given in answers.values() for line in given.lines.values() if line.feedback]
    assert (fetched.done, fetched.failed, sent.done, sent.failed) == (len(asked), 0, len(asked), 0)
    assert set(ReturnRequest.objects.values_list("status", flat=True)) == {"completed"}
    assert sum(memo.total for memo in CreditMemo.objects.all()) == sum(Decimal(str(each)) for each in shown)
    assert not LedgerEntry.objects.exclude(state="booked").exists()
    assert not less  # what Jet asks was paid, so nothing asks the merchant for a reason
