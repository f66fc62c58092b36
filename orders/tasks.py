"""Celery's door to orders: each job takes up what is still undone and is safe to run twice."""

from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from jetbridge.store import services as stores
from orders.documents import questions, readings
from orders.mass_actions import steps
from orders.outboxes import Acknowledgements, Rejections
from orders.services import acknowledgements, imports, refreshes, rejection_stops, retries, shipment_answers

FETCH = "orders.fetch_asked"
IMPORT = "orders.import_ready_orders"
RETRY = "orders.retry_failed_orders"
SEND = "orders.send_shipments"
ACKNOWLEDGE, REJECT = Acknowledgements.job, Rejections.job
RUNS = "orders.advance_bulk_runs"


@job(
    IMPORT,
    minutes=10,
    title="Import orders",
    purpose="Fetches ready orders, reserves stock, acknowledges.",
    delays="Orders are acknowledged late; Jet allows 15 minutes.",
    idle="No new orders at Jet.",
)
def import_ready_orders(run: JobRecorder) -> None:
    """Store new orders, reserve their stock, acknowledge or hold them."""
    with open_client() as client:
        account = configuration.active_account()
        for report in imports.import_orders(client=client, account=account, heartbeat=run.heartbeat):
            run.add(report)
        _warn(run)


@job(
    RETRY,
    minutes=15,
    title="Retry failed orders",
    purpose="Tries held and failed orders again; rejects at the deadline.",
    delays="Fixed orders wait.",
    idle="No order is held.",
)
def retry_failed_orders(run: JobRecorder) -> None:
    """Try held and failed orders again, and reject at the deadline."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(retries.retry_failed_orders(client=client, account=account, heartbeat=run.heartbeat))
        run.add(acknowledgements.acknowledge_orders(client=client, account=account, heartbeat=run.heartbeat))
        _warn(run)


@job(
    SEND,
    minutes=1,
    title="Send shipments",
    purpose="Sends pending shipments and cancels.",
    delays="Jet and the buyer see shipments late.",
    idle="No shipment waits to be sent.",
)
def send_shipments(run: JobRecorder) -> None:
    """Send pending shipments and cancels, and settle those whose answer was lost."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(shipment_answers.send_shipments(client=client, account=account, heartbeat=run.heartbeat))


@job(
    ACKNOWLEDGE,
    minutes=1,
    title="Send acknowledgements",
    purpose="Sends pending acknowledgements of orders.",
    delays="Orders are acknowledged late; Jet allows 15 minutes.",
    idle="No acknowledgement waits to be sent.",
)
def send_acknowledgements(run: JobRecorder) -> None:
    """Send pending acknowledgements, nearest deadline first, and settle those whose answer was lost."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(
            acknowledgements.send_acknowledgements(client=client, account=account, heartbeat=run.heartbeat)
        )


@job(
    REJECT,
    minutes=1,
    title="Send rejections",
    purpose="Sends pending rejections of orders.",
    delays="Jet waits for orders that will not be filled; stock stays reserved.",
    idle="No rejection waits to be sent.",
)
def send_rejections(run: JobRecorder) -> None:
    """Send pending rejections, nearest deadline first, and settle those whose answer was lost."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(acknowledgements.send_rejections(client=client, account=account, heartbeat=run.heartbeat))


@job(
    FETCH,
    minutes=5,
    title="Fetch chosen orders",
    purpose="Reads orders again that people chose by ID or date, and reports what differs.",
    delays="Orders asked for by ID or date wait.",
    idle="Nobody asked for orders to be fetched again.",
)
def fetch_asked(run: JobRecorder) -> None:
    """Fetch again what people asked for. Safe to run twice: what is taken over already no longer differs."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(refreshes.run_fetches(client=client, account=account, heartbeat=run.heartbeat))


@job(
    RUNS,
    minutes=1,
    title="Order mass actions",
    purpose="Carries out mass actions on orders: acknowledge, ship from a file, cancel, retry.",
    delays="Mass actions stand still.",
    idle="No mass action on orders is under way.",
)
def advance_bulk_runs(run: JobRecorder) -> None:
    """Expand mass actions on orders, do what they ask to each order, send it and settle it by Jet's answer."""
    with open_client() as client:
        run.add(steps.advance(client=client, heartbeat=run.heartbeat))


@job(
    questions.READ,
    minutes=2,
    title="Read documents of the store",
    purpose="Takes over what people did in the linked store: shipments go to Jet, cancels and refunds ask.",
    delays="Jet and the buyer learn late of what was shipped in the store.",
    idle="Nothing new was done in the store.",
)
def read_store_documents(run: JobRecorder) -> None:
    """Read the store's side of the panel's orders. Safe to run twice: what is known already is not new."""
    if not stores.is_linked(configuration.current()):
        return
    try:
        with stores.open_store() as store:
            account = configuration.active_account()
            run.add(readings.read_documents(store=store, account=account, heartbeat=run.heartbeat))
    except stores.FAILURES as error:
        run.report.fail("Store", stores.said(error))


def _warn(run: JobRecorder) -> None:
    """Say at first sight what will be given up: there may be less time than the sweep takes to come by."""
    account = configuration.active_account()
    run.add(rejection_stops.announce(account=account, now=timezone.now()))
