"""Celery's door to desk: the jobs that look after all the others."""

from django.utils import timezone

from catalog.listings import selectors as catalog
from jetbridge.core import configuration, erasures, generations, history_seals, rights
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JobRun
from jetbridge.desk.demo import practice
from jetbridge.desk.services import comparisons
from jetbridge.desk.services.nightly_cleanup import clean_up
from jetbridge.desk.services.sweep import sweep
from jetbridge.inbox import selectors as inbox
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from jetbridge.outbox import claims
from orders import deadlines
from orders import selectors as orders
from orders.services import rejection_stops

# Each feature answers: which of your jobs have something to send now?
UNSENT = (catalog.unsent_jobs, orders.unsent_jobs, claims.due_jobs, inbox.unsent_jobs, comparisons.due_jobs)


@job(
    "desk.sweep",
    minutes=1,
    title="Sweep",
    purpose="Nudges what is pending and unsent; marks dead runs.",
    delays="Work of a dead worker stays where it is.",
    idle="No job left anything lying.",
)
def sweep_unsent(run: JobRecorder) -> None:
    """Nudge what is pending and unsent; mark dead runs. Safe to run twice: a nudge too many finds nothing to do."""
    generations.raise_number()
    erasures.keep_all()
    practice.follow_clock()
    run.add(sweep(now=timezone.now(), unsent=UNSENT))
    account, now = configuration.active_account(), timezone.now()
    run.add(deadlines.raise_alarms(account=account, now=now))
    run.add(rejection_stops.announce(account=account, now=now))


@job(
    "desk.retention",
    at_hour=3,
    title="Clean up",
    purpose="Deletes old logs; makes buyers anonymous after the set time.",
    delays="Logs grow; buyers' data stays longer than set.",
)
def clean_up_nightly(run: JobRecorder) -> None:
    """Delete old logs and make buyers anonymous. Safe to run twice: the second finds nothing left to do."""
    run.add(clean_up(now=timezone.now(), heartbeat=run.heartbeat))


@job(
    "desk.seal_history",
    minutes=1,
    title="Seal history",
    purpose="Chains what was recorded, so that a later change of it shows.",
    delays="What was recorded meanwhile could be changed without a trace.",
    idle="Everything recorded is sealed.",
)
def seal_history(run: JobRecorder) -> None:
    """Seal what is committed. Safe to run twice: a row has one seal, and the slower of two sealers writes none."""
    may = rights.read()
    sealed, trouble = history_seals.seal(heartbeat=run.heartbeat)
    run.report.done += sealed
    if trouble:
        run.report.fail("history", trouble)
    for each in rights.note(may):
        run.report.fail(
            each, "It was changed without a record. Look at Users and Groups, and who may reach the database."
        )


@job(
    comparisons.JOB,
    title="Compare with Jet",
    purpose="Reads all orders, returns, refunds, files and listings again and takes over what is new.",
    delays="After a restore, nothing is sent until it has been compared.",
    idle="Nothing that was read differs.",
)
def compare_with_jet(run: JobRecorder) -> None:
    """Compare all with Jet. Safe to run twice: what a dead run has read is not read again."""
    anew = run.run.trigger in (JobRun.Trigger.MANUAL, JobRun.Trigger.COMMAND)
    if not anew and comparisons.JOB not in comparisons.due_jobs():
        return  # a nudge that came while the last comparison ran: what that one found stays in sight
    with open_client() as client:
        account = configuration.active_account()
        run.add(comparisons.compare(client=client, account=account, anew=anew, heartbeat=run.heartbeat))
