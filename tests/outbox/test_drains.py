"""What a drain does with rows that building holds back, with trouble in one row, and with slow calls."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core.models import JobRun
from jetbridge.core.send_failures import Rejected
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer, State
from jetbridge.outbox.queue import queue, unblock
from jetbridge.outbox.results import Undecided
from tests.outbox.app.models import Label, Voucher
from tests.outbox.app.outboxes import Labels, Vouchers

pytestmark = pytest.mark.django_db(transaction=True)


def label(content="first"):
    """Queue a label and return it."""
    row = Label.objects.create(content=content)
    queue(Labels(), [row])
    return row


def drain(box, **options):
    """Drain a box once."""
    return drains.drain(box, connections=2, **options)


def test_rows_that_building_holds_back_are_settled_without_a_call(far):
    rows = {content: label(content) for content in ("later", "held", "gone")}

    report = drain(Labels(far))

    for row in rows.values():
        row.refresh_from_db()
    assert [item.reason for item in report.items] == [
        "Its shelf is not built.", "Somebody must look.", "Its shelf is gone.",
    ]  # fmt: skip
    assert [row.state for row in rows.values()] == [State.PENDING, State.HELD, State.NONE]
    assert rows["later"].next_try_at > timezone.now() + timedelta(seconds=10)
    assert far.done("label") == []


def test_what_was_accepted_already_is_not_sent_again(far):
    row = label()
    drain(Labels(far))

    queue(Labels(), [row])
    drain(Labels(far))

    row.refresh_from_db()
    assert (row.state, row.number) == (State.ACCEPTED, 2)
    assert len(far.done("label")) == 1


def test_three_identical_rejections_block_a_row_until_somebody_frees_it(far):
    row = label()
    far.fault("reject", "Too dark.")
    for _ in range(3):
        drain(Labels(far))
        queue(Labels(), [row])
    far.heal()

    blocked = drain(Labels(far))
    row.refresh_from_db()
    state, errors = row.state, row.errors
    unblock(Labels(), [row])
    drain(Labels(far))

    row.refresh_from_db()
    assert (blocked.done, state, errors) == (0, State.BLOCKED, ["Too dark."])
    assert (row.state, row.failures, far.done("label")) == (State.ACCEPTED, 0, [(row.pk, "first")])


def test_what_is_not_sent_is_due_for_the_next_drain_and_not_in_doubt(far):
    row = label()
    far.fault("busy")

    report = drain(Labels(far))

    row.refresh_from_db()
    assert (report.failed, row.state, row.errors) == (1, State.PENDING, ["It is busy."])
    far.heal()
    assert drain(Labels(far)).done == 1


def test_pauses_after_lost_answers_double_up_to_the_longest():
    box = Labels()

    assert [box.pause(attempts).total_seconds() for attempts in (1, 2, 3, 6, 40)] == [20, 40, 80, 640, 900]


def test_a_row_that_cannot_be_built_keeps_no_other_from_being_sent(far):
    class Crooked(Labels):
        def build(self, rows):
            if any(row.content == "crooked" for row in rows):
                raise ZeroDivisionError("crooked")
            return super().build(rows)

    rows = [label(), label("crooked"), label()]

    report = drain(Crooked(far))

    rows[1].refresh_from_db()
    assert (report.done, report.failed) == (2, 1)
    assert "ZeroDivisionError" in rows[1].errors[0]
    assert rows[1].next_try_at > timezone.now()


def test_an_answer_that_cannot_be_stored_keeps_no_other_from_being_stored(far):
    class Crooked(Labels):
        def apply(self, settled, now):
            if any(each.payload == "crooked" for each in settled.accepted):
                raise ZeroDivisionError("crooked")

    rows = [label(), label("crooked"), label()]

    report = drain(Crooked(far))

    rows[1].refresh_from_db()
    assert (report.done, report.failed) == (2, 1)
    assert (rows[1].state, rows[1].accepted) == (State.UNKNOWN, "")


def test_trouble_that_nobody_expected_in_a_call_ends_the_drain_and_leaves_its_row_in_doubt(far):
    class Crooked(Vouchers):
        def send(self, row, payload):
            raise ZeroDivisionError("crooked")

    row = Voucher.objects.create()
    queue(Vouchers(), [row])

    with pytest.raises(ZeroDivisionError):
        drain(Crooked(far))

    row.refresh_from_db()
    assert (row.state, row.claimed_by) == (State.UNKNOWN, "")


def test_what_the_other_side_takes_and_has_not_decided_is_asked_for_again(far):
    class Slow(Labels):
        def send(self, row, payload):
            if row.answer == Answer.SENT:
                return super().send(row, payload)
            return Undecided(timezone.now() + timedelta(minutes=1))

    row = label()

    drain(Slow(far))
    row.refresh_from_db()
    state, early = row.state, drain(Slow(far)).done
    Label.objects.update(next_try_at=timezone.now())
    drain(Slow(far))

    row.refresh_from_db()
    assert (state, early, row.state) == (State.SENT, 0, State.ACCEPTED)


def test_a_limit_leaves_the_rest_for_later(far):
    for _ in range(4):
        label()

    report = drain(Labels(far), limit=3)

    assert (report.done, Label.objects.filter(next_try_at=None).count()) == (3, 3)


def test_claims_are_renewed_while_a_call_is_slow(far, monkeypatch):
    monkeypatch.setattr(drains, "TICK", 0.02)
    row, heartbeats = label(), []
    far.fault("slow", 0.3)
    seen = []

    def heartbeat():
        heartbeats.append(1)
        seen.append(Label.objects.get(pk=row.pk).claimed_until)

    drain(Labels(far), heartbeat=heartbeat)

    held = [until for until in seen if until is not None]
    assert len(set(held)) > 2
    assert held == sorted(held)


def test_a_refusal_of_ours_says_so_and_leaves_no_time_of_sending(far):
    class Strict(Labels):
        def build(self, rows):
            return {row.pk: Rejected("It has no text.") for row in rows}

    row = label()

    report = drain(Strict(far))

    row.refresh_from_db()
    assert report.items[0].reason == "Not sent: It has no text."
    assert (row.state, row.sent_at, row.errors) == (State.REJECTED, None, ["It has no text."])


def test_nothing_due_is_an_empty_report(far):
    report = drain(Labels(far))

    assert (report.done, report.failed, report.skipped, JobRun.objects.count()) == (0, 0, 0, 0)
