"""The grids of orders, by topic."""

from orders.admin.failed import FailedOrderAdmin
from orders.admin.orders import OrderAdmin
from orders.admin.oversells import OversellAdmin

__all__ = ["FailedOrderAdmin", "OrderAdmin", "OversellAdmin"]
