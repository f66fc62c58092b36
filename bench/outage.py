"""
How soon what waited goes once Jet is back: 1,000 prices and quantities after an outage in which the worker died too.

A worker as `up` starts it, without a schedule: nothing but what it notices by itself starts a job. The first is to go
within 15 s of Jet's return, all of them within 30 s. Run: `python bench/outage.py`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from support import jet_sandbox, panel_home
from support.sizes import sized

# isort: split
from django.db.models import F
from support import listed_store

from catalog.listings.facets import registry, updates
from catalog.listings.models import ListingFacet
from catalog.products.models import Product
from jetbridge.core.models import JobRun

AIM = 1.0
FIRST, ALL = 15.0, 30.0
PRODUCTS = sized(500, 20)
# How long Jet is away for the second worker, so that it is in the middle of its pauses.
AWAY = sized(45.0, 3.0)
PATIENCE = 300.0
WORKER = (
    *(sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "jetbridge", "worker"),
    *("-P", "threads", "-c", "4", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"),
)


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker as an installation does, but for the schedule."""
    process = subprocess.Popen(WORKER, cwd=panel_home.ROOT, env=os.environ)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def waiting() -> int:
    """Return how many deliveries are not at Jet yet."""
    return ListingFacet.objects.filter(next_try_at__isnull=False).count()


def wait_until(reached: Callable[[], bool], what: str) -> float:
    """Return the moment at which something was so."""
    ends = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > ends:
            raise SystemExit(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.05)
    return time.monotonic()


def is_held_back(since: int) -> bool:
    """Return whether runs since then have ended without an answer, and none is under way."""
    runs = JobRun.objects.filter(pk__gt=since)
    outcomes = set(runs.values_list("outcome", flat=True))
    return JobRun.Outcome.FAILED in outcomes and JobRun.Outcome.RUNNING not in outcomes


def main() -> int:
    """Measure one outage."""
    with jet_sandbox.serving(0) as url:
        products = listed_store.upload(listed_store.make_account(url), PRODUCTS)
        requests.post(f"{url}/_sandbox/faults", json={"kind": "status", "path": "api/"}, timeout=10)
        Product.objects.update(price=F("price") + 1, quantity=F("quantity") + 1)
        updates.product_changed(products, registry.offers(), by="bench")
        total = waiting()
        for pause in (0.0, AWAY):
            last = JobRun.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            with worker():
                wait_until(lambda: is_held_back(last), "the outage is noticed")  # noqa: B023 - called at once
                if not pause:  # killed while calls are held back
                    continue
                time.sleep(pause)
                requests.delete(f"{url}/_sandbox/faults", timeout=10)
                back = time.monotonic()
                first = wait_until(lambda: waiting() < total, "the first goes") - back
                last_one = wait_until(lambda: not waiting(), "all are at Jet") - back
    message = JobRun.objects.filter(outcome=JobRun.Outcome.FAILED).latest("pk").message
    print(f"the failed runs say: {message}")
    print(f"{total} deliveries: the first {first:.1f} s after Jet's return (limit {FIRST:.0f} s),")
    print(f"all of them after {last_one:.1f} s (limit {ALL:.0f} s)")
    print(f"bench outage: {min(FIRST / first, ALL / last_one):.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
