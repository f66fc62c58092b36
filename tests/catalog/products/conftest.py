"""What tests of a linked store share: a store with an extension that can be made to fail, and no pauses."""

from collections.abc import Iterator

import pytest

from tests.store.linked import linked
from tests.store.plugins import WithPlugin


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait before a call is made again."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def magento(db: None) -> Iterator[WithPlugin]:
    """A linked store with an extension."""
    with linked(WithPlugin) as made:
        yield made
