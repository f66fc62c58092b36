"""What is typed into a form is, word for word and cent for cent, what Jet receives."""

import json

import pytest
from django.urls import reverse

from orders.models import OrderItem
from returns.models import Refund, ReturnRequest

# Every component has its own value, so that none can stand in another's place unseen.
ASKED = {"principal": 20, "tax": 1.4, "shipping_cost": 6.5, "shipping_tax": 0.45}


@pytest.fixture
def paid_with_shipping(shipped):
    """The shipped order of 3 mugs, with 9.75 shipping and 0.69 tax on it."""
    OrderItem.objects.update(line_shipping="9.75", line_shipping_tax="0.69")
    return shipped


@pytest.fixture
def asked(paid_with_shipping, sandbox, fetch_returns):
    """A return of two mugs that asks for every component."""
    item = {
        "order_item_id": paid_with_shipping.items.get().jet_id,
        "return_quantity": 2,
        "reason": "Item arrived damaged - box intact",
        "requested_refund_amount": ASKED,
    }
    document = {
        "merchant_return_authorization_id": "r" * 32,
        "merchant_order_id": paid_with_shipping.jet_id,
        "merchant_return_charge": 4.2,
        "return_merchant_SKUs": [item],
    }
    sandbox.open_returns(documents=[document], rebase=True)
    fetch_returns()
    return ReturnRequest.objects.get()


def sent(sandbox, path):
    """Return the body of the one call that Jet took."""
    (call,) = [call for call in sandbox.calls(path=path) if call["applied"] and call["method"] != "GET"]
    body = call["body"]
    return json.loads(body) if isinstance(body, str) else body


def fields(pk, **values):
    return {f"{name}_{pk}": value for name, value in values.items()}


def test_the_form_of_a_return_is_sent_as_typed(asked, admin_client, send_returns, sandbox):
    item = asked.items.get()
    typed = {
        "agree_to_return_charge": "no",
        "return_charge_feedback": "outsideMerchantPolicy",
        **fields(
            item.pk, include="on", units_returned=2, units_refunded=1, units_restocked=0, principal="9.99",
            tax="0.70", shipping="3.25", shipping_tax="0.23", feedback="Wrong Item", notes="Blue, not “gray”",
        ),
    }  # fmt: skip

    answer = admin_client.post(reverse("returns:complete", args=[asked.pk]), typed)
    send_returns()

    assert answer.status_code == 302
    assert sent(sandbox, "/complete$") == {
        "merchant_order_id": asked.jet_order_id,
        "agree_to_return_charge": False,
        "return_charge_feedback": "outsideMerchantPolicy",
        "items": [
            {
                "order_item_id": item.jet_order_item_id,
                "total_quantity_returned": 2,
                "order_return_refund_qty": 1,
                "return_refund_feedback": "Wrong Item",
                "notes": "Blue, not “gray”",
                "refund_amount": {"principal": 9.99, "tax": 0.7, "shipping_cost": 3.25, "shipping_tax": 0.23},
            }
        ],
    }


def test_the_form_as_offered_agrees_and_gives_all_that_is_asked(asked, admin_client, send_returns, sandbox):
    page = admin_client.get(reverse("admin:returns_returnrequest_change", args=[asked.pk]))
    form = page.context["form"]
    typed = {name: value for name in form.fields if (value := form[name].value()) is not None}

    admin_client.post(reverse("returns:complete", args=[asked.pk]), typed)
    send_returns()

    body = sent(sandbox, "/complete$")
    assert (body["agree_to_return_charge"], body.get("return_charge_feedback")) == (True, None)
    assert body["items"][0]["refund_amount"] == ASKED
    assert body["items"][0]["order_return_refund_qty"] == 2


def test_the_form_of_a_refund_is_sent_as_typed(paid_with_shipping, admin_client, send_refunds, sandbox):
    line = paid_with_shipping.items.get()
    address = f"{reverse('returns:refund_add')}?order={paid_with_shipping.jet_id}"
    shown = admin_client.get(address).context["form"]
    typed = {
        "alt_refund_id": "RF-GOLD-1",
        **fields(
            line.pk, include="on", seen=shown.lines[0]["seen"], units_returned=2, units_refunded=1,
            principal="9.99", tax="0.70", shipping="3.25", shipping_tax="0.23",
            reason="Wrong quantity received", feedback="Refunded minus shipping cost", notes="No box",
        ),
    }  # fmt: skip

    answer = admin_client.post(address, typed)
    send_refunds()

    assert answer.status_code == 302
    assert Refund.objects.get().alt_refund_id == "RF-GOLD-1"
    assert sent(sandbox, f"/refunds/{paid_with_shipping.jet_id}/RF-GOLD-1$") == {
        "items": [
            {
                "order_item_id": line.jet_id,
                "total_quantity_returned": 2,
                "order_return_refund_qty": 1,
                "refund_reason": "Wrong quantity received",
                "refund_feedback": "Refunded minus shipping cost",
                "notes": "No box",
                "refund_amount": {"principal": 9.99, "tax": 0.7, "shipping_cost": 3.25, "shipping_tax": 0.23},
            }
        ]
    }
