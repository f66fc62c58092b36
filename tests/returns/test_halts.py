"""Answers to returns and refunds while Jet does not serve us: a drain ends, and all are sent once afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core.jet import halts
from jetbridge.core.jet.client import open_client
from orders.models import Order
from orders.services import imports, shipping
from orders.services import sending as order_sending
from returns.models import Refund, ReturnRequest
from returns.models.sending import SendState
from returns.services import claims, completing, refund_sending, refunding, sending
from tests.halting import WAYS, stopped_serving
from tests.orders.wishes import wish
from tests.returns.answers import answer
from tests.returns.refund_wishes import amounts, refund_wish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT, CLAIMED = 7, 3


@pytest.fixture
def orders(mug, sandbox, jet, account, monkeypatch):
    """More shipped orders than a drain claims at once, which are more than it calls at once."""
    monkeypatch.setattr(claims, "CHUNK", CLAIMED)
    for _ in range(COUNT):
        sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])
    for _report in imports.import_orders(client=jet, account=account):
        pass
    for order in Order.objects.all():
        shipping.want_shipment(order=order, wish=wish(order))
    order_sending.send_shipments(client=jet, account=account)
    monkeypatch.setattr(halts, "CONNECTIONS", 1)
    return list(Order.objects.filter(status=Order.Status.COMPLETE))


@pytest.fixture
def unanswered(orders, sandbox, fetch_returns):
    """Returns whose answers are wanted and not sent yet."""
    for order in orders:
        item = {"order_item_id": order.items.get().jet_id, "quantity": 1}
        sandbox.open_returns(order_id=order.jet_id, items=[item])
    fetch_returns()
    for row in ReturnRequest.objects.all():
        completing.want_completion(return_request=row, answer=answer(row))


@pytest.fixture
def unpaid(orders):
    """Refunds that are wanted and not sent yet."""
    for order in orders:
        refunding.want_refund(
            order=order, wish=refund_wish(order, amounts=amounts("9.00"), feedback="Restocking fee")
        )


def drain(service, account):
    with open_client(account) as client:
        return service(client=client, account=account)


def taken(sandbox, path, method):
    calls = sandbox.calls(path=path)
    return sorted(call["path"] for call in calls if call["applied"] and call["method"] == method)


@pytest.mark.parametrize("way", WAYS)
def test_answers_to_returns_wait_for_a_jet_that_serves_again(unanswered, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(sending.send_returns, account)
    assert not ReturnRequest.objects.exclude(claimed_by="").exists()

    ReturnRequest.objects.update(next_try_at=None)
    drain(sending.send_returns, account)

    assert ReturnRequest.objects.filter(send_state=SendState.ACCEPTED).count() == COUNT
    assert len(taken(sandbox, "/complete$", "PUT")) == len(set(taken(sandbox, "/complete$", "PUT"))) == COUNT


@pytest.mark.parametrize("way", WAYS)
def test_refunds_wait_for_a_jet_that_serves_again(unpaid, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(refund_sending.send_refunds, account)
    assert not Refund.objects.exclude(claimed_by="").exists()

    Refund.objects.update(next_try_at=None)
    drain(refund_sending.send_refunds, account)

    assert Refund.objects.filter(send_state=SendState.ACCEPTED).count() == COUNT
    assert len(set(taken(sandbox, "/refunds/", "POST"))) == COUNT


def test_what_fails_is_tried_once_a_drain_though_its_pause_is_over(unpaid, account, sandbox, monkeypatch):
    monkeypatch.setattr(halts, "CONNECTIONS", CLAIMED)
    monkeypatch.setattr(claims, "FIRST_PAUSE", timedelta(0))
    sandbox.add_fault("status", path="/refunds/", status=500, retry_after=0, times=1000)

    report = drain(refund_sending.send_refunds, account)

    assert (report.done, report.failed) == (0, COUNT)


def test_a_document_that_is_given_back_is_as_it_was(unpaid, account):
    before = list(Refund.objects.order_by("pk").values("send_state", "attempts", "sent_at", "claimed_by"))

    claims.give_back(claims.claim(Refund.objects.all(), account, started=timezone.now()))

    assert list(Refund.objects.order_by("pk").values(*before[0])) == before
