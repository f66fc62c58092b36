"""The grids of orders and of failed orders."""

from django.contrib import admin

from jetbridge.core.admin_base import ReadOnlyAdmin
from orders.models import FailedOrder, Order


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders, deadline first."""


@admin.register(FailedOrder)
class FailedOrderAdmin(ReadOnlyAdmin):
    """Orders that are held or could not be imported."""
