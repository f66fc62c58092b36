"""Returns and refunds for programs: what is asked, given back and promised; the ledger stands behind every answer."""

import pytest

from returns.models import Refund, RefundItem, ReturnRequest

pytestmark = pytest.mark.django_db


def test_a_return_is_completed_with_what_the_page_offers(warehouse, open_return, send_returns):
    row = open_return(2)
    shown = warehouse.get(f"returns/{row.jet_id}").json()
    assert (shown["status"], shown["items"][0]["requested"], shown["items"][0]["sku"]) == (
        "created",
        2,
        "MUG-1",
    )

    answer = warehouse.post(f"returns/{row.jet_id}/complete", {})

    assert answer.status_code == 202, answer.content
    assert answer.json() == {"id": row.jet_id, "state": "pending"}
    send_returns()
    shown = warehouse.get(f"returns/{row.jet_id}").json()
    assert (shown["state"], shown["items"][0]["refunded"]) == ("accepted", 2)
    assert shown["items"][0]["given"] == shown["items"][0]["asked"]
    again = warehouse.post(f"returns/{row.jet_id}/complete", {})
    assert (again.status_code, again.json()["code"]) == (409, "api.already_queued")


def test_less_is_given_back_unit_by_unit_and_needs_a_feedback(warehouse, open_return):
    row = open_return(2)
    line = {"item": row.items.get().jet_order_item_id, "refunded": 1}

    answer = warehouse.post(f"returns/{row.jet_id}/complete", {"items": [line]})
    assert answer.status_code == 422
    assert "feedback" in answer.json()["errors"][0]["field"]
    body = {"items": [{**line, "feedback": "Item damaged"}]}
    assert warehouse.post(f"returns/{row.jet_id}/complete", body).status_code == 202
    item = row.items.get()
    assert (item.units_refunded, item.principal * 2) == (1, item.asked_principal)
    assert warehouse.post("returns/none/complete", {}).status_code == 404


def test_other_amounts_pass_the_services_own_checks(warehouse, open_return):
    row = open_return(2)
    line = {"item": row.items.get().jet_order_item_id, "refunded": 1, "feedback": "Item damaged"}
    asked = str(row.items.get().asked_principal)

    def complete(**more):
        return warehouse.post(f"returns/{row.jet_id}/complete", {"items": [{**line, **more}]})

    assert complete(amounts={"principal": "1.234"}).status_code == 422
    assert "that is asked for" in complete(amounts={"principal": "9999.00"}).text
    assert "say that more is meant" in complete(amounts={"principal": asked}).text
    assert complete(amounts={"principal": asked}, more=True).status_code == 202
    assert (row.items.get().units_refunded, str(row.items.get().principal)) == (1, asked)


def test_a_refund_of_less_says_how_much_and_why(office, shipped):
    part = {"sku": "MUG-1", "quantity": 1, "reason": "Accidental order"}
    less = {**part, "amounts": {"principal": "1.00", "shipping": "0"}}

    def refund(given):
        return office.post("refunds", {"order": shipped.number, "items": [given]})

    assert "why less is given back" in refund(less).text
    assert refund({**less, "amounts": {"principal": "9999"}}).status_code == 422
    answer = refund({**less, "feedback": "Item damaged"})
    assert answer.status_code == 202, answer.content
    line = RefundItem.objects.get()
    assert (str(line.principal), line.shipping) == ("1.00", 0)


def test_a_refund_is_for_those_who_may_and_pays_once(warehouse, office, shipped):
    body = {
        "order": shipped.number,
        "id": "RF-2026-1",
        "items": [{"sku": "MUG-1", "quantity": 1, "reason": "Accidental order"}],
    }
    assert warehouse.post("refunds", body).status_code == 403

    answer = office.post("refunds", body)

    assert answer.status_code == 202, answer.content
    assert answer.json() == {"id": "RF-2026-1", "state": "pending"}
    assert office.post("refunds", body).json()["code"] == "api.already_queued"
    shown = office.get("refunds").json()["items"]
    assert [(row["id"], row["items"][0]["sku"]) for row in shown] == [("RF-2026-1", "MUG-1")]
    assert Refund.objects.count() == 1
    assert ReturnRequest.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": "none"},
        {"items": [{"sku": "NONE", "quantity": 1, "reason": "Accidental order"}]},
        {"items": [{"sku": "MUG-1", "quantity": 1, "reason": "Because"}]},
        {"items": [{"sku": "MUG-1", "quantity": 99, "reason": "Accidental order"}]},
        {"items": []},
    ],
)
def test_a_refund_without_sense_is_refused(office, shipped, wrong):
    right = {
        "order": shipped.number,
        "items": [{"sku": "MUG-1", "quantity": 1, "reason": "Accidental order"}],
    }

    answer = office.post("refunds", right | wrong)

    assert answer.status_code in (404, 422)
    assert not Refund.objects.exists()
