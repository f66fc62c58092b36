"""The grids of orders, by topic."""

from orders.admin.failed import FailedOrderAdmin
from orders.admin.orders import OrderAdmin

__all__ = ["FailedOrderAdmin", "OrderAdmin"]
