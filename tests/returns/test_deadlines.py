"""What is told in time: each new return, each deadline once, and the end of Jet's thirty days."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jetbridge.inbox.models import Notification
from orders.models import Shipment
from returns.models import ReturnRequest
from returns.services import completions, deadlines
from returns.tasks import sync_return_statuses
from tests.returns.answers import answer


def due_in(row, **gap):
    ReturnRequest.objects.filter(pk=row.pk).update(complete_by=timezone.now() + timedelta(**gap))


def test_a_new_return_is_told_by_name_and_mailed_and_those_of_an_hour_are_one_line(open_return):
    first = open_return(1)
    line = Notification.objects.get(kind="returns.new")
    assert str(first) in line.title
    assert line.url == first.get_absolute_url()

    second = open_return(1)

    line.refresh_from_db()
    assert (line.title, line.count) == ("2 new returns", 2)
    assert line.url == "/admin/returns/returnrequest/"
    assert str(second) in line.text
    assert line.mail_due_at
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    third = open_return(1)
    assert str(third) in Notification.objects.filter(kind="returns.new").latest("pk").title


def test_a_deadline_within_a_day_is_told_once_with_what_happens_then(open_return, account):
    row = open_return(2)
    due_in(row, hours=5)

    shown = [deadlines.notify_deadlines(account=account, now=timezone.now()) for _time in range(2)]

    line = Notification.objects.get(kind="returns.deadline")
    assert shown == [1, 0]
    assert "gives the buyer $21.40" in line.text
    assert line.mail_due_at


def test_far_deadlines_and_answered_returns_are_not_told(open_return, account):
    far, answered = open_return(1), open_return(1)
    due_in(far, hours=30)
    due_in(answered, hours=5)
    completions.queue_completion(return_request=answered, answer=answer(answered))

    assert deadlines.notify_deadlines(account=account, now=timezone.now()) == 0


def test_the_job_that_follows_returns_tells_deadlines(open_return):
    due_in(open_return(1), hours=5)

    sync_return_statuses()

    assert Notification.objects.filter(kind="returns.deadline").exists()


def test_the_grid_says_what_happens_at_the_end(open_return, admin_client):
    due_in(open_return(2), hours=5)

    page = admin_client.get(reverse("admin:returns_returnrequest_changelist")).content.decode()

    assert "jb-amber" in page
    assert "then Jet gives back $21.40" in page


@pytest.mark.parametrize(
    ("days", "said"),
    [(2, ""), (25, "until"), (31, "most likely reject")],
)
def test_the_refund_page_warns_of_jets_thirty_days(shipped, admin_client, days, said):
    Shipment.objects.update(ship_at=timezone.now() - timedelta(days=days))

    page = admin_client.get(reverse("returns:refund_add"), {"order": shipped.number}).content.decode()

    assert ("within 30 days after shipping" in page) == bool(said)
    assert said in page
