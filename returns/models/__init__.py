"""Tables of returns, refunds, settlements and the money ledger, by topic."""

from returns.models.ledger import CreditMemo, CreditMemoItem, LedgerBalance, LedgerEntry
from returns.models.refunds import Refund, RefundItem
from returns.models.returns import ReturnItem, ReturnRequest
from returns.models.settlements import Settlement

__all__ = [
    "CreditMemo",
    "CreditMemoItem",
    "LedgerBalance",
    "LedgerEntry",
    "Refund",
    "RefundItem",
    "ReturnItem",
    "ReturnRequest",
    "Settlement",
]
