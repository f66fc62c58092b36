"""What long loops ask of Python's memory."""

import gc
import subprocess
import sys

import pytest

from jetbridge.core import memory
from jetbridge.core.memory import patient_search
from tests.children import outcome, start_child


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


SEARCHES = "import gc{}; print(gc.get_threshold())"


def test_only_a_start_makes_the_search_for_garbage_rare():
    starting = subprocess.check_output([sys.executable, "-c", SEARCHES.format(", jetbridge")], text=True)
    started = outcome(start_child(SEARCHES.format("")))

    assert starting.strip() == "(100000, 20, 20)"
    assert started == str(memory.EAGER)
