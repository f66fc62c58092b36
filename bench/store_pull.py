"""
Products a second of a store's whole reading against pymagento, one connection of 300 a page, in one run.

Both sides read the same emulator of a store, whose answers cost 50 ms and 20 ms a product row, and feed the same
intake; both read what its sources hold as well. The peer reads a part. Each side runs in a process, a home and a
database of its own. pymagento is no dependency of the panel: install it beside, or name its folder in PYTHONPATH.
Run: `python bench/store_pull.py`.
"""

import argparse
import csv
import importlib.util
import sys
import tempfile
from pathlib import Path

from support.sizes import sized
from support.store_emulator import emulator, run_side

ROOT = Path(__file__).resolve().parents[1]
PRODUCTS = sized(10_000, 40)
PEER_PRODUCTS = sized(3_000, 40)
LATENCY_MS, ROW_MS = 50, 20
AIM = 1.5
START_SECONDS = 900


def write_catalogue(path: Path, count: int) -> None:
    """Write a product export of so many simple products."""
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow((
            "sku", "product_type", "attribute_set_code", "categories", "name", "description", "price", "weight",
            "qty", "base_image", "additional_images", "additional_attributes",
        ))  # fmt: skip
        for number in range(count):
            writer.writerow((
                f"PULL-{number:06}", "simple", "Default", f"Default Category/Shelf {number % 40}", f"Thing {number}",
                f"<p>Thing number {number}.</p> " * 8, f"{5 + number % 90}.95", "1.2", number % 50,
                f"/t/h/thing_{number}.jpg", f"/t/h/thing_{number}.jpg,/t/h/thing_{number}_b.jpg",
                f"color=Shade {number % 12},barcode=95200{number:07}",
            ))  # fmt: skip


def measure(side: str, url: str, count: int) -> dict[str, float]:
    """Run one side in a process and a home of its own."""
    figures = run_side("store_side.py", side, url, str(count))
    rate = figures["products"] / figures["seconds"]
    print(f"{side}: {figures['products']:,} products, {figures['levels']:,} levels in {figures['seconds']:.1f} s, "
          f"{rate:,.0f} products/s, peak memory {figures['peak']:.0f} MB")  # fmt: skip
    return {**figures, "rate": rate}


def main() -> int:
    """Measure both sides; exit 2 without the peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--latency-ms", type=float, default=LATENCY_MS)
    parser.add_argument("--row-ms", type=float, default=ROW_MS)
    parser.add_argument("--alone", action="store_true", help="our side only: its time and its memory")
    options = parser.parse_args()
    if not options.alone and importlib.util.find_spec("magento") is None:
        print(
            "pymagento is not here: pip install pymagento, or name its folder in PYTHONPATH.", file=sys.stderr
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as folder:
        seed = Path(folder) / "store.csv"
        write_catalogue(seed, options.products)
        answers = ("--latency-ms", str(options.latency_ms), "--row-ms", str(options.row_ms))
        with emulator("--seed", str(seed), "--bearer", *answers, start_seconds=START_SECONDS) as url:
            ours = measure("ours", url, options.products)
            if options.alone:
                return 0
            peer = measure("peer", url, min(PEER_PRODUCTS, options.products))
    print(f"bench store_pull: {ours['rate'] / peer['rate']:.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
