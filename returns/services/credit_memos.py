"""Makes the credit memo of a return or refund from what the ledger booked: to the cent what Jet accepted."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from returns import handovers
from returns.models import CreditMemo, CreditMemoItem, LedgerEntry, Refund, ReturnRequest
from returns.models.amounts import PARTS

NUMBER_BASE = 300_000_000


def credit(
    *, document: ReturnRequest | Refund, entries: Sequence[LedgerEntry], at: datetime
) -> CreditMemo | None:
    """
    Make the memo of a return or refund in the caller's transaction; one that gave nothing back makes none.

    One document has one memo: the second attempt breaks on the database's constraint.
    """
    given = [entry for entry in entries if any(getattr(entry, part) for part in PARTS)]
    if not given or document.order_id is None:
        return None
    sums = {part: sum((getattr(entry, part) for entry in given), start=Decimal(0)) for part in PARTS}
    memo = CreditMemo.objects.create(
        order_id=document.order_id,
        return_request=document if isinstance(document, ReturnRequest) else None,
        refund=document if isinstance(document, Refund) else None,
        at=at,
        total=sum(sums.values(), start=Decimal(0)),
        is_demo=document.is_demo,
        **sums,
    )
    memo.number = str(NUMBER_BASE + memo.pk)
    memo.save(update_fields=["number"])
    CreditMemoItem.objects.bulk_create(
        CreditMemoItem(
            memo=memo,
            order_item_id=entry.order_item_id,
            units=entry.units,
            **{part: getattr(entry, part) for part in PARTS},
        )
        for entry in given
    )
    handovers.hand_over(memo)
    return memo
