"""Celery's door to returns: each job takes up what is still undone and is safe to run twice."""

from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from returns.services import completion_answers, deadlines, refund_answers, returns, settlements

FETCH = "returns.fetch_returns"
SYNC = "returns.sync_return_statuses"
SEND = "returns.send_returns"
SEND_REFUNDS = "returns.send_refunds"
SYNC_REFUNDS = "returns.sync_refund_statuses"
SETTLEMENTS = "returns.fetch_settlements"


@job(
    FETCH,
    minutes=15,
    title="Fetch returns",
    purpose="Fetches new returns.",
    delays="Returns are answered late; Jet allows 2 business days.",
    idle="No new returns at Jet.",
)
def fetch_returns(run: JobRecorder) -> None:
    """Store the returns that are new at Jet."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(returns.fetch_returns(client=client, account=account, heartbeat=run.heartbeat))


@job(
    SYNC,
    minutes=15,
    title="Sync return statuses",
    purpose="Reads the state of open returns; notifies of deadlines that are near.",
    delays="Completed returns are booked late.",
    idle="No return has changed at Jet.",
)
def sync_return_statuses(run: JobRecorder) -> None:
    """Read open returns again, book what Jet completed by itself, and notify of deadlines that are near."""
    with open_client() as client:
        account = configuration.active_account()
        deadlines.notify_deadlines(account=account, now=timezone.now())
        run.add(returns.sync_return_statuses(client=client, account=account, heartbeat=run.heartbeat))


@job(
    SEND,
    minutes=1,
    title="Send returns",
    purpose="Sends pending answers to returns.",
    delays="Buyers wait for their money.",
    idle="No answer to a return waits to be sent.",
)
def send_returns(run: JobRecorder) -> None:
    """Send pending answers to returns, and settle those whose answer was lost."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(completion_answers.send_returns(client=client, account=account, heartbeat=run.heartbeat))


@job(
    SEND_REFUNDS,
    minutes=1,
    title="Send refunds",
    purpose="Sends pending refunds.",
    delays="Buyers wait for their money.",
    idle="No refund waits to be sent.",
)
def send_refunds(run: JobRecorder) -> None:
    """Send pending refunds, and settle those whose answer was lost."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(refund_answers.send_refunds(client=client, account=account, heartbeat=run.heartbeat))


@job(
    SYNC_REFUNDS,
    minutes=15,
    title="Sync refund statuses",
    purpose="Reads the state of refunds under way.",
    delays="Accepted refunds are booked late.",
    idle="No refund has changed at Jet.",
)
def sync_refund_statuses(run: JobRecorder) -> None:
    """Read refunds under way again, and book or free those that Jet decided."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(refund_answers.sync_refund_statuses(client=client, account=account, heartbeat=run.heartbeat))


@job(
    SETTLEMENTS,
    at_hour=5,
    title="Fetch settlements",
    purpose="Reads Jet's weekly settlement reports and compares them with our own books.",
    delays="What Jet pays out is seen late.",
    idle="No settlement is new, and none was paid since.",
)
def fetch_settlements(run: JobRecorder) -> None:
    """Store Jet's weekly settlement reports, and follow those that are not paid yet."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(settlements.fetch_settlements(client=client, account=account, heartbeat=run.heartbeat))
