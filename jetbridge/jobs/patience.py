"""Jobs wait for a database that another program holds: nothing was begun yet, so nothing has to be done again."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection

from jetbridge.core import outages, progress

logger = logging.getLogger(__name__)

# As long as a backup, a check or a person with a shell may hold the database.
PATIENCE = timedelta(minutes=10)
PAUSE = 1.0


@contextmanager
def waiting_for_locks() -> Iterator[None]:
    """Let this thread wait where a transaction cannot begin, or a statement of its own not run, for a lock."""
    with connection.execute_wrapper(_patiently):
        yield


def _patiently(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    # Inside a transaction the lock is held, or what was done before would have to be done again.
    if connection.in_atomic_block:
        return execute(sql, params, many, context)
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        if outages.outage_of(error) is not outages.LOCKED:
            raise
    logger.warning("The database is locked by another program; the job waits for it.")
    until = time.monotonic() + PATIENCE.total_seconds()
    with progress.waiting(PATIENCE.total_seconds()):
        while True:
            time.sleep(PAUSE)
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                if outages.outage_of(error) is not outages.LOCKED or time.monotonic() > until:
                    raise
