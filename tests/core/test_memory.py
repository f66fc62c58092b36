"""What long loops ask of Python's memory."""

import gc

import pytest

from jetbridge.core import memory
from jetbridge.core.memory import patient_search


def test_what_stood_before_a_long_loop_is_no_garbage_until_it_ends():
    with patient_search():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > memory.EAGER[0]
    assert gc.get_freeze_count() == 0


def test_a_loop_that_fails_gives_the_memory_back():
    with pytest.raises(ValueError, match="no"), patient_search():
        raise ValueError("no")
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == memory.EAGER
