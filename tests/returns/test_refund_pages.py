"""The grid, the form and the page of a refund, as a person meets them."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from jetbridge.core.roles import VIEWER
from returns import selectors
from returns.forms import RefundForm
from returns.models import CreditMemo, Refund
from returns.refund_reasons import FEEDBACK
from returns.services import ledger, refunds
from tests.returns.refund_drafts import amounts, refund_draft

ADD = "/admin/returns/refund/add/"
GRID = "/admin/returns/refund/"


@pytest.fixture
def browser(merchant):
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(merchant)
    return client


def form_of(order, **changes):
    """Return what the form sends as it is offered, with a reason chosen."""
    form = RefundForm(items=selectors.order_lines(order), initial={"alt_refund_id": "RF-test-1"})
    (line,) = form.lines
    pk = line["item"].pk
    fields = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    return {
        **fields,
        "alt_refund_id": "RF-test-1",
        f"seen_{pk}": line["seen"],
        f"include_{pk}": "on",
        f"reason_{pk}": "Unwanted gift",
        **{f"{name}_{pk}": value for name, value in changes.items()},
    }


def want(order, **changes):
    """Want a refund of the first line."""
    return refunds.queue_refund(order=order, draft=refund_draft(order, **changes))


@pytest.mark.parametrize("name", ["jet_id", "reference_number", "number"])
def test_refund_page_finds_the_order_by_each_of_its_names(shipped, browser, name):
    html = browser.get(ADD, {"order": getattr(shipped, name)}).content.decode()

    assert "Qty Available for Refund" in html
    assert shipped.items.get().jet_id in html
    assert 'value="30.00"' in html


def test_refund_page_says_that_no_order_has_the_name(shipped, browser):
    html = browser.get(ADD, {"order": "nothing <b>"}).content.decode()

    assert "No order is called “nothing &lt;b&gt;”" in html


def test_refund_form_as_offered_is_sent_and_shows_to_its_end(
    shipped, browser, send_refunds, sync_refunds, decide_refund
):
    asked = browser.post(f"{ADD}?order={shipped.number}", form_of(shipped), follow=True).content.decode()
    send_refunds()
    refund = Refund.objects.get()
    settled = browser.get(reverse("outbox:sending", args=["returns.refunds", refund.pk]), {"n": 1})
    decide_refund(refund, "accepted")
    sync_refunds()
    html = browser.get(reverse("admin:returns_refund_change", args=[refund.pk])).content.decode()
    memo = browser.get(reverse("returns:memo", args=[CreditMemo.objects.get().pk])).content.decode()

    assert "is being sent to Jet" in asked
    assert settled["HX-Refresh"] == "true"
    assert "Jet paid the customer back." in html
    assert f"Credit memo {CreditMemo.objects.get()}" in html
    assert "$32.10" in html
    assert f"refund {refund}" in memo


def test_wrong_refund_is_said_beside_its_field_and_nothing_is_stored(shipped, browser):
    response = browser.post(f"{ADD}?order={shipped.number}", form_of(shipped, principal="99", reason=""))

    html = response.content.decode()
    assert response.status_code == 422
    assert "$30.00 that is left" in html
    assert "choose the customer" in html
    assert not Refund.objects.exists()


def test_item_that_is_not_added_is_not_refunded(shipped, browser):
    fields = form_of(shipped)
    del fields[f"include_{shipped.items.get().pk}"]

    html = browser.post(f"{ADD}?order={shipped.number}", fields).content.decode()

    assert "Add at least one item." in html


def test_same_form_posted_twice_leads_to_the_first_refund(shipped, browser):
    fields = form_of(shipped)
    browser.post(f"{ADD}?order={shipped.number}", fields)

    html = browser.post(f"{ADD}?order={shipped.number}", fields, follow=True).content.decode()

    assert "was asked for already" in html
    assert Refund.objects.count() == 1


def test_form_that_another_person_overtook_is_refused_and_shows_the_new_numbers(shipped, browser):
    fields = form_of(shipped, units_returned=1, units_refunded=1, principal="10.00", tax="0.70")
    first = want(shipped)

    response = browser.post(f"{ADD}?order={shipped.number}", fields)

    html = response.content.decode()
    assert response.status_code == 422
    assert "changed since this page was opened" in html
    assert f"promised by refund {first}" in html
    assert 'value="2|20.00' in html


def test_order_with_an_open_return_warns_of_it(shipped, open_return, browser):
    row = open_return(1)

    assert f"return {row}</a>" in browser.get(ADD, {"order": shipped.number}).content.decode()


def test_fully_refunded_order_offers_no_refund(shipped, browser):
    want(shipped, units_returned=3, units_refunded=3, amounts=amounts("30.00", "2.10"))

    html = browser.get(ADD, {"order": shipped.number}).content.decode()

    assert "paid back already" in html
    assert "Submit Refund" not in html


def test_refund_grid_finds_by_sku_order_and_status(shipped, browser, django_assert_max_num_queries):
    refund = want(shipped)
    browser.get(GRID)

    with django_assert_max_num_queries(40):
        html = browser.get(GRID).content.decode()

    assert str(refund) in html
    assert "$10.70" in html
    for query in ({"q": "mug-1"}, {"q": shipped.jet_id}, {"q": shipped.number}, {"status__exact": "new"}):
        assert str(refund) in browser.get(GRID, query).content.decode()
    for query in ({"q": "nothing"}, {"status__exact": "accepted"}):
        assert str(refund) not in browser.get(GRID, query).content.decode()


def test_refund_export_has_what_the_grid_shows_and_no_formula(shipped, browser):
    refund = want(shipped, notes="=HYPERLINK(1)")

    answer = browser.get(f"{GRID}export.csv", {"q": "mug-1"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    none = browser.get(f"{GRID}export.csv", {"q": "nothing"}).getvalue().decode()

    assert [row["refund_id"] for row in rows] == [str(refund)]
    assert (rows[0]["sku"], rows[0]["total"], rows[0]["notes"]) == ("MUG-1", "10.70", "'=HYPERLINK(1)")
    assert len(none.splitlines()) == 1


def test_unsent_refund_is_deleted_after_a_look(shipped, browser):
    refund = want(shipped)
    address = reverse("returns:refund_remove", args=[refund.pk])

    looked = browser.get(address).content.decode()
    still = Refund.objects.count()
    browser.post(address)

    assert "cannot be undone" in looked
    assert (still, Refund.objects.count()) == (1, 0)


def test_sent_refund_cannot_be_deleted(shipped, browser, send_refunds):
    refund = want(shipped)
    send_refunds()

    html = browser.post(reverse("returns:refund_remove", args=[refund.pk]), follow=True).content.decode()

    assert "can no longer be deleted" in html
    assert Refund.objects.exists()


def test_viewer_sees_refunds_and_may_not_begin_one(shipped, django_user_model):
    viewer = django_user_model.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name=VIEWER))
    client = Client()
    client.force_login(viewer)
    refund = want(shipped)

    grid = client.get(GRID)
    refused = [client.get(ADD), client.post(reverse("returns:refund_remove", args=[refund.pk]))]

    assert "Add New Refund" not in grid.content.decode()
    assert [answer.status_code for answer in refused] == [403, 403]


def test_a_refused_refund_is_closed_on_its_page(shipped, browser, send_refunds, sandbox):
    refund = want(shipped)
    sandbox.add_fault("status", path="/refunds/", status=400, times=1)
    send_refunds()
    address = reverse("admin:returns_refund_change", args=[refund.pk])
    before = browser.get(address).content.decode()

    after = browser.post(reverse("returns:refund_close", args=[refund.pk]), follow=True).content.decode()

    assert "Close: nothing more is paid" in before
    assert "Close: nothing more is paid" not in after
    assert "is closed: nothing more is paid" in after


def test_what_is_filled_in_carries_no_more_than_the_units_that_are_left_cost(shipped):
    """After less was given for one unit, the page and its script reckon with what a unit cost at most."""
    less = {"amounts": amounts("1.00"), "feedback": FEEDBACK[0]}
    refunds.queue_refund(order=shipped, draft=refund_draft(shipped, **less))
    item = shipped.items.get()

    form = RefundForm(items=[item])

    field = form.fields[f"principal_{item.pk}"]
    left = item.units_shipped - 1
    assert field.initial == refunds.paid_for(item, left).principal < ledger.left_of(item).amounts.principal
    assert Decimal(field.widget.attrs["data-jr-dearest"]) * left == field.initial
