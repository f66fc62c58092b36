"""What speaks for which cause, figure by figure."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.listings.facets.figures import Figure, cause_of
from catalog.listings.models import Drift

Cause = Drift.Cause
NOW = datetime(2018, 2, 1, 12, tzinfo=UTC)
SENT = NOW - timedelta(days=1)
BEFORE, AFTER = SENT - timedelta(hours=1), SENT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"store": 7, "live": 7, "sent": 7, "sent_at": SENT}, None),
        ({"store": 7, "live": 7, "sent": 5, "sent_at": SENT, "live_at": AFTER}, None),
        ({"store": 7, "live": 3, "sent": 7, "sent_at": SENT, "live_at": AFTER}, Cause.FOREIGN),
        ({"store": 7, "live": 3, "sent": 7, "sent_at": SENT}, Cause.FOREIGN),
        ({"store": 7, "live": 3, "sent": 7, "sent_at": SENT, "live_at": BEFORE}, Cause.LOST),
        ({"store": 9, "live": 7, "sent": 7, "sent_at": SENT, "live_at": BEFORE}, Cause.UNSENT),
        ({"store": 9, "live": 0}, Cause.NEVER),
        ({"store": 9, "live": 7, "sent": 7, "sent_at": SENT, "refused": True}, Cause.REFUSED),
        ({"store": 9, "live": 7, "sent": 7, "sent_at": SENT, "held": True}, Cause.HELD),
        (
            {"store": 9, "live": 7, "sent": 7, "sent_at": SENT, "queued_at": NOW - timedelta(hours=2)},
            Cause.STUCK,
        ),
        ({"store": 9, "live": 7, "sent": 7, "sent_at": SENT, "queued_at": NOW - timedelta(minutes=5)}, None),
    ],
)
def test_the_cause_follows_from_the_three_sides_and_their_ages(facts, expected):
    assert cause_of(Figure("stock", **facts), NOW) == expected


def test_what_a_lost_answer_may_have_carried_is_no_change_by_others():
    facts = {"sent": 7, "sent_at": SENT, "live_at": AFTER, "maybe": (8,), "queued_at": NOW}

    assert cause_of(Figure("stock", store=9, live=8, **facts), NOW) is None
