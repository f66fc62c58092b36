"""App configuration of the JSON API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Programs of the merchant's: tokens, addresses under /api/v1/, the document that describes them."""

    name = "jetbridge.api"
    label = "api"
    verbose_name = "JSON API"
