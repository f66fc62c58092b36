"""Claims, settlements and states, one rule at a time."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jetbridge.outbox import boxes, claims, settlements
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer, State, in_state
from jetbridge.outbox.queue import queue, withdraw
from jetbridge.outbox.results import Settlement
from tests.outbox.app.models import Label, Voucher
from tests.outbox.app.outboxes import Labels, Vouchers

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def made(count, **changes):
    """Make labels and queue them."""
    rows = [Label.objects.create(content="first", **changes) for _ in range(count)]
    queue(Labels(), rows)
    return rows


def claimed(limit=100):
    """Claim what is due."""
    return claims.claim(Labels(), started=timezone.now(), limit=limit)


def accepted(rows):
    """Settle rows as accepted."""
    now = timezone.now()
    return [Settlement(row, Answer.ACCEPTED, row.content, sent_at=now) for row in rows]


def test_states_of_rows_are_the_states_that_the_database_finds():
    now = timezone.now()
    past, soon = now - timedelta(minutes=1), now + timedelta(minutes=1)
    held = [("", None), ("worker", past), ("worker", soon), ("file-1", None)]
    for (holder, until), answer, pending, blocked in product(held, Answer.values, (None, past), (None, past)):
        Label.objects.create(
            claimed_by=holder, claimed_until=until, answer=answer, next_try_at=pending, blocked_at=blocked
        )

    found = {state: set(Label.objects.filter(in_state(state, now))) for state in State}

    stored = set(Label.objects.all())
    assert {state: {row for row in stored if row.state == state} for state in State} == found
    assert sum(len(rows) for rows in found.values()) == len(stored)


def test_a_row_has_one_holder_and_an_abandoned_one_becomes_unknown():
    made(3)

    first, second = claimed(2), claimed()
    Label.objects.filter(pk=first[0].pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    third = claimed()

    assert (len(first), len(second), third) == (2, 1, [first[0]])
    assert (third[0].answer, second[0].answer) == (Answer.UNKNOWN, Answer.NONE)


def test_only_the_holder_renews_gives_back_and_settles():
    made(2)
    rows = claimed()
    token = rows[0].claimed_by

    strange = [
        claims.renew(Labels(), [row.pk for row in rows], token="another"),
        claims.give_back(Labels(), rows, token="another"),
        len(settlements.settle_many(Vouchers(), accepted(rows), token="another")),
    ]

    assert strange == [0, 0, 0]
    assert claims.renew(Labels(), [row.pk for row in rows], token=token) == 2
    assert claims.give_back(Labels(), rows, token=token) == 2


def test_of_many_settlements_those_of_lost_claims_settle_nothing():
    made(3)
    rows = claimed()
    Label.objects.filter(pk=rows[1].pk).update(claimed_by="another")

    ours = settlements.settle_many(Labels(), accepted(rows), token=rows[0].claimed_by)

    states = [Label.objects.get(pk=row.pk).state for row in rows]
    assert [each.row.pk for each in ours] == [rows[0].pk, rows[2].pk]
    assert states == [State.ACCEPTED, State.CLAIMED, State.ACCEPTED]
    assert Label.objects.get(pk=rows[1].pk).answer == Answer.UNKNOWN


def test_a_doubt_outlives_the_answer_to_an_older_number():
    made(1)
    rows = claimed()
    settlements.doubt(Labels(), rows)

    settlements.settle_many(Labels(), accepted(rows), token=rows[0].claimed_by)

    row = Label.objects.get()
    assert (row.number, row.answer, row.is_pending) == (2, Answer.UNKNOWN, True)


def test_a_newer_request_is_not_blocked_by_the_rejection_of_an_older_one():
    (row,) = made(1, failures=2, errors=["Too dark."])
    rows = claimed()
    queue(Labels(), [row])

    rejected = [Settlement(each, Answer.REJECTED, errors=["Too dark."]) for each in rows]
    settlements.settle_many(Labels(), rejected, token=rows[0].claimed_by)

    assert Label.objects.get().state == State.PENDING


def test_what_a_file_holds_is_not_due_until_the_file_settles_it():
    made(3)
    rows = claimed()
    handed = settlements.hand_over(Labels(), rows, token=rows[0].claimed_by, to="file-7")
    queue(Labels(), [rows[0]])

    meanwhile = (claims.is_due(Labels()), Label.objects.first().state)
    settlements.settle_many(Labels(), accepted(rows[:2]), token="file-7")
    claims.give_back(Labels(), rows[2:], token="file-7")

    assert (handed, meanwhile) == (3, (False, State.SENT))
    assert [row.state for row in Label.objects.order_by("pk")] == [
        State.PENDING, State.ACCEPTED, State.SENT,
    ]  # fmt: skip
    assert {row.pk for row in claims.claim(Labels(), started=timezone.now(), limit=9)} >= {rows[0].pk}


def test_only_what_nobody_holds_and_was_surely_not_sent_is_taken_back():
    rows = made(4)
    Label.objects.filter(pk=rows[1].pk).update(answer=Answer.UNKNOWN)
    Label.objects.filter(pk=rows[2].pk).update(claimed_by="worker")
    Label.objects.filter(pk=rows[3].pk).update(next_try_at=None)

    taken = withdraw(Labels(), Label.objects.all())

    assert taken == [rows[0].pk]
    assert [row.is_pending for row in Label.objects.order_by("pk")] == [False, True, True, False]


def test_what_happens_once_is_not_asked_for_again_while_it_is_pending():
    row = Voucher.objects.create()

    counts = [queue(Vouchers(), [row], by="alice", request_id="r1"), queue(Vouchers(), [row])]

    row.refresh_from_db()
    assert (counts, row.number, row.queued_by, row.request_id) == ([1, 0], 1, "alice", "r1")


def test_thousands_are_settled_in_few_statements():
    Label.objects.bulk_create(Label(content="first") for _ in range(2000))
    queue(Labels(), Label.objects.all())
    rows = claimed(2000)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        ours = settlements.settle_many(Labels(), accepted(rows), token=rows[0].claimed_by)

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(ours) == 2000
    assert len(statements) == 1
    assert Label.objects.filter(answer=Answer.ACCEPTED, accepted="first", next_try_at=None).count() == 2000


def test_what_is_due_is_found_by_the_index_on_it():
    now = timezone.now()

    plan = claims.due(Labels(), started=now, now=now)[:200].explain()

    assert "label_due" in plan or connection.vendor == "postgresql"  # a table that small is read whole there


def test_two_boxes_of_one_name_and_a_lease_too_short_are_refused():
    class Twin(Vouchers):
        """Another box of the same name."""

    class Hasty(Vouchers):
        """Its calls outlast their claims."""

        name, lease = "test.hasty", Vouchers.longest_send

    with pytest.raises(ValueError, match="Two boxes"):
        boxes.register(Twin)
    with pytest.raises(ValueError, match="outlast"):
        boxes.register(Hasty)
    assert boxes.named("test.vouchers") is Vouchers


def test_each_delivery_of_the_panel_has_a_box_that_is_registered():
    from django.apps import apps

    from jetbridge.outbox.models import Delivery

    deliveries = {model for model in apps.get_models() if issubclass(model, Delivery)}

    assert deliveries == {box.model for box in boxes.boxes()}
    assert all(issubclass(box, Outbox) and box.permission for box in boxes.boxes())
