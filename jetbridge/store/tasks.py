"""Celery's door to the store room."""

from jetbridge.core import configuration
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from jetbridge.store import senders, services
from jetbridge.store.outboxes import JOB


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


@job(
    JOB,
    minutes=1,
    title="Send documents to the store",
    purpose="Makes orders, and what became of them, in the linked store.",
    delays="The store learns of orders, shipments and refunds late.",
    idle="Nothing waits to be sent to the store.",
)
def send_documents(run: JobRecorder) -> None:
    """Send what is pending, and settle what is in doubt. Safe to run twice: each document is made once."""
    if not services.is_linked(configuration.current()):
        return
    try:
        account = configuration.active_account()
        run.add(senders.send_documents(account=account, heartbeat=run.heartbeat))
    except services.NotLinked as lack:
        run.report.fail("Store", str(lack))
