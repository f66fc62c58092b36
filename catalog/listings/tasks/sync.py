"""Celery's door to what is sent by direct calls and read back."""

from celery import shared_task

from catalog.listings.drift import report
from catalog.listings.models import Facet
from catalog.listings.services import direct_updates, price_reviews, refresh, statuses, stock_decreases
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name="catalog.sync_products", throws=(JobAlreadyRunning,))
def sync_products() -> None:
    """Send every wanted facet in Jet's order. Safe to run twice: wishes are claimed, and calls may repeat."""
    with job_run("catalog.sync_products") as run, open_client() as client:
        account = configuration.active_account()
        refresh.prefer_files(account, Facet.PRICE, Facet.INVENTORY)
        run.add(direct_updates.send_wanted(client=client, account=account, beat=run.beat))


@shared_task(name="catalog.sync_prices", throws=(JobAlreadyRunning,))
def sync_prices() -> None:
    """Send changed prices, special ones on their days included."""
    with job_run("catalog.sync_prices") as run, open_client() as client:
        account = configuration.active_account()
        price_reviews.want_accepted(account)
        refresh.want_dated_prices(account)
        refresh.prefer_files(account, Facet.PRICE)
        run.add(
            direct_updates.send_wanted(client=client, account=account, facets=[Facet.PRICE], beat=run.beat)
        )


@shared_task(name="catalog.sync_inventory", throws=(JobAlreadyRunning,))
def sync_inventory() -> None:
    """Send changed quantities, and those that near 24 hours."""
    with job_run("catalog.sync_inventory") as run, open_client() as client:
        account = configuration.active_account()
        refresh.want_aging_inventory(account)
        refresh.prefer_files(account, Facet.INVENTORY)
        run.add(stock_decreases.tell_drops(client=client, account=account, beat=run.beat))
        run.add(
            direct_updates.send_wanted(
                client=client, account=account, facets=[Facet.INVENTORY], beat=run.beat
            )
        )


@shared_task(name="catalog.sync_statuses", throws=(JobAlreadyRunning,))
def sync_statuses() -> None:
    """Read statuses from Jet; reading twice does no harm."""
    with job_run("catalog.sync_statuses") as run, open_client() as client:
        run.add(statuses.sync_statuses(client=client, account=configuration.active_account(), beat=run.beat))


@shared_task(name=report.JOB, throws=(JobAlreadyRunning,))
def report_drift() -> None:
    """Compare a share of the catalogue with Jet; comparing twice does no harm."""
    with job_run(report.JOB) as run, open_client() as client:
        account = configuration.active_account()
        run.add(report.compare_share(client=client, account=account, beat=run.beat))
