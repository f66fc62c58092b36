"""Celery's door to webhooks."""

from jetbridge.api import webhooks
from jetbridge.core import generations
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    webhooks.JOB,
    minutes=1,
    title="Send webhooks",
    purpose="Sends events to the addresses of webhooks.",
    delays="Your other programs hear of events late.",
    idle="No event waits to be sent.",
)
def send_webhooks(run: JobRecorder) -> None:
    """Send pending events, and those again that nobody took."""
    if generations.state().is_older:
        run.report.note = generations.HELD
        return
    run.add(webhooks.send(heartbeat=run.heartbeat))
