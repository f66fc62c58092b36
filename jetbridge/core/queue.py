"""Nudges: name a job after commit; the work itself stands in our tables, so a lost nudge loses nothing."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def nudge(name: str) -> None:
    """Ask for a run of the named job once this transaction is committed. A dead broker never fails the caller."""
    transaction.on_commit(partial(_send, name))


def nudge_later(name: str, *, seconds: int) -> None:
    """Ask for a run of the named job after some seconds."""
    transaction.on_commit(partial(_send, name, countdown=seconds))


def _send(name: str, countdown: int | None = None) -> None:
    try:
        current_app.send_task(name, countdown=countdown, headers={"jetbridge_trigger": "nudge"}, retry=False)
    except Exception as error:  # the broker's client raises what its transport pleases
        logger.warning("The nudge for %s was not delivered (%s); the sweep will repeat it.", name, error)
