"""One side of bench/store_pull.py in a process of its own: reads a store into the catalogue, prints its figures."""

import importlib
import itertools
import json
import os
import resource
import sys
import time
from decimal import Decimal
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first

from catalog.products.models import Product  # noqa: E402
from catalog.products.services import store_pulls  # noqa: E402
from jetbridge.core.models import Configuration  # noqa: E402
from jetbridge.desk.services import configuration as settings_service  # noqa: E402
from jetbridge.store import services as links  # noqa: E402
from jetbridge.store.documents import ProductPage  # noqa: E402
from jetbridge.store.magento import catalogue  # noqa: E402

PAGE = 300
KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


def connect(url: str) -> None:
    """Link the panel to the emulator."""
    settings_service.save(changes={"store_url": url})
    links.save_keys(**KEYS, is_bearer=False)
    Configuration.objects.filter(pk=1).update(store_kind="magento2")


def run_ours(_url: str, _count: int) -> tuple[int, int]:
    """Read the whole store as the panel does, and what its sources hold; return both counts."""
    with links.open_store() as store:
        report = store_pulls.pull(store=store, skus=(), full=True, dry_run=False)
        assert report.failed == 0, report.sorted_errors()[:3]
        return report.created, sum(1 for _ in store.source_stock())


def run_peer(url: str, count: int) -> tuple[int, int]:
    """Read a part with pymagento, page by page, and feed the same intake."""
    client = importlib.import_module("magento").Magento("jb-token", url, batch_page_size=PAGE)
    rows = (json.loads(json.dumps(row), parse_float=Decimal) for row in client.get_products(limit=count))

    def pages():
        while part := list(itertools.islice(rows, PAGE)):
            found = tuple(catalogue.products(part, ()))
            yield ProductPage(found, part[-1]["id"], None, count)

    with links.open_store() as store:
        report = store_pulls.take(store=store, pages=pages())
    assert report.failed == 0, report.sorted_errors()[:3]
    return report.created, sum(1 for _ in client.get_source_items(limit=count))


def main() -> None:
    """Run the side that is named first on the store that is named second."""
    side, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    call_command("migrate", verbosity=0)
    connect(url)
    started = time.perf_counter()
    products, levels = (run_ours if side == "ours" else run_peer)(url, count)
    seconds = time.perf_counter() - started
    assert Product.objects.count() == products
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"products": products, "levels": levels, "seconds": seconds, "peak": peak}))


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
