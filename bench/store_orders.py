"""
Orders that go into a store by way D over one connection, in calls and in time.

An emulator of a store answers each call after 50 ms. An order takes two calls, and what is asked before them is asked
for many orders at once: 2.2 calls an order at most. The figure is the time that the calls wait for the store, by the
time that all of it takes: 1 would be a panel that needs no time of its own. Run: `python bench/store_orders.py`.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from support.sizes import sized
from support.store_emulator import emulator, run_side

ORDERS = sized(1_000, 6)
SKUS = 200
LATENCY_MS = 50
MOST_CALLS = 2.2
AIM = 0.85
START_SECONDS = 60


@contextmanager
def store(latency_ms: float) -> Iterator[str]:
    """Run the emulator in a process of its own, with enough of everything; give its address."""
    options = ("--seed", "none", "--module", "--latency-ms", str(latency_ms))
    with emulator(*options, start_seconds=START_SECONDS) as url:
        products = [
            {"sku": f"SOLD-{number:04}", "name": "A useful thing", "price": 9, "quantity": 100_000}
            for number in range(SKUS)
        ]
        requests.post(f"{url}/_sandbox/products", json={"products": products}, timeout=60).raise_for_status()
        yield url


def main() -> int:
    """Send, and count what the emulator was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--latency-ms", type=float, default=LATENCY_MS)
    options = parser.parse_args()
    with store(options.latency_ms) as url:
        seconds = run_side("store_orders_side.py", url, str(options.orders), str(SKUS))["seconds"]
        calls = len(requests.get(f"{url}/_sandbox/calls?path=/V1/", timeout=60).json()["calls"])
        made = len(requests.get(f"{url}/_sandbox/state?kind=orders", timeout=60).json()["orders"])
    assert made == options.orders, f"{made} orders are in the store"
    each = calls / options.orders
    print(
        f"{options.orders:,} orders, {calls:,} calls, {each:.2f} an order (at most {MOST_CALLS}), {seconds:.1f} s"
    )
    print(f"bench store_orders: {calls * options.latency_ms / 1000 / seconds:.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
