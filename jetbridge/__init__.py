"""The project package: wiring only."""

from jetbridge.celery import app as celery_app

__all__ = ["celery_app"]
