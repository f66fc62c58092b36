"""The grids of returns and refunds."""

from returns.admin.refunds import RefundAdmin
from returns.admin.returns import ReturnRequestAdmin

__all__ = ["RefundAdmin", "ReturnRequestAdmin"]
