"""What is planned, made in the emulator: to the cent and to the unit, whatever was given back in which order."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jetbridge.store.documents import (
    StoreCreditMemo,
    StoreInvoice,
    StoreLine,
    StoreOrder,
    StoreShipment,
    Track,
    Units,
)
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.plans.credit_memos import GivenBack, next_memo
from jetbridge.store.plans.lines import ChannelUnits, NotInStore, Waits
from jetbridge.store.plans.shipments import is_to_cancel, next_invoice, next_shipment
from tests.store.magento.served import store_of
from tests.store.magento.test_sales_traps import ADDRESS

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENT = Decimal("0.01")
HELD = [("default", {f"p-{n}": Decimal(50) for n in range(1, 4)})]


@contextmanager
def shop() -> Iterator[tuple[MagentoSandbox, MagentoStore]]:
    sandbox = MagentoSandbox(seed="none")
    try:
        sandbox.do("products", {"products": [
            {"sku": f"P-{n}", "name": f"P {n}", "price": 5, "quantity": 50} for n in range(1, 4)
        ]})  # fmt: skip
        with store_of(sandbox) as store:
            yield sandbox, store
    finally:
        sandbox.close()


def placed(
    store: MagentoStore, lines: list[tuple[int, Decimal, Decimal]], shipping: Decimal, tax: Decimal
) -> int:
    """Send an order of lines (units, unit price, tax of the line), as it is, with shipping and its tax."""
    rows = [
        {"sku": f"P-{n}", "name": f"P {n}", "qty_ordered": units, "price": price, "price_incl_tax": price,
         "row_total": units * price, "tax_amount": taxed, "ext_order_item_id": f"L{n}"}
        for n, (units, price, taxed) in enumerate(lines, start=1)
    ]  # fmt: skip
    goods = sum((units * price for units, price, _ in lines), start=Decimal(0))
    total_tax = sum((taxed for *_, taxed in lines), start=tax)
    total = goods + total_tax + shipping
    entity: dict[str, Any] = {
        "increment_id": "J-1", "state": "processing", "status": "processing", "grand_total": total,
        "base_grand_total": total, "subtotal": goods, "tax_amount": total_tax, "shipping_amount": shipping,
        "shipping_tax_amount": tax, "items": rows, "billing_address": ADDRESS, "payment": {"method": "checkmo"},
        "customer_email": ADDRESS["email"],
        "extension_attributes": {"shipping_assignments": [
            {"shipping": {"address": ADDRESS, "method": "x"}}
        ]},
    }  # fmt: skip
    return store.place_order(entity).id


def read(store: MagentoStore, number: int) -> StoreOrder:
    [order] = store.orders_of([number])
    assert isinstance(order, StoreOrder)
    return order


def made_of(store: MagentoStore, kind: str, number: int, marker: str) -> list[Any]:
    found: list[Any] = list(getattr(store, kind)([number]))
    return [each for each in found if marker in each.comment]


def give_back(store: MagentoStore, number: int, back: GivenBack, marker: str) -> list[StoreCreditMemo]:
    """Make what is planned, one memo after the other; planned again, nothing is missing."""
    while memo := next_memo(
        read(store, number), back, made=made_of(store, "credit_memos", number, marker), comment=marker
    ):
        store.refund(memo)
    return made_of(store, "credit_memos", number, marker)


money = st.decimals(Decimal("0.01"), Decimal("99.99"), places=2)
small = st.decimals(Decimal("0.00"), Decimal("9.99"), places=2)
order_lines = st.lists(st.tuples(st.integers(1, 5), money, small), min_size=1, max_size=3)


@SOME
@given(lines=order_lines, shipping=small, tax=small, data=st.data())
def test_what_was_given_back_is_met_to_the_cent_and_stock_to_the_unit(
    lines: list[tuple[int, Decimal, Decimal]], shipping: Decimal, tax: Decimal, data: st.DataObject
) -> None:
    with shop() as (_, store):
        number = placed(store, lines, shipping, tax)
        store.invoice(StoreInvoice(number))
        store.ship(StoreShipment(number, source="default"))
        held = {each.sku: each.quantity for each in store.source_stock()}
        left = [units for units, *_ in lines]
        paid = read(store, number).charges.paid
        for turn in range(2):
            units = [data.draw(st.integers(0, count)) for count in left]
            restocked = [data.draw(st.integers(0, count)) for count in units]
            total = data.draw(st.decimals(Decimal(0), paid, places=2))
            back = GivenBack(
                units=tuple(ChannelUnits(f"L{n}", f"P-{n}", count) for n, count in enumerate(units, start=1)),
                restocked=tuple(ChannelUnits(f"L{n}", f"P-{n}", c) for n, c in enumerate(restocked, start=1) if c),
                total=total,
                shipping=data.draw(st.decimals(Decimal(0), total, places=2)),
            )  # fmt: skip
            is_split = any(0 < some < count for some, count in zip(restocked, units, strict=True))
            if is_split and total == CENT:
                with pytest.raises(NotInStore):
                    give_back(store, number, back, f"R-{turn}")
                return
            memos = give_back(store, number, back, f"R-{turn}")

            assert sum((memo.total or 0 for memo in memos), start=Decimal(0)) == total
            assert len(memos) == (0 if not total else 2 if is_split else 1)
            if not total:
                continue
            paid -= total
            for n, (count, some) in enumerate(zip(units, restocked, strict=True), start=1):
                left[n - 1] -= count
                held[f"P-{n}"] += some
            assert {each.sku: each.quantity for each in store.source_stock()} == held
            refunded = {line.reference: line.refunded for line in read(store, number).lines}
            assert refunded == {f"L{n}": lines[n - 1][0] - left[n - 1] for n in range(1, len(lines) + 1)}


def test_money_alone_takes_back_no_tax_that_was_rounded_up_before() -> None:
    with shop() as (_, store):
        number = placed(store, [(2, CENT, CENT)], Decimal(0), Decimal(0))
        store.invoice(StoreInvoice(number))
        store.ship(StoreShipment(number, source="default"))
        one = GivenBack(units=(ChannelUnits("L1", "P-1", 1),), restocked=(), total=CENT)
        none = GivenBack(units=(), restocked=(), total=CENT)

        found = [give_back(store, number, each, f"R-{turn}") for turn, each in enumerate((one, none))]

        assert [[memo.total for memo in memos] for memos in found] == [[CENT], [CENT]]


@SOME
@given(lines=order_lines, data=st.data())
def test_shipments_and_invoices_come_to_the_units_that_left_and_a_repeat_makes_none(
    lines: list[tuple[int, Decimal, Decimal]], data: st.DataObject
) -> None:
    with shop() as (_, store):
        number = placed(store, lines, Decimal(5), Decimal(0))
        shipped = [0 for _ in lines]
        for turn in range(3):
            units = [
                data.draw(st.integers(0, line[0] - gone)) for line, gone in zip(lines, shipped, strict=True)
            ]
            asked = [
                ChannelUnits(f"L{n}", f"P-{n}", count) for n, count in enumerate(units, start=1) if count
            ]
            tracks = (Track(f"1Z{turn}", "ups", "UPS"),)
            for _repeat in range(2):
                while parcel := next_shipment(
                    read(store, number), asked, made=made_of(store, "shipments", number, f"S-{turn}"),
                    tracks=tracks, held=HELD, comment=f"S-{turn}",
                ):  # fmt: skip
                    assert parcel.source == "default"
                    store.ship(parcel)
                gone = [
                    ChannelUnits(f"L{n}", f"P-{n}", before + now)
                    for n, (before, now) in enumerate(zip(shipped, units, strict=True), start=1)
                ]
                while bill := next_invoice(
                    read(store, number), asked, shipped=gone, made=made_of(store, "invoices", number, f"S-{turn}"),
                    comment=f"S-{turn}",
                ):  # fmt: skip
                    store.invoice(bill)
            shipped = [before + now for before, now in zip(shipped, units, strict=True)]
            found = {line.reference: (line.shipped, line.invoiced) for line in read(store, number).lines}
            assert found == {f"L{n}": (gone, gone) for n, gone in enumerate(shipped, start=1)}


def test_a_part_is_not_given_back_while_other_units_of_the_line_are_open() -> None:
    with shop() as (_, store):
        number = placed(store, [(3, Decimal(10), Decimal(0))], Decimal(0), Decimal(0))
        line = read(store, number).lines[0]
        one = (ChannelUnits("L1", "P-1", 1),)
        back = GivenBack(one, one, Decimal(10))
        with pytest.raises(Waits, match="given back from the 3"):
            next_memo(read(store, number), back)

        store.ship(StoreShipment(number, (Units(line.number, Decimal(2)),), source="default"))
        with pytest.raises(Waits, match="from the 1 that did not leave"):
            next_memo(read(store, number), back)
        store.ship(StoreShipment(number, (Units(line.number, Decimal(1)),), source="default"))
        with pytest.raises(Waits, match="invoiced"):
            next_memo(read(store, number), back)
        store.invoice(StoreInvoice(number))

        assert len(give_back(store, number, back, "R")) == 1


def test_a_cancel_waits_until_the_other_units_left_and_are_invoiced() -> None:
    with shop() as (_, store):
        number = placed(store, [(3, Decimal(10), Decimal(0))], Decimal(0), Decimal(0))
        one, two = [ChannelUnits("L1", "P-1", 1)], [ChannelUnits("L1", "P-1", 2)]
        with pytest.raises(Waits, match="other 2 x P-1"):
            is_to_cancel(read(store, number), one)
        parcel = next_shipment(read(store, number), two, comment="S")
        assert parcel is not None
        store.ship(parcel)
        with pytest.raises(Waits, match="invoiced"):
            is_to_cancel(read(store, number), one)
        bill = next_invoice(read(store, number), two, shipped=two)
        assert bill is not None
        store.invoice(bill)

        assert is_to_cancel(read(store, number), one)
        assert store.cancel(number) is True
        assert not is_to_cancel(read(store, number), one)
        assert read(store, number).state == "complete"
        with pytest.raises(NotInStore, match="credit memo"):
            is_to_cancel(read(store, number), two)


def test_a_product_with_options_ships_by_its_parents_line_and_an_edited_order_is_found_by_sku() -> None:

    zero = Decimal(0)
    parent = StoreLine(7, "TEE-RED", Decimal(2), zero, zero, zero, zero, Decimal(9))
    child = StoreLine(8, "TEE-RED", Decimal(2), zero, zero, zero, zero, zero, parent=7)
    order = StoreOrder(1, "1-1", "", "new", "pending", Decimal(18), None, None, (parent, child))

    parcel = next_shipment(order, [ChannelUnits("JET-LINE", "tee-red", 2)], held=[("west", {})])

    assert parcel is not None
    assert [(each.line, each.quantity) for each in parcel.units] == [(7, 2)]
    assert parcel.source == "west"


def test_units_that_no_source_has_alone_leave_in_one_shipment_a_source() -> None:
    with shop() as (_, store):
        number = placed(
            store, [(5, Decimal(10), Decimal(0)), (2, Decimal(10), Decimal(0))], Decimal(0), Decimal(0)
        )
        asked = [ChannelUnits("L1", "P-1", 5), ChannelUnits("L2", "P-2", 2)]
        order = read(store, number)
        held = [("east", {"p-1": Decimal(3)}), ("west", {"p-1": Decimal(9), "p-2": Decimal(1)})]

        first = next_shipment(order, asked, held=held)
        assert first is not None
        assert (first.source, [each.quantity for each in first.units]) == ("east", [3])
        rest = next_shipment(order, asked, made=[first], held=[("east", {}), held[1]])
        assert rest is not None
        assert (rest.source, [each.quantity for each in rest.units]) == ("west", [2, 1])


def test_an_edited_order_names_the_one_that_took_its_place_and_zips_come_by_source() -> None:
    with shop() as (sandbox, store):
        [number] = sandbox.do("orders", {"items": [{"sku": "P-1", "quantity": 1}]})["order_ids"]
        child = sandbox.do("edit", {"order_id": number})["order_id"]
        assert read(store, number).child == child
        assert read(store, child).child is None
        parcel = sandbox.do("ship", {"order_id": child, "tracks": []})["shipment_id"]
        assert [each.id for each in store.new_shipments(0) if isinstance(each, StoreShipment)] == [parcel]
        assert list(store.new_shipments(parcel)) == []
        assert "default" in store.source_zips()
