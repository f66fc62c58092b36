"""The ledger: the database refuses more units or money than were shipped and paid."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from orders.models import OrderItem
from returns.models import LedgerBalance, LedgerEntry
from returns.models.amounts import Amounts
from returns.services import ledger
from returns.services.ledger import LedgerRefused


def test_what_is_left_is_what_was_paid_for_shipped_units(shipped):
    left = ledger.left_of(shipped.items.get())

    assert (left.units, left.amounts) == (
        3,
        Amounts(Decimal("30.00"), Decimal("2.10"), Decimal(0), Decimal(0)),
    )


def test_second_payment_beyond_what_was_paid_is_refused_naming_the_first(open_return):
    row = open_return(2)
    item, line = row.items.get(), row.order.items.get()
    ledger.reserve(item=line, units=2, amounts=Amounts(Decimal("20.00")), return_item=item)

    with pytest.raises(LedgerRefused, match=f"already promised by return {row}"):
        ledger.reserve(item=line, units=2, amounts=Amounts(Decimal("20.00")), return_item=item)

    assert LedgerEntry.objects.count() == 1
    assert LedgerBalance.objects.get().given_principal == Decimal("20.00")


def test_released_promise_can_be_made_again_and_is_released_once(open_return):
    row = open_return(3)
    item, line = row.items.get(), row.order.items.get()
    entry = ledger.reserve(item=line, units=3, amounts=Amounts(Decimal("30.00")), return_item=item)

    ledger.release(entry)
    ledger.release(entry)
    ledger.reserve(item=line, units=3, amounts=Amounts(Decimal("30.00")), return_item=item)

    assert LedgerBalance.objects.get().units_refunded == 3


def test_database_itself_refuses_more_than_was_paid(open_return):
    row = open_return(1)
    ledger.balance_of(row.order.items.get())

    for change in (
        {"given_principal": Decimal("30.01")},
        {"given_tax": Decimal("2.11")},
        {"units_refunded": 4},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerBalance.objects.update(**change)


def test_amounts_that_floating_point_cannot_add_are_given_to_the_cent(open_return):
    first, second = open_return(1), open_return(1)
    line = first.order.items.get()
    line.line_shipping = Decimal("0.30")
    line.save()

    entries = [
        ledger.reserve(
            item=line, units=1, amounts=Amounts(shipping=Decimal(cents)), return_item=row.items.get()
        )
        for row, cents in ((first, "0.10"), (second, "0.20"))
    ]
    for entry in entries:
        ledger.release(entry)

    assert LedgerBalance.objects.get().given_shipping == Decimal("0.00")


def test_what_jet_gave_back_on_top_is_in_the_books_and_held_apart(open_return):
    ours, jets = open_return(2), open_return(1)
    line = ours.order.items.get()
    ledger.reserve(item=line, units=3, amounts=Amounts(Decimal("30.00")), return_item=ours.items.get())

    entry, is_beyond = ledger.record_elsewhere(
        item=line, units=1, amounts=Amounts(Decimal("10.00")), return_item=jets.items.get()
    )

    balance = LedgerBalance.objects.get()
    assert (is_beyond, entry.principal) == (True, Decimal("10.00"))
    assert (balance.given_principal, balance.beyond_principal) == (Decimal("40.00"), Decimal("10.00"))
    assert (balance.units_refunded, balance.beyond_units) == (4, 1)
    assert ledger.left_of(OrderItem.objects.select_related("ledger").get()).units == 0
