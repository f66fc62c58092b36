"""What long loops over many rows ask of Python's memory."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from jetbridge import EAGER

# As many new objects are made before the search looks for garbage among them; rows leave hardly any.
PATIENT = (20_000, 10, 10)


@contextmanager
def patient_search() -> Iterator[None]:
    """
    Leave out of the search for garbage what stands already: every module, table and setting of the panel.

    Reading thousands of rows starts that search again and again, and each time it would look through all of them.
    It also starts less often, since what is made of rows is let go without it.
    """
    gc.freeze()
    gc.set_threshold(*PATIENT)
    try:
        yield
    finally:
        gc.set_threshold(*EAGER)
        gc.unfreeze()
