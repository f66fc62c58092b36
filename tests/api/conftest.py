"""What tests of the API share."""

import pytest

from tests.api.programs import Program, program_of, somebody


@pytest.fixture
def warehouse(db: None) -> Program:
    """A program of somebody in operations, who may ship."""
    return program_of(somebody("olga", "operations"))


@pytest.fixture
def office(db: None) -> Program:
    """A program of a merchant."""
    return program_of(somebody("mara", "merchant"))
