"""A database that was put back is noticed by whatever means it was, and nothing else is taken for one."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import generations
from jetbridge.core.models import Event, Generation
from jetbridge.desk import tasks
from jetbridge.inbox import mail
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import claims, drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import queue
from orders.mass_actions import steps
from tests.outbox.app.far_side import FarSide
from tests.outbox.app.models import Label, Voucher
from tests.outbox.app.outboxes import Labels, Vouchers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def far(tmp_path: Path) -> FarSide:
    return FarSide(tmp_path)


def copied() -> list[Generation]:
    """Take a copy of what the database says of its age."""
    generations.raise_number()
    return list(Generation.objects.all())


def put_back(copy: list[Generation]) -> None:
    """Put a copy back, as any tool does: the home is not touched."""
    Generation.objects.all().delete()
    Generation.objects.bulk_create(copy)


def sent_label(far: FarSide) -> Label:
    row = Label.objects.create(content="first")
    queue(Labels(), [row])
    drains.drain(Labels(far), connections=1)
    return row


def test_a_database_from_before_the_last_send_is_noticed_with_what_it_knows_last(far):
    copy = copied()
    sent_label(far)

    put_back(copy)
    found = generations.state()

    assert found.older_since == copy[0].raised_at
    generations.raise_number()
    assert generations.state().is_older, "it stays marked until somebody lifts it"


def test_the_database_of_before_is_noticed_again_after_the_mark_was_lifted(far):
    copy = copied()
    sent_label(far)
    put_back(copy)
    generations.state()
    assert generations.lift()
    assert not generations.state().is_older

    put_back(copy)

    assert generations.state().is_older


def test_one_from_before_there_were_numbers_is_noticed(far):
    sent_label(far)

    put_back([])

    assert generations.state().is_older


def test_who_died_between_database_and_file_left_nothing_to_notice():
    copied()
    Generation.objects.update(number=7)

    assert not generations.state().is_older
    assert generations.seen_number() == 7


@pytest.mark.parametrize("left", [None, b"", b"\0\0\0", b"12x", b"9" * 40, "\u0663".encode()])
def test_a_home_without_its_file_joins_a_database_at_work_and_doubts_one_that_stood_still(left):
    copied()
    file = settings.JETBRIDGE_HOME / generations.FILE

    def lose() -> None:
        file.unlink() if left is None else file.write_bytes(left)

    lose()
    assert not generations.state().is_older
    assert generations.seen_number() == Generation.objects.get().number
    lose()
    Generation.objects.update(raised_at=timezone.now() - timedelta(hours=1))
    assert generations.state().is_older


def test_many_that_raise_at_once_mark_nothing():
    def raise_some() -> None:
        try:
            for _ in range(15):
                assert not generations.raise_number().is_older
                assert not generations.state().is_older
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    faults: list[BaseException] = []
    threads = [threading.Thread(target=raise_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Generation.objects.get().number == generations.seen_number() == 60


def test_a_rolled_back_number_does_not_stand_in_the_file(far):
    with transaction.atomic():
        generations.raise_number()
        transaction.set_rollback(True)

    assert not generations.state().is_older


def test_nothing_goes_while_the_mark_stands_and_all_goes_afterwards(far):
    copy = copied()
    row = sent_label(far)
    put_back(copy)
    row.content = "second"
    row.save()
    queue(Labels(), [row])

    held = drains.drain(Labels(far), connections=1)

    assert (held.done, held.note, claims.is_due(Labels())) == (0, generations.HELD, False)
    assert far.done("label") == [(row.pk, "first")]
    generations.lift()
    assert drains.drain(Labels(far), connections=1).done == 1
    assert far.done("label")[-1] == (row.pk, "second")


def test_what_was_asked_for_before_the_lift_is_looked_up_before_it_is_sent(far):
    row = Voucher.objects.create()
    queue(Vouchers(), [row])
    copy, asked = copied(), Voucher.objects.get()
    drains.drain(Vouchers(far), connections=1)
    put_back(copy)
    asked.save()  # as it stood in the copy
    generations.state()
    generations.lift()

    drains.drain(Vouchers(far), connections=1)

    row.refresh_from_db()
    assert (row.answer, row.booked) == (Answer.ACCEPTED, 1)
    assert len(far.done("voucher")) == 1


class Urgent(Vouchers):
    """What cannot wait for a person."""

    goes_when_older = True


def test_what_cannot_wait_goes_after_a_look(far):
    done, fresh = Voucher.objects.create(), Voucher.objects.create()
    queue(Vouchers(), [done])
    copy, asked = copied(), Voucher.objects.get(pk=done.pk)
    drains.drain(Vouchers(far), connections=1)
    put_back(copy)
    asked.save()
    generations.state()
    queue(Vouchers(), [fresh])

    drains.drain(Urgent(far), connections=1)

    assert sorted(key for key, _ in far.done("voucher")) == [done.pk, fresh.pk]


def test_mail_and_mass_actions_wait(account, far, mailoutbox):
    run = lifecycle.draft(scope=MassAction.Scope.ORDERS, action="acknowledge", ids=[])
    lifecycle.start(run)
    copy = copied()
    sent_label(far)
    put_back(copy)

    assert not steps.RUNS.is_taking_up(), "whoever goes on until all is taken up would never end"
    assert lifecycle.running(MassAction.Scope.ORDERS) == lifecycle.unfinished(MassAction.Scope.ORDERS) == []
    with pytest.raises(mail.Held):
        mail.send(mail.Message("a@example.test", "subject", "text"))
    assert mailoutbox == []
    generations.lift()
    assert lifecycle.running(MassAction.Scope.ORDERS) == [run]


def test_pages_and_readyz_say_so_and_a_comparison_lifts_it(account, far, merchant, client):
    client.force_login(merchant)
    address = reverse("desk:compare_with_jet")
    assert "older than Jet" not in client.get(address).content.decode().lower()
    copy = copied()
    sent_label(far)
    put_back(copy)

    page = client.get(reverse("admin:core_notification_changelist")).content.decode()

    assert "This database is older than Jet since" in page
    assert address in page
    assert client.get("/readyz").json()["deliveries"] is False
    assert "held: the database is older than Jet since" in client.get(reverse("desk:cron")).content.decode()
    assert "may be sent twice" in client.get(address).content.decode()
    assert "Compare with Jet first" in client.post(address, {"do": "lift"}, follow=True).content.decode()
    assert Generation.objects.get().is_older
    tasks.compare_with_jet()
    assert not Generation.objects.get().is_older
    assert client.get("/readyz").json()["deliveries"] is True
    assert "older than Jet since" not in client.get(reverse("desk:cron")).content.decode()


def test_the_command_says_what_may_be_doubled_and_lifts_only_with_yes(account, far):
    copy = copied()
    sent_label(far)
    put_back(copy)

    with pytest.raises(CommandError, match="may be sent twice"):
        call_command("compare_with_jet", lift=True)
    assert generations.state().is_older
    call_command("compare_with_jet", lift=True, yes=True)
    assert not generations.state().is_older
    assert Event.objects.filter(action="mark lifted").count() == 1
