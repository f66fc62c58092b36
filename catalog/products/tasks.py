"""Celery's door to product files, and to the catalogue of a linked store."""

from collections.abc import Callable
from typing import Protocol

from catalog.products.services import holds, import_files, store_pulls, store_readings
from jetbridge.core import configuration
from jetbridge.core.reports import Report
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder
from jetbridge.store import services as links
from jetbridge.store.ports import Store

IDLE = "The store is kept by files."


class Reading(Protocol):
    """What a job brings from the store."""

    def __call__(self, *, store: Store, heartbeat: Callable[[], None]) -> Report: ...


@job(
    import_files.JOB,
    minutes=5,
    title="Import product files",
    purpose="Reads uploaded product files and imports confirmed ones.",
    delays="Uploaded files wait.",
    idle="No product file waits.",
)
def import_file(run: JobRecorder) -> None:
    """Read uploaded product files, import confirmed ones. Repeatable: what is stored already is unchanged."""
    run.add(import_files.advance(heartbeat=run.heartbeat))


@job(
    holds.READ_STOCK,
    minutes=3,
    title="Read stock from the store",
    purpose="Scans what the linked store's sources hold, and reads what is for sale of everything that moved.",
    delays="Jet goes on with the quantities that were read last.",
    idle="No stock moved in the store, or it is kept by files.",
)
def read_store_stock(run: JobRecorder) -> None:
    """Read stock from the linked store. Safe to run twice: only what was asked later counts."""
    holds.is_kept()
    _ask(run, store_readings.read)


@job(
    store_pulls.JOB,
    minutes=5,
    title="Pull products from the store",
    purpose="Brings products that changed in the linked store; reads it whole when it was connected.",
    delays="Changed names, pictures and states reach Jet later.",
    idle=IDLE,
)
def pull_store_products(run: JobRecorder) -> None:
    """Bring what changed. Safe to run twice: what is here already is unchanged."""
    _ask(run, store_pulls.advance)


@job(
    "catalog.read_store_prices",
    minutes=20,
    title="Read prices from the store",
    purpose="Brings prices and special prices, whose changes no product shows by its date.",
    delays="Changed prices reach Jet later.",
    idle=IDLE,
)
def read_store_prices(run: JobRecorder) -> None:
    """Bring prices. Safe to run twice: what is here already is unchanged."""
    _ask(run, store_pulls.bring_prices)


@job(
    store_pulls.RECONCILE,
    at_hour=3,
    title="Compare the catalogue with the store",
    purpose="Reads the linked store whole: deleted products, categories and families, which no date shows.",
    delays="What was deleted in the store stays on Jet longer.",
    idle=IDLE,
)
def reconcile_store(run: JobRecorder) -> None:
    """Read the store whole. Safe to run twice: a reading that was cut off goes on where it stood."""
    _ask(run, store_pulls.reconcile)


def _ask(run: JobRecorder, read: Reading) -> None:
    """Read the linked store, where one keeps the products; what is wrong with it is the run's one failure."""
    if not links.is_linked(configuration.current()):
        return
    try:
        with links.open_store() as store:
            run.add(read(store=store, heartbeat=run.heartbeat))
    except links.FAILURES as error:
        run.report.fail("Store", links.said(error))
