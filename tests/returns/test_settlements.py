"""Jet's weekly settlements: stored, followed, and compared with our own books."""

from decimal import Decimal

import pytest
from django.db.models import F
from django.urls import reverse

from jetbridge.core.models import JobRun
from jetbridge.inbox.models import Notification
from orders.models import OrderItem
from returns import settlement_comparisons
from returns.jet import settlements as at_jet
from returns.models import Settlement
from returns.services import completions, refunds, settlements
from returns.tasks import fetch_settlements
from tests.returns.answers import answer
from tests.returns.refund_drafts import refund_draft

DAY = 24 * 3600
WEEK = 7 * DAY


@pytest.fixture
def fetch(jet, account, sandbox):
    """Let the week end and Jet pay, whatever day it is; fetch(weeks=1) gives the report of the job's step."""

    def fetched(weeks=1):
        sandbox.advance(weeks * WEEK + 2 * DAY)
        jet.authcheck()
        return settlements.fetch_settlements(client=jet, account=account)

    return fetched


def test_a_settled_week_agrees_with_our_books(
    shipped, open_return, send_returns, sync_returns, fetch, sandbox
):
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()
    sandbox.advance(DAY // 24)
    sync_returns()

    report = fetch()

    row = Settlement.objects.get()
    compared = settlement_comparisons.compare(row)
    ours = {part.title: part.ours for part in compared.orders}
    back = {part.title: part.ours for part in compared.returns}
    assert (report.done, row.state, row.differing) == (1, "paid", 0)
    assert (ours["Goods"], ours["Tax"]) == (Decimal("30.00"), Decimal("2.10"))
    assert (back["Goods and shipping"], back["Tax"]) == (Decimal("-10.00"), Decimal("-0.70"))
    assert all(each.is_right for each in compared.sums)


def test_an_accepted_refund_counts_in_its_week(shipped, send_refunds, sync_refunds, decide_refund, fetch):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    send_refunds()
    decide_refund(refund, "accepted")
    sync_refunds()

    fetch()

    compared = settlement_comparisons.compare(Settlement.objects.get())
    assert compared.returns[0].ours == Decimal("-10.00")
    assert compared.differing == 0


def report(**changes):
    """Jet's documented sample, with changes."""
    return at_jet.read(
        {
            "settlement_report_id": "s1",
            "settlement_state": "Submitted",
            "currency": "dollars",
            "unavailable_balance": 0,
            "settlement_period_start": "2026-11-09T00:00:00.0000000Z",
            "settlement_period_end": "2026-11-15T23:59:59.9999999Z",
            "order_balance_details": {
                "merchant_price": 4012.45, "jet_variable_commission": -401.25, "fixed_commission": -120.37,
                "tax": 351.09, "shipping_revenue": 672.00, "shipping_tax": 58.80,
            },
            "order_balance": 4572.72,
            "return_balance_details": {"merchant_price": -315.62},
            "return_balance": -315.62,
            "jet_adjustment": 0,
            "settlement_value": 4257.10,
            **changes,
        }
    )  # fmt: skip


def test_a_report_is_stored_once_and_followed_until_it_is_paid(account):
    first = settlements.store(account=account, document=report())
    again = settlements.store(account=account, document=report())
    paid = settlements.store(account=account, document=report(settlement_state="deposited"))

    row = Settlement.objects.get()
    assert (first, again, paid) == (True, False, True)
    assert (row.state, row.jet_state, row.settlement_value) == ("paid", "deposited", Decimal("4257.10"))
    assert str(row) == "Nov 9 to Nov 15, 2026"


def test_what_our_books_lack_is_counted_and_told(account):
    settlements.store(account=account, document=report())

    compared = settlement_comparisons.compare(Settlement.objects.get())
    differing = {
        part.title: part.difference for part in (*compared.orders, *compared.returns) if part.difference
    }
    shown = Notification.objects.get(kind="returns.settlement")
    assert differing["Goods"] == Decimal("4012.45")
    assert differing["Commission"] == Decimal("-521.62")
    assert compared.differing == len(differing) == 6
    assert (shown.severity, "6 figures differ" in shown.text) == ("warning", True)


def test_what_only_jet_knows_is_never_called_a_difference(account):
    details = {"fulfillment_fee": -12, "product_cost": -1}
    document = report(order_balance_details=details, order_balance=-13, settlement_value=-328.62)
    settlements.store(account=account, document=document)

    compared = settlement_comparisons.compare(Settlement.objects.get())
    assert {part.title: part.ours for part in compared.orders}["Fulfillment fee"] is None
    assert not any(part.difference for part in compared.orders)


def test_a_report_that_does_not_add_up_says_which_sum(account, admin_client):
    settlements.store(account=account, document=report(order_balance=4500, settlement_value=4257.10))
    row = Settlement.objects.get()

    page = admin_client.get(reverse("admin:returns_settlement_change", args=[row.pk])).content.decode()

    wrong = [each.title for each in settlement_comparisons.compare(row).sums if not each.is_right]
    assert wrong == ["Orders", "Settlement"]
    assert "does not add up" in page
    assert "4,572.72" in page


def test_a_strange_state_and_a_missing_week_are_shown_as_they_are(account, admin_client):
    document = report(settlement_state="<Odd>", settlement_period_start=None, settlement_period_end=None)
    settlements.store(account=account, document=document)

    grid = admin_client.get(reverse("admin:returns_settlement_changelist")).content.decode()
    page = admin_client.get(
        reverse("admin:returns_settlement_change", args=[Settlement.objects.get().pk])
    ).content.decode()

    assert "&lt;Odd&gt;" in grid
    assert "&lt;Odd&gt;" in page
    assert "<Odd>" not in page


def test_a_week_noticed_late_is_compared_again(shipped, account, fetch):
    fetch()
    Settlement.objects.update(differing=3)

    settlements.compare_again(account=account)

    assert Settlement.objects.get().differing == 0


def test_the_grid_asks_as_much_for_many_as_for_few(account, admin_client, django_assert_max_num_queries):
    for number in range(30):
        settlements.store(account=account, document=report(settlement_report_id=f"s{number}"))

    with django_assert_max_num_queries(25):
        page = admin_client.get(reverse("admin:returns_settlement_changelist")).content.decode()

    assert page.count("6 differ") == 30


def test_the_job_fetches_and_says_when_nothing_is_new(shipped, sandbox, jet):
    sandbox.advance(WEEK)
    jet.authcheck()

    fetch_settlements()
    fetch_settlements()

    runs = JobRun.objects.filter(job="returns.fetch_settlements").order_by("pk")
    assert [run.outcome for run in runs] == [JobRun.Outcome.ACHIEVED, JobRun.Outcome.NOTHING]
    assert Settlement.objects.count() == 1


def test_the_page_shows_the_rows_behind_our_figures(shipped, fetch, admin_client):
    fetch()

    page = admin_client.get(
        reverse("admin:returns_settlement_change", args=[Settlement.objects.get().pk])
    ).content.decode()

    assert f"Order {shipped}" in page
    assert "Agrees with our books" in page


def test_cents_of_rounding_are_shown_and_no_difference(shipped, fetch, admin_client):
    OrderItem.objects.update(line_fee=F("line_fee") + Decimal("0.01"))

    fetch()

    compared = settlement_comparisons.compare(row := Settlement.objects.get())
    commission = next(part for part in compared.orders if part.title == "Commission")
    page = admin_client.get(reverse("admin:returns_settlement_change", args=[row.pk])).content.decode()
    assert (commission.difference, commission.differs, row.differing) == (Decimal("0.01"), False, 0)
    assert "rounding" in page
