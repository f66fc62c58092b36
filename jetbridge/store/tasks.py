"""Celery's door to the store room."""

from jetbridge.core import configuration
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from jetbridge.store import services


@job(
    "store.check_link",
    minutes=5,
    title="Check the store",
    purpose="Asks the linked store whether it answers, and says in one line what is wrong.",
    delays="A store that is down or refuses the keys is noticed later.",
    idle="The store is kept by files.",
)
def check_link(run: JobRecorder) -> None:
    """Look after the link. Safe to run twice: it only reads."""
    if not services.is_linked(configuration.current()):
        return
    if trouble := services.look_after():
        run.report.fail("Store", trouble)
    else:
        run.report.done += 1
