"""A job that holds its worker as long as a file says so, in two ways, and one that gets on beside it."""

import ctypes
import re
import time

from django.conf import settings

from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder

WORDS = {"purpose": "Is watched.", "delays": "Nothing."}


@job("tests.hold", minutes=1, title="Hold", **WORDS)
def hold(run: JobRecorder) -> None:
    """Hold the interpreter."""
    asked = settings.JETBRIDGE_HOME / "hold"
    if not asked.exists():
        run.report.done = 1
    elif asked.read_text() == "computes":
        re.fullmatch("(a+)+b", "a" * 60)
    else:
        ctypes.PyDLL(None).sleep(300)


@job("tests.beside", minutes=1, title="Beside", **WORDS)
def beside(run: JobRecorder) -> None:
    """Take a while, and let others run."""
    time.sleep(1)
    run.report.done = 1
