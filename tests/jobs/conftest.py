"""Fixtures of the jobs' tests."""

import pytest
from celery import current_app


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the jobs that were sent to the broker, in its place."""
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    return sent
