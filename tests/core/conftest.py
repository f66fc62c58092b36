"""Fixtures of core's tests."""

import pytest
from celery import current_app
from django.contrib.auth.models import User as Person

from tests.core.readers import reader


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the jobs that were sent to the broker, in its place."""
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    return sent


@pytest.fixture
def bob(db: None) -> Person:
    """A reader of the inbox."""
    return reader("bob")
