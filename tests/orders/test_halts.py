"""Answers and shipments while Jet does not serve us: a drain ends, and all are sent once when Jet is back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core.jet import halts
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetKeysRefused
from orders.models import Order, Shipment
from orders.services import acknowledging, imports, sending, shipping
from tests.halting import WAYS, stopped_serving
from tests.orders.wishes import wish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
COUNT, CLAIMED = 11, 5


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    """Claim fewer than there are, and call fewer at once than are claimed."""
    monkeypatch.setattr(acknowledging, "CHUNK", CLAIMED)
    monkeypatch.setattr(sending, "CHUNK", CLAIMED)
    monkeypatch.setattr(halts, "CONNECTIONS", 1)


@pytest.fixture
def unanswered(mug, place, jet, account):
    """Orders that are imported and not answered yet."""
    for _ in range(COUNT):
        place("MUG-1", 1)
    mug.quantity = COUNT
    mug.save()
    ids = imports.new_ids(client=jet, account=account, seen=set())
    imports.import_ready_orders(client=jet, account=account, ids=ids)
    assert Order.objects.filter(acknowledge_wanted_at__isnull=False).count() == COUNT


@pytest.fixture
def unshipped(unanswered, account):
    """Orders that are answered, with a shipment each that is not sent yet."""
    drain(acknowledging.acknowledge_orders, account)
    for order in Order.objects.all():
        shipping.want_shipment(order=order, wish=wish(order))


def drain(service, account):
    with open_client(account) as client:
        return service(client=client, account=account)


def taken(sandbox, path):
    calls = sandbox.calls(path=path)
    return sorted(call["path"] for call in calls if call["applied"] and call["method"] == "PUT")


@pytest.mark.parametrize("way", WAYS)
def test_acknowledgements_wait_for_a_jet_that_serves_again(unanswered, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(acknowledging.acknowledge_orders, account)
    assert not Order.objects.exclude(claimed_by="").exists()

    drain(acknowledging.acknowledge_orders, account)

    assert Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count() == COUNT
    assert len(taken(sandbox, "/acknowledge$")) == len(set(taken(sandbox, "/acknowledge$"))) == COUNT


@pytest.mark.parametrize("way", WAYS)
def test_shipments_wait_for_a_jet_that_serves_again(unshipped, account, sandbox, way):
    with stopped_serving(way, sandbox):
        drain(sending.send_shipments, account)
    assert not Shipment.objects.exclude(claimed_by="").exists()

    Shipment.objects.update(next_try_at=None)
    drain(sending.send_shipments, account)

    assert Shipment.objects.filter(state=Shipment.State.ACCEPTED).count() == COUNT
    assert len(taken(sandbox, "/shipped$")) == len(set(taken(sandbox, "/shipped$"))) == COUNT


def test_what_was_not_begun_before_refused_keys_counts_as_never_tried(unshipped, account, sandbox):
    with stopped_serving("keys refused", sandbox):
        drain(sending.send_shipments, account)

    begun = {call["path"] for call in sandbox.calls(path="/shipped$")}
    assert len(begun) <= CLAIMED
    assert Shipment.objects.filter(attempts=0, sent_at=None, state="wanted").count() == COUNT - len(begun)


def test_what_a_dead_worker_may_have_sent_stays_in_doubt_when_it_is_given_back(unshipped, account):
    past = timezone.now() - timedelta(minutes=5)
    first = Shipment.objects.order_by("wanted_at").first()
    Shipment.objects.filter(pk=first.pk).update(
        state="sending", claimed_by="dead", claimed_until=past, attempts=1, sent_at=past
    )

    sending._give_back(sending._claim(account, timezone.now()))

    states = dict(Shipment.objects.values_list("pk", "state"))
    assert states.pop(first.pk) == "unknown"
    assert set(states.values()) == {"wanted"}
    first.refresh_from_db()
    assert (first.attempts, first.claimed_by) == (1, "")


def test_what_fails_is_tried_once_a_drain_though_its_pause_is_over(unshipped, account, sandbox, monkeypatch):
    monkeypatch.setattr(halts, "CONNECTIONS", CLAIMED)
    monkeypatch.setattr(sending, "FIRST_PAUSE", timedelta(0))
    sandbox.add_fault("status", path="/shipped$", status=500, retry_after=0, times=1000)

    report = drain(sending.send_shipments, account)

    assert (report.done, report.failed) == (0, COUNT)


def test_answers_under_way_are_stored_when_the_keys_are_refused_in_between(
    unanswered, account, sandbox, monkeypatch
):
    monkeypatch.setattr(halts, "CONNECTIONS", CLAIMED)
    refused = Order.objects.order_by("acknowledge_by", "pk").first().jet_id
    sandbox.add_fault("status", path=f"{refused}/acknowledge$", status=403, times=1000)

    with pytest.raises(JetKeysRefused):
        drain(acknowledging.acknowledge_orders, account)

    answered = Order.objects.filter(status=Order.Status.ACKNOWLEDGED).count()
    assert answered == len(taken(sandbox, "/acknowledge$"))
    assert not Order.objects.exclude(claimed_by="").exists()
