"""What people give back in the store asks before it becomes Jet's, and is then not made there again."""

from decimal import Decimal

from jetbridge.store.models import StoreDocument
from orders.documents import fixes
from returns.models import CreditMemo, Refund
from tests.returns.documents.test_credit_memos import memos, shipped_there

assert shipped_there


def test_a_credit_memo_of_the_store_is_refunded_at_jet_by_its_button_and_not_again_in_the_store(
    shipped_there, magento, read, send_documents, send_refunds, sync_refunds, decide_refund
):
    read()
    order = StoreDocument.objects.get(kind="order").store_order
    magento.do("refund", {"order_id": order, "items": [{"sku": "MUG-1", "quantity": 1}]})
    reports = [read() for _ in range(2)]
    row = StoreDocument.objects.get(kind="credit_memo")
    assert (row.state, fixes.label(row), row.origin) == ("held", "Refund at Jet", "store")
    assert Refund.objects.count() == 0
    fixes.fix(row)
    send_refunds()
    decide_refund(Refund.objects.get(), "accepted")
    sync_refunds()
    send_documents()
    read()

    assert [report.done for report in reports] == [1, 0]
    assert CreditMemo.objects.get().total == Decimal("10.70")
    assert len(memos(magento)) == 1
    assert StoreDocument.objects.filter(kind="credit_memo").count() == 1


def test_a_credit_memo_of_the_panel_asks_nothing_when_it_is_read(
    shipped_there, magento, read, send_documents, send_refunds, sync_refunds, decide_refund
):
    from returns.services import refunds
    from tests.returns.refund_drafts import refund_draft

    read()
    refund = refunds.queue_refund(order=shipped_there, draft=refund_draft(shipped_there))
    send_refunds()
    decide_refund(refund, "accepted")
    sync_refunds()
    send_documents()

    assert (read().done, len(memos(magento))) == (0, 1)
