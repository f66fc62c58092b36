"""Reading Jet's order: nulls, odd amounts and doubled items have one outcome each."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from jetapi.types.orders import Order as JetOrder
from orders.jet import orders as at_jet
from orders.jet.messages import UnreadableOrder, read_order

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def document(**changes):
    """Return a ready order of two mugs in Jet's words."""
    item = {
        "order_item_id": "i1",
        "merchant_sku": "MUG-1",
        "request_order_quantity": 2,
        "item_price": {
            "base_price": Decimal("8.22"),
            "item_tax": Decimal("0.58"),
            "item_shipping_cost": None,
        },
    }
    return {"merchant_order_id": "o1", "status": "ready", "order_items": [item], **changes}


def read(raw):
    """Read a raw document."""
    return read_order(at_jet.document(JetOrder.read(raw)), now=NOW)


def test_nulls_and_absent_fields_are_read_as_nothing():
    found = read(document(order_totals=None, order_detail=None, buyer=None, shipping_to=None, shipments=None))

    assert found.columns["base_total"] == Decimal("16.44")
    assert found.columns["address2"] == ""
    assert found.columns["ship_by"] is None
    assert found.hash_email == "order-o1"


def test_missing_ready_date_starts_the_clock_when_the_order_is_first_seen():
    found = read(document(order_ready_date=None))

    assert found.columns["ready_at"] == NOW


@pytest.mark.parametrize(("total", "line"), [("1.15", "1.16"), ("0.58", "0.58"), (None, "0.58")])
def test_tax_is_read_per_unit_or_per_line_as_the_orders_total_says(total, line):
    totals = {"item_price": {"item_tax": Decimal(total)}} if total else None

    found = read(document(order_totals=totals))

    assert found.items[0]["line_tax"] == Decimal(line)


def test_cancel_test_of_zero_units_counts_the_units_to_cancel():
    raw = document()
    raw["order_items"][0].update(request_order_quantity=0, request_order_cancel_qty=1)

    found = read(raw)

    assert (found.items[0]["units_ordered"], found.items[0]["units_cancel_requested"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"request_order_quantity": -1}, "quantity -1"),
        ({"request_order_quantity": 0}, "quantity 0"),
        ({"item_price": {"base_price": None}}, "no price"),
        ({"item_price": {"base_price": Decimal("1e20")}}, "out of range"),
    ],
)
def test_impossible_lines_are_refused_with_their_reason(change, reason):
    raw = document()
    raw["order_items"][0].update(change)

    with pytest.raises(UnreadableOrder, match=reason):
        read(raw)


def test_doubled_items_and_no_items_are_refused():
    raw = document()

    with pytest.raises(UnreadableOrder, match="twice"):
        read(document(order_items=raw["order_items"] * 2))
    with pytest.raises(UnreadableOrder, match="no items"):
        read(document(order_items=None))


def test_texts_longer_than_their_columns_are_cut_and_nul_is_dropped():
    found = read(document(reference_order_id="9" * 100, hash_email="x\x00y"))

    assert len(found.columns["reference_number"]) == 64
    assert "\\u0000" not in str(found.columns["document"])
    assert "\x00" not in found.hash_email


def test_what_a_buyer_is_called_shows_in_no_log():
    raw = document(buyer={"name": "Ann Lee"}, shipping_to={"recipient": {"name": "Bo Lee"}}, hash_email="a@b")

    shown = repr(read(raw).document)

    assert "o1" in shown
    assert not any(secret in shown for secret in ("Ann", "Bo", "a@b"))
