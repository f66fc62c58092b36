"""Celery's door to what is sent by direct calls and read back."""

from catalog.listings.facets import registry, updates
from catalog.listings.services import direct_updates, drift_reports, statuses, stock_decreases
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    "catalog.sync_products",
    minutes=15,
    title="Sync products",
    purpose="Sends pending details, images, variations, exceptions and archives.",
    delays="Product edits reach Jet late.",
    idle="No product waits to be sent.",
)
def sync_products(run: JobRecorder) -> None:
    """Send every pending facet in Jet's order. Safe to run twice: updates are claimed, and calls may repeat."""
    with open_client() as client:
        account = configuration.active_account()
        updates.prefer_files(account, registry.facets())
        run.add(direct_updates.send_pending(client=client, account=account, heartbeat=run.heartbeat))


def _sync(run: JobRecorder, job: str) -> None:
    """Send the facets that have this job of their own, and what time alone made due of them."""
    facets = registry.sent_by(job)
    with open_client() as client:
        account = configuration.active_account()
        for facet in facets:
            facet.prepare(account)
        updates.prefer_files(account, facets)
        if any(facet.follows_stock for facet in facets):
            run.add(
                stock_decreases.push_stock_decreases(client=client, account=account, heartbeat=run.heartbeat)
            )
        run.add(
            direct_updates.send_pending(
                client=client, account=account, facets=facets, heartbeat=run.heartbeat
            )
        )


@job(
    "catalog.sync_prices",
    minutes=10,
    title="Sync prices",
    purpose="Sends changed prices.",
    delays="Jet sells at old prices.",
    idle="Every price is as Jet confirmed it.",
)
def sync_prices(run: JobRecorder) -> None:
    """Send changed prices, special ones on their days included."""
    _sync(run, "catalog.sync_prices")


@job(
    "catalog.sync_inventory",
    minutes=10,
    title="Sync inventory",
    purpose="Sends changed quantities, and those that near 24 hours.",
    delays="Jet sells stock that is gone.",
    idle="Every quantity is as Jet confirmed it.",
)
def sync_inventory(run: JobRecorder) -> None:
    """Send changed quantities, and those that near 24 hours."""
    _sync(run, "catalog.sync_inventory")


@job(
    "catalog.sync_statuses",
    minutes=60,
    title="Sync product statuses",
    purpose="Reads status and sub-status of listings from Jet.",
    delays="The grid shows old statuses.",
    idle="No status has changed at Jet.",
)
def sync_statuses(run: JobRecorder) -> None:
    """Read statuses from Jet; reading twice does no harm."""
    with open_client() as client:
        run.add(
            statuses.sync_statuses(
                client=client, account=configuration.active_account(), heartbeat=run.heartbeat
            )
        )


@job(
    drift_reports.JOB,
    at_hour=2,
    title="Report drift",
    purpose="Compares a share of the catalogue with what Jet holds.",
    delays="Differences and changes by others are noticed late.",
)
def report_drift(run: JobRecorder) -> None:
    """Compare a share of the catalogue with Jet; comparing twice does no harm."""
    with open_client() as client:
        account = configuration.active_account()
        run.add(drift_reports.compare_share(client=client, account=account, heartbeat=run.heartbeat))
