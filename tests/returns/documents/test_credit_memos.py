"""What Jet gave back is a credit memo in the store: to the cent, with the units that go into stock again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jetbridge.store import deliveries
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import StoreDocument
from orders import handovers
from orders.documents import fixes, questions
from orders.models import Shipment
from returns.documents import credit_memos as kind
from returns.handovers import document, hand_over
from returns.models import CreditMemo
from returns.models.amounts import Amounts
from returns.services import completions, refund_answers, refunds
from tests.returns.answers import answer
from tests.returns.documents.makers import memo_of
from tests.returns.refund_drafts import refund_draft
from tests.store.orders_there import documents, put_in, sources

assert kind  # registered by the room's wiring


@pytest.fixture
def shipped_there(shipped, magento, send_documents):
    """The shipped order, with its shipment and invoice in the store."""
    put_in(magento, shipped)
    shipment = Shipment.objects.get()
    handovers.hand_over(shipment, shipment.items.all())
    for _ in range(2):
        send_documents()
    assert len(documents(magento, "invoice")) == 1
    return shipped


def memos(magento):
    return [
        (sum(each["qty"] for each in memo["items"]), memo["grand_total"])
        for memo in documents(magento, "creditmemo")
    ]


def test_a_completed_return_is_given_back_and_restocked_in_the_store(
    shipped_there, open_return, send_returns, magento, send_documents
):
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=2))
    send_returns()
    before = sources(magento)["MUG-1"]
    reports = [send_documents() for _ in range(2)]

    assert memos(magento) == [(2, 21.4)]
    assert sources(magento)["MUG-1"] == before + 2
    assert [report.done for report in reports] == [1, 0]
    row = StoreDocument.objects.get(kind="credit_memo")
    assert (row.state, row.store_number, row.source_key) == (
        "accepted",
        "000000001",
        CreditMemo.objects.get().number,
    )


def test_where_a_part_is_restocked_two_memos_come_to_the_sum_and_the_units(
    shipped_there, open_return, send_returns, magento, send_documents
):
    row = open_return(3)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=1))
    send_returns()
    before = sources(magento)["MUG-1"]
    send_documents()

    total = CreditMemo.objects.get().total
    made = memos(magento)
    assert [units for units, _ in made] == [1, 2]
    assert sum(Decimal(str(money)) for _, money in made) == total
    assert sources(magento)["MUG-1"] == before + 1


def test_less_than_the_units_cost_is_met_by_a_fee(
    shipped_there, open_return, send_returns, magento, send_documents
):
    row = open_return(2)
    amounts = Amounts(Decimal("8.50"), Decimal("0.60"), Decimal(0), Decimal(0))
    completions.queue_completion(
        return_request=row,
        answer=answer(row, units_refunded=1, amounts=amounts, feedback="Restocking fee", units_restocked=0),
    )
    send_returns()
    send_documents()

    [memo] = documents(magento, "creditmemo")
    assert (memo["grand_total"], memo["adjustment_negative"], memo["shipping_amount"]) == (9.1, 1.6, 0)


def test_an_accepted_refund_is_given_back_in_the_store_and_a_rejected_one_is_not(
    shipped_there, magento, send_documents, send_refunds, sync_refunds, decide_refund
):
    refund = refunds.queue_refund(order=shipped_there, draft=refund_draft(shipped_there))
    send_refunds()
    send_documents()
    assert memos(magento) == []
    decide_refund(refund, "accepted")
    sync_refunds()
    send_documents()

    assert refund_answers.status_of("accepted") == "accepted"
    [(_, money)] = memos(magento)
    assert Decimal(str(money)) == CreditMemo.objects.get().total


def test_it_waits_while_other_units_of_the_line_did_not_leave_in_the_store(
    shipped, magento, send_documents, open_return, send_returns
):
    put_in(magento, shipped)
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=1))
    send_returns()
    report = send_documents()

    assert memos(magento) == []
    assert any("3 that did not leave" in item.reason for item in report.items)
    shipment = Shipment.objects.get()
    handovers.hand_over(shipment, shipment.items.all())
    for _ in range(4):
        send_documents()
    assert len(memos(magento)) == 1
    assert sources(magento)["MUG-1"] == 48


def test_what_a_person_gave_back_in_the_store_before_stops_and_says_so(
    shipped_there, open_return, send_returns, magento, send_documents
):
    there = StoreDocument.objects.get(kind="order").store_order
    magento.do("refund", {"order_id": there, "items": [{"sku": "MUG-1", "quantity": 2}]})
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=2))
    send_returns()
    send_documents()

    row = StoreDocument.objects.get(kind="credit_memo")
    assert (row.state, len(memos(magento))) == ("blocked", 1)
    assert "gave back its MUG-1 already" in row.errors[0]


def test_a_sum_that_differs_from_jets_stands_in_store_differences(
    shipped_there, open_return, send_returns, magento, send_documents, monkeypatch
):
    refund = MagentoStore.refund

    def a_cent_less(store, memo):
        return refund(store, replace(memo, fee=memo.fee + Decimal("0.01")))

    monkeypatch.setattr(MagentoStore, "refund", a_cent_less)
    row = open_return(2)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=2))
    send_returns()
    send_documents()

    [found] = questions.open_ones(shipped_there.account_id)
    assert (found.kind, found.state, fixes.label(found)) == ("credit_memo", "accepted", "Leave as it is")
    assert found.errors == ["It gave back $21.39, and Jet $21.40."]
    fixes.fix(found)
    assert not questions.open_ones(shipped_there.account_id)


def test_nothing_is_made_of_nothing_given_back(shipped_there, magento, send_documents):
    memo = memo_of(shipped_there, units=1, restocked=1)
    memo.total = memo.principal = Decimal(0)
    memo.save()
    hand_over(memo)
    handed = StoreDocument.objects.filter(kind="credit_memo").count()
    deliveries.announce(document(memo))
    send_documents()

    row = StoreDocument.objects.get(kind="credit_memo")
    assert (handed, memos(magento), row.is_pending, row.is_made) == (0, [], False, False)


def test_lines_and_shipping_are_always_named_and_only_its_own_units_go_into_stock(
    shipped_there, open_return, send_returns, magento, send_documents
):
    row = open_return(3)
    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=1))
    send_returns()
    send_documents()

    bodies = [call["body"] for call in magento.do("calls", {"path": "/refund$"})["calls"]]
    assert len(bodies) == 2
    for body in bodies:
        named = {each["order_item_id"] for each in body["items"]}
        returned = body["arguments"]["extension_attributes"]["return_to_stock_items"]
        assert named
        assert "shipping_amount" in body["arguments"]
        assert set(returned) <= named
