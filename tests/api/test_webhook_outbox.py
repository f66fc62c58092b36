"""Webhooks under the law of the outbox: two workers, a death at each line, lost answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jetbridge.api import webhooks
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.outbox.boxes import Outbox
from tests.api.receivers import Receiver, receiving
from tests.outbox.kit import DeliveryCase, DeliveryTests, let_time_pass


@pytest.fixture
def receiver(tmp_path: Path, settings) -> Iterator[Receiver]:
    """An address on this machine, which the installation allows."""
    settings.WEBHOOKS_PRIVATE = True
    with receiving(tmp_path) as found:
        yield found


class TestWebhooks(DeliveryTests):
    """What nobody can be asked about is sent again under its key: whoever takes it knows it by that."""

    @pytest.fixture
    def case(self, db: None, receiver: Receiver) -> Iterator[DeliveryCase]:
        webhooks.save(url=receiver.url, events=["order.imported"])
        boxes: list[Outbox] = []

        def box() -> Outbox:
            boxes.append(webhooks._pool())
            return boxes[-1]

        def make(count: int) -> list[int]:
            before = set(WebhookDelivery.objects.values_list("pk", flat=True))
            for number in range(count):
                webhooks.send_out("order.imported", {"number": number})
            return list(WebhookDelivery.objects.exclude(pk__in=before).values_list("pk", flat=True))

        def exact(count: int) -> None:
            rows = list(WebhookDelivery.objects.all())
            keys = [each["headers"]["JetBridge-Delivery"] for each in receiver.received]
            assert {row.answer for row in rows} == {"accepted"}
            assert {row.status_code for row in rows} == {200}
            assert set(keys) == {row.key for row in rows}
            assert len(rows) == count
            assert [row for row in rows if row.is_pending] == []

        yield DeliveryCase(
            box=box, make=make, exact=exact, faults=receiver, worker="tests.api.workers:send", argument="-"
        )
        for each in boxes:
            each.__exit__()

    def test_a_halt_ends_the_drain_and_gives_back_more_than_the_window_holds(
        self, case: DeliveryCase
    ) -> None:
        """One address that is down halts nobody: each of its messages waits by itself."""
        case.make(3)
        case.faults.go_down()
        report = case.drain()
        left = case.rows()
        case.faults.heal()
        let_time_pass()
        case.drain()

        assert report.halt is None
        assert [row.is_pending for row in left] == [True] * 3
        case.exact(3)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_each_message_is_sent_once(receiver, tmp_path):
    from tests.children import outcome, start_child
    from tests.outbox.kit import WORKER

    webhooks.save(url=receiver.url, events=["order.imported"])
    for number in range(30):
        webhooks.send_out("order.imported", {"number": number})
    gate = tmp_path / "gate"
    workers = [start_child(WORKER, str(gate), "tests.api.workers:send", "-") for _ in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    gate.touch()
    for worker in workers:
        outcome(worker)

    numbers = sorted(json.loads(each["body"])["data"]["number"] for each in receiver.received)
    assert numbers == list(range(30))
    assert Webhook.objects.count() == 1
