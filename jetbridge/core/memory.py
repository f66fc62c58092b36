"""What long loops over many rows ask of Python's memory."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def standing() -> Iterator[None]:
    """
    Leave out of the search for garbage what stands already: every module, table and setting of the panel.

    Reading thousands of rows starts that search again and again, and each time it would look through all of them.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
