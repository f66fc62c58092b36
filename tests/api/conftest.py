"""What tests of the API share: programs of people in several groups, orders and returns of the sandbox."""

import pytest

from tests.api.programs import Program, program_of, somebody
from tests.dates import dated  # noqa: F401
from tests.orders.conftest import (  # noqa: F401
    acknowledged,
    import_orders,
    mug,
    place,
    send_shipments,
    three,
)
from tests.returns.conftest import fetch_returns, open_return, send_returns, shipped  # noqa: F401


@pytest.fixture
def warehouse(db: None) -> Program:
    """A program of somebody in operations, who may ship."""
    return program_of(somebody("olga", "operations"))


@pytest.fixture
def office(db: None) -> Program:
    """A program of a merchant."""
    return program_of(somebody("mara", "merchant"))


@pytest.fixture
def looker(db: None) -> Program:
    """A program of somebody who only looks."""
    return program_of(somebody("vera", "viewer"))
