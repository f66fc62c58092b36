"""The grid and the page of a return, as a person meets them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from returns.forms import CompletionForm
from returns.models import CreditMemo, ReturnRequest
from returns.models.amounts import Amounts
from returns.services import completions, ledger
from tests.returns.answers import answer


@pytest.fixture
def browser(merchant):
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(merchant)
    return client


def form_of(row, **changes):
    """Return what the form sends as it is offered."""
    form = CompletionForm(items=row.items.select_related("order_item"))
    fields = {
        name: field.initial for name, field in form.fields.items() if field.initial not in (None, False)
    }
    pk = row.items.get().pk
    return {**fields, f"include_{pk}": "on", "agree_to_return_charge": "yes", **changes}


def test_page_shows_what_is_asked_and_offers_it(open_return, browser):
    row = open_return(2)

    html = browser.get(reverse("admin:returns_returnrequest_change", args=[row.pk])).content.decode()

    assert "The customer asks" in html
    assert "$21.40" in html
    assert 'value="20.00"' in html
    assert "data-jb-countdown" in html


def test_form_completes_the_return_and_the_memo_can_be_printed(open_return, browser, send_returns):
    row = open_return(2)

    sent = browser.post(reverse("returns:complete", args=[row.pk]), form_of(row), follow=True)
    send_returns()
    settled = browser.get(reverse("outbox:sending", args=["returns.completions", row.pk]), {"n": 1})
    memo = browser.get(reverse("returns:memo", args=[CreditMemo.objects.get().pk])).content.decode()

    assert "is being sent to Jet" in sent.content.decode()
    assert settled["HX-Refresh"] == "true"
    assert "$21.40" in memo


def test_not_agreeing_is_what_is_stored(open_return, browser):
    row = open_return(1)

    browser.post(
        reverse("returns:complete", args=[row.pk]),
        form_of(row, agree_to_return_charge="no", return_charge_feedback="wrongItem"),
    )

    row.refresh_from_db()
    assert (row.agree_to_return_charge, row.return_charge_feedback) == (False, "wrongItem")


def test_wrong_answer_is_said_beside_its_field_and_nothing_is_stored(open_return, browser):
    row = open_return(2)
    pk = row.items.get().pk

    response = browser.post(
        reverse("returns:complete", args=[row.pk]),
        form_of(row, **{f"units_refunded_{pk}": 1, f"principal_{pk}": "99"}),
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "why less is given back" in html
    assert "$20.00 that is asked for" in html
    assert ReturnRequest.objects.get().next_try_at is None


def test_money_that_is_back_already_is_shown_and_zero_is_offered(open_return, browser):
    first, second = open_return(1), open_return(2)
    line = first.order.items.get()
    entry = ledger.reserve(
        item=line, units=3, amounts=Amounts(Decimal("30.00"), Decimal("2.10")), return_item=first.items.get()
    )
    ledger.book(entry)

    html = browser.get(reverse("admin:returns_returnrequest_change", args=[second.pk])).content.decode()

    assert f"already refunded by return {first}" in html
    assert "Complete this return with 0" in html


def test_what_waits_stands_first_and_the_nearest_deadline_on_top(account, browser):
    now = timezone.now()
    rows = {
        "done-long-ago": {"complete_by": now, "completed_at": now - timedelta(days=9)},
        "later": {"complete_by": now + timedelta(days=2)},
        "done": {"complete_by": now, "completed_at": now},
        "sooner": {"complete_by": now + timedelta(days=1)},
    }
    for jet_id, fields in rows.items():
        ReturnRequest.objects.create(account=account, jet_id=jet_id, **fields)

    found = browser.get(reverse("admin:returns_returnrequest_changelist")).context["cl"].result_list

    assert [row.jet_id for row in found] == ["sooner", "later", "done", "done-long-ago"]


def test_grid_shows_what_is_asked_and_finds_by_sku(open_return, browser, django_assert_max_num_queries):
    row = open_return(1)
    grid = reverse("admin:returns_returnrequest_changelist")
    browser.get(grid)

    with django_assert_max_num_queries(40):
        html = browser.get(grid).content.decode()

    assert str(row) in html
    assert "$10.70" in html
    assert str(row) in browser.get(grid, {"q": "mug-1"}).content.decode()
    assert str(row) not in browser.get(grid, {"q": "nothing"}).content.decode()


def test_completed_return_shows_on_its_orders_page(open_return, browser, send_returns):
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()

    html = browser.get(reverse("admin:orders_order_change", args=[row.order_id])).content.decode()

    assert f"Credit memo {CreditMemo.objects.get()}" in html
    assert f"Return {row}" in html


def test_answered_page_shows_what_went_back_and_no_form(open_return, browser, send_returns):
    row = open_return(1)
    completions.queue_completion(return_request=row, answer=answer(row))
    send_returns()

    html = browser.get(reverse("admin:returns_returnrequest_change", args=[row.pk])).content.decode()

    assert "Jet took your answer." in html
    assert "Submit Return" not in html
