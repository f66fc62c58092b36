"""The jobs above as an app of a worker that a test starts."""

from django.apps import AppConfig


class HeldConfig(AppConfig):
    """Jobs that hold."""

    name = "tests.jobs.held"
    label = "held"
