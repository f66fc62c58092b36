"""Ways in which Jet stops serving us, and its return: what tests of drains that must end share."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jetapi.errors import JetAuthError
from jetapi.sandbox import Sandbox
from jetbridge.core.jet import client as jet
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import Configuration

WAYS = ("overloaded", "keys refused", "circuit open")
# More than any test has calls.
ALWAYS = 100_000


@contextmanager
def stopped_serving(way: str, sandbox: Sandbox) -> Iterator[None]:
    """Let no call through inside the block; afterwards Jet is back, and what was learned of it is forgotten."""
    jet._circuit.cache_clear()
    status = 403 if way == "keys refused" else 503
    sandbox.add_fault("status", path="api/", status=status, retry_after=0, times=ALWAYS)
    if way == "circuit open":
        circuit = jet._circuit(jet.base_url())
        for _ in range(ALWAYS):
            if circuit.retry_at is not None:
                break
            circuit._failed()
    try:
        if way == "keys refused":
            with pytest.raises((JetAuthError, JetKeysRefused)):
                yield
        else:
            yield
    finally:
        sandbox.clear_faults()
        jet._circuit.cache_clear()


def call_few_at_once() -> None:
    """Make the window of calls under way small, so that few rows are more than it holds."""
    Configuration.objects.update(concurrency=1)
