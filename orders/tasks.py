"""Celery's door to orders: each job takes up what is still undone and is safe to run twice."""

from celery import shared_task

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
from orders.services import acknowledging, bulk, fetches, imports, retrying, sending

FETCH = "orders.fetch_asked"
IMPORT = "orders.import_ready_orders"
RETRY = "orders.retry_failed_orders"
SEND = "orders.send_shipments"
RUNS = "orders.advance_bulk_runs"


@shared_task(name=IMPORT, throws=(JobAlreadyRunning,))
def import_ready_orders() -> None:
    """Store new orders, reserve their stock, acknowledge or hold them."""
    with job_run(IMPORT) as run, open_client() as client:
        account = configuration.active_account()
        for report in imports.import_orders(client=client, account=account, beat=run.beat):
            run.add(report)


@shared_task(name=RETRY, throws=(JobAlreadyRunning,))
def retry_failed_orders() -> None:
    """Try held and failed orders again, and reject at the deadline."""
    with job_run(RETRY) as run, open_client() as client:
        account = configuration.active_account()
        run.add(retrying.retry_failed_orders(client=client, account=account, beat=run.beat))
        run.add(acknowledging.acknowledge_orders(client=client, account=account, beat=run.beat))


@shared_task(name=SEND, throws=(JobAlreadyRunning,))
def send_shipments() -> None:
    """Send wanted shipments and cancels, and settle those whose answer was lost."""
    with job_run(SEND) as run, open_client() as client:
        account = configuration.active_account()
        run.add(sending.send_shipments(client=client, account=account, beat=run.beat))


@shared_task(name=FETCH, throws=(JobAlreadyRunning,))
def fetch_asked() -> None:
    """Fetch again what people asked for. Safe to run twice: what is taken over already no longer differs."""
    with job_run(FETCH) as run, open_client() as client:
        account = configuration.active_account()
        run.add(fetches.run_fetches(client=client, account=account, beat=run.beat))


@shared_task(name=RUNS, throws=(JobAlreadyRunning,))
def advance_bulk_runs() -> None:
    """Expand mass actions on orders, do what they want to each order, send it and settle it by Jet's answer."""
    with job_run(RUNS) as run, open_client() as client:
        run.add(bulk.advance(client=client, beat=run.beat))
