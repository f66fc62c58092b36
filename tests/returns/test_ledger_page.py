"""The ledger of an order: units and money of each line, and every entry with its document, person and call."""

from django.urls import reverse

from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from returns.services import completion_answers, completions, refunds
from tests.returns.answers import answer
from tests.returns.refund_drafts import refund_draft


def page_of(order, client):
    return client.get(reverse("returns:ledger", args=[order.pk])).content.decode()


def figures(page):
    """Return the units as title -> count."""
    part = page.split('class="jr-units">')[1].split("</dl>")[0]
    return {
        each.split("</dt>")[0]: int(each.split("<dd>")[1].split("</dd>")[0])
        for each in part.split("<dt>")[1:]
    }


def test_units_and_money_add_up_and_each_entry_names_its_proof(open_return, account, merchant, admin_client):
    row = open_return(2)
    with acting(user=merchant):
        completions.queue_completion(
            return_request=row, answer=answer(row, units_refunded=1, feedback="Item damaged")
        )
    with open_client(account) as client:
        completion_answers.send_returns(client=client, account=account)

    page = page_of(row.order, admin_client)

    assert figures(page) == {
        "Ordered": 3, "Cancelled": 0, "Shipped": 3, "Returned": 2, "Refunded": 1, "Left to refund": 2,
    }  # fmt: skip
    assert f"Return {row}" in page
    assert merchant.get_username() in page
    assert "answered 204" in page or "answered 20" in page
    assert "$21.40" in page


def test_a_released_promise_stays_readable_and_counts_nothing(shipped, send_refunds, sandbox, admin_client):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))
    sandbox.add_fault("status", status=400, path="/refunds/", times=1)
    send_refunds()

    page = page_of(shipped, admin_client)

    assert "Released" in page
    assert str(refund) in page
    assert figures(page)["Refunded"] == 0


def test_an_untouched_order_says_that_nothing_was_given_back(
    shipped, admin_client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        page = page_of(shipped, admin_client)

    assert "Nothing was given back for this item" in page


def test_the_order_leads_to_its_ledger(shipped, admin_client):
    page = admin_client.get(reverse("admin:orders_order_change", args=[shipped.pk])).content.decode()

    assert reverse("returns:ledger", args=[shipped.pk]) in page
