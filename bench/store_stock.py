"""
What an idle scan of a linked store's stock costs a listing, at 100,000 listings against 1,000.

The store is the emulator in a process of its own, which takes 50 ms to answer; nothing moves in it. The scan's calls
are counted by the store's journal: pages of what sources hold, one question for changed orders, and no other. The
least of some rounds by the clock, the store's work included. R = cost a listing at 1,000 / at 100,000. Run:
`python bench/store_stock.py`, or with `--rows 10000` for a short one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.request import urlopen

from django.utils import timezone
from support import panel_home
from support.sizes import sized

from catalog.products.models import Product
from catalog.products.models.products import sku_key
from catalog.products.services import holds, store_readings
from jetbridge.core.models.bulk_sql import insert
from jetbridge.desk.services import configuration
from jetbridge.store import services as links
from jetbridge.store.documents import SkippedRow, StockLevel
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import StockReading

SMALL, LARGE = sized(1_000, 50), sized(100_000, 1_500)
ROUNDS = sized(3, 1)
LATENCY_MS = sized(50, 0)
HELD = 10
AIM = 0.77
KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


class Filled(MagentoStore):
    """The store, of which everything is for sale without asking for each: so the first reading is filled in."""

    def salable_stock(self, skus: Iterable[str]) -> Iterator[StockLevel | SkippedRow]:
        return (StockLevel(sku, Decimal(HELD), is_in_stock=True) for sku in skus)


def fill_store(state: Path, rows: int) -> None:
    """Give the store's default source units of each SKU."""
    made = MagentoSandbox(state=str(state), seed="none")
    memory = made.world.memory
    with memory.transaction():
        for number in range(rows):
            memory.run(
                "INSERT INTO source_items (sku, source_code, quantity, status) VALUES (?, 'default', ?, 1)",
                f"SKU-{number}", HELD,
            )  # fmt: skip
    made.close()


def fill_panel(rows: int) -> None:
    """Have a product for each SKU, and forget the readings of the size before."""
    StockReading.objects.all().delete()
    have = Product.objects.count()
    names = [f"SKU-{number}" for number in range(have, rows)]
    base = Product(name="Thing", quantity=0)
    fixed = [field.attname for field in Product._meta.local_concrete_fields if not field.primary_key]
    made = []
    for name in names:
        base.sku, base.sku_key = name, sku_key(name)
        base.created_at = base.updated_at = timezone.now()
        made.append([getattr(base, column) for column in fixed])
    for start in range(0, len(made), 5_000):
        insert(Product, fixed, made[start : start + 5_000])


@contextmanager
def serving(state: Path) -> Iterator[str]:
    """Run the store in a process of its own; give its address."""
    command = [
        sys.executable, "-m", "jetbridge.store.magento.sandbox", "--seed", "none", "--port", "0",
        "--state", str(state), "--latency-ms", str(LATENCY_MS),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=panel_home.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process.stdout.readline().split(" at ")[1].split("/rest")[0]
    finally:
        process.terminate()
        process.wait()


def calls(url: str) -> list[str]:
    """Return the paths of the store's journal."""
    with urlopen(f"{url}/_sandbox/calls") as answer:
        return [each["path"] for each in json.load(answer)["calls"] if "/V1/" in each["path"]]


def measure(rows: int) -> float:
    """Scan a store in which nothing moves; return the seconds that a listing takes."""
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as folder:
        state = Path(folder) / "store.sqlite"
        fill_store(state, rows)
        fill_panel(rows)
        with serving(state) as url:
            configuration.save(changes={"store_url": url})
            links.save_keys(**KEYS, is_bearer=False)
            configuration.save(changes={"store_kind": "magento2"})
            holds.is_kept()
            with links.open_client() as client:
                store_readings.read(Filled(client))
            before, least = len(calls(url)), float("inf")
            for _ in range(ROUNDS):
                with links.open_store() as store:
                    begun = time.perf_counter()
                    report = store_readings.read(store)
                    least = min(least, time.perf_counter() - begun)
                assert report.done == 0, "something moved"
            made = calls(url)[before:]
        pages = sum("source-items" in path for path in made) // ROUNDS
        assert not any("export-stock" in path for path in made), "what did not move was asked"
        print(
            f"  {rows:,} listings: {least:.2f} s, {len(made) // ROUNDS} calls ({pages} pages), "
            f"{least / rows * 1000:.3f} ms a listing"
        )
        return least / rows


def main() -> int:
    """Measure both sizes and print their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE)
    rows = parser.parse_args().rows
    small, large = measure(SMALL), measure(rows)
    print(f"bench store_stock: {small / large:.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
