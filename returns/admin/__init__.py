"""The grids of returns, refunds and settlements."""

from returns.admin.refunds import RefundAdmin
from returns.admin.returns import ReturnRequestAdmin
from returns.admin.settlements import SettlementAdmin

__all__ = ["RefundAdmin", "ReturnRequestAdmin", "SettlementAdmin"]
