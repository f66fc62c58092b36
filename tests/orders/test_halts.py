"""Answers and shipments while Jet does not serve us: a drain ends, and all are sent once when Jet is back."""

import pytest

from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import Configuration
from jetbridge.outbox.models import Answer
from orders import outboxes
from orders.models import Acknowledgement, Order, Shipment
from orders.services import acknowledgements, imports, shipment_answers, shipments
from tests.halting import WAYS, call_few_at_once, stopped_serving
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT, CLAIMED = 11, 5


@pytest.fixture(autouse=True)
def few_at_once(account, monkeypatch):
    """Claim fewer than there are, and call fewer at once than are claimed."""
    for box in (outboxes.Acknowledgements, outboxes.Shipments):
        monkeypatch.setattr(box, "chunk", CLAIMED)
    call_few_at_once()


@pytest.fixture
def unanswered(mug, place, jet, account):
    """Orders that are imported and not answered yet."""
    for _ in range(COUNT):
        place("MUG-1", 1)
    mug.quantity = COUNT
    mug.save()
    ids = imports.new_ids(client=jet, account=account, seen=set())
    imports.import_ready_orders(client=jet, account=account, ids=ids)
    assert Acknowledgement.objects.filter(next_try_at__isnull=False).count() == COUNT


@pytest.fixture
def unshipped(unanswered, account):
    """Orders that are answered, with a shipment each that is not sent yet."""
    drain(acknowledgements.acknowledge_orders, account)
    for order in Order.objects.all():
        shipments.queue_shipment(order=order, draft=draft(order))


def drain(service, account):
    with open_client(account) as client:
        return service(client=client, account=account)


def taken(sandbox, path):
    calls = sandbox.calls(path=path)
    return sorted(call["path"] for call in calls if call["applied"] and call["method"] == "PUT")


@pytest.mark.parametrize("way", WAYS)
def test_acknowledgements_wait_for_a_jet_that_serves_again(unanswered, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(acknowledgements.acknowledge_orders, account)
    assert not Acknowledgement.objects.exclude(claimed_by="").exists()

    let_time_pass()
    drain(acknowledgements.acknowledge_orders, account)

    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == COUNT
    assert len(taken(sandbox, "/acknowledge$")) == len(set(taken(sandbox, "/acknowledge$"))) == COUNT


@pytest.mark.parametrize("way", WAYS)
def test_shipments_wait_for_a_jet_that_serves_again(unshipped, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(shipment_answers.send_shipments, account)
    assert not Shipment.objects.exclude(claimed_by="").exists()

    let_time_pass()
    drain(shipment_answers.send_shipments, account)

    assert Shipment.objects.filter(answer=Answer.ACCEPTED).count() == COUNT
    assert len(taken(sandbox, "/shipped$")) == len(set(taken(sandbox, "/shipped$"))) == COUNT


def test_answers_under_way_are_stored_when_the_keys_are_refused_in_between(unanswered, account, sandbox):
    Configuration.objects.update(concurrency=CLAIMED)
    refused = Order.objects.order_by("acknowledge_by", "pk").first().jet_id
    sandbox.add_fault("status", path=f"{refused}/acknowledge$", status=403, times=1000)

    with pytest.raises(JetKeysRefused):
        drain(acknowledgements.acknowledge_orders, account)

    answered = Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count()
    assert answered == len(taken(sandbox, "/acknowledge$"))
    assert not Acknowledgement.objects.exclude(claimed_by="").exists()
