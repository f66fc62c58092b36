"""App configuration of returns."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """The returns app."""

    name = "returns"
    verbose_name = "Returns"
