"""A worker that sends webhooks in a process of its own."""

from django.conf import settings

from jetbridge.api import webhooks


def send(argument: str) -> None:
    """Send everything that is due."""
    settings.WEBHOOKS_PRIVATE = True
    webhooks.send()
