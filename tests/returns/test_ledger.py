"""The ledger: the database refuses more units or money than were shipped and paid."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from returns.models import LedgerBalance, LedgerEntry
from returns.services import ledger
from returns.services.ledger import Amounts, LedgerRefused


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
