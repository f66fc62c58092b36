"""Celery's door to returns: each job takes up what is still undone and is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
from returns.services import deadlines, fetching, refund_sending, sending, settlements

FETCH = "returns.fetch_returns"
SYNC = "returns.sync_return_statuses"
SEND = "returns.send_returns"
SEND_REFUNDS = "returns.send_refunds"
SYNC_REFUNDS = "returns.sync_refund_statuses"
SETTLEMENTS = "returns.fetch_settlements"


@shared_task(name=FETCH, throws=(JobAlreadyRunning,))
def fetch_returns() -> None:
    """Store the returns that are new at Jet."""
    with job_run(FETCH) as run, open_client() as client:
        account = configuration.active_account()
        run.add(fetching.fetch_returns(client=client, account=account, beat=run.beat))


@shared_task(name=SYNC, throws=(JobAlreadyRunning,))
def sync_return_statuses() -> None:
    """Read open returns again, book what Jet completed by itself, and tell of deadlines that are near."""
    with job_run(SYNC) as run, open_client() as client:
        account = configuration.active_account()
        deadlines.tell_deadlines(account=account, now=timezone.now())
        run.add(fetching.sync_return_statuses(client=client, account=account, beat=run.beat))


@shared_task(name=SEND, throws=(JobAlreadyRunning,))
def send_returns() -> None:
    """Send answers to returns that are due, and settle those whose reply was lost."""
    with job_run(SEND) as run, open_client() as client:
        account = configuration.active_account()
        run.add(sending.send_returns(client=client, account=account, heartbeat=run.beat))


@shared_task(name=SEND_REFUNDS, throws=(JobAlreadyRunning,))
def send_refunds() -> None:
    """Send refunds that are due, and settle those whose answer was lost."""
    with job_run(SEND_REFUNDS) as run, open_client() as client:
        account = configuration.active_account()
        run.add(refund_sending.send_refunds(client=client, account=account, heartbeat=run.beat))


@shared_task(name=SYNC_REFUNDS, throws=(JobAlreadyRunning,))
def sync_refund_statuses() -> None:
    """Read refunds under way again, and book or free those that Jet decided."""
    with job_run(SYNC_REFUNDS) as run, open_client() as client:
        account = configuration.active_account()
        run.add(refund_sending.sync_refund_statuses(client=client, account=account, heartbeat=run.beat))


@shared_task(name=SETTLEMENTS, throws=(JobAlreadyRunning,))
def fetch_settlements() -> None:
    """Store Jet's weekly settlement reports, and follow those that are not paid yet."""
    with job_run(SETTLEMENTS) as run, open_client() as client:
        account = configuration.active_account()
        run.add(settlements.fetch_settlements(client=client, account=account, beat=run.beat))
