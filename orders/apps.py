"""App configuration of orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The orders app."""

    name = "orders"
    verbose_name = "Orders"
