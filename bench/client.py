"""
How fast 1,000 price updates go to a Jet 50 ms away: our client beside jet-python, and beside what is possible.

Run: `python bench/client.py`. Both speak to the same server in the same run; jet-python, which sends one call
after the other, does 100. The limit is connections / latency.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from jet import Jet
from support.sizes import sized

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jetapi import JetClient, send_many  # noqa: E402 - found once the project's root is on the path

AIM = 20
LATENCY = 0.05
CONNECTIONS = 32
OUR_CALLS = sized(1000, 64)
OUR_RUNS = sized(3, 1)
PEER_CALLS = sized(100, 4)


@contextmanager
def slow_jet() -> Iterator[str]:
    """Run the far end in a process of its own, so that it takes none of our interpreter's time."""
    command = [sys.executable, str(ROOT / "bench" / "support" / "slow_jet.py"), "0", str(LATENCY)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
    finally:
        process.terminate()
        process.wait()


def peer_rate(url: str) -> float:
    """Calls per second of jet-python."""
    peer = type("PeerAtOurServer", (Jet,), {"base_url": url})("test-user", "test-secret", "merchant")
    start = time.perf_counter()
    for number in range(PEER_CALLS):
        peer.products.update_price(f"SKU-{number}", 9.9)
    return PEER_CALLS / (time.perf_counter() - start)


def our_rate(url: str) -> float:
    """Calls per second of ours, with the hook in use as the panel uses it."""
    records: list[object] = []
    skus = [f"SKU-{number}" for number in range(OUR_CALLS)]
    with JetClient(url, user="test-user", secret="test-secret", on_call=records.append) as jet:
        start = time.perf_counter()
        outcomes = list(
            send_many(lambda sku: jet.products.put_price(sku, Decimal("9.90")), skus, connections=CONNECTIONS)
        )
        seconds = time.perf_counter() - start
    assert all(outcome.ok for outcome in outcomes), "a price update failed"
    assert [outcome.item for outcome in outcomes] == skus, "the order was not kept"
    assert len(records) == OUR_CALLS + 1, "a call left no record"
    return OUR_CALLS / seconds


def main() -> None:
    with slow_jet() as url:
        peer = peer_rate(url)
        ours = statistics.median(our_rate(url) for _ in range(OUR_RUNS))
    limit = CONNECTIONS / LATENCY
    print(f"jet-python: {peer:.1f} calls/s ({PEER_CALLS} calls, one after the other)")
    print(f"jetapi: {ours:.1f} calls/s ({OUR_CALLS} calls, {CONNECTIONS} connections, median of {OUR_RUNS})")
    print(f"of the limit {limit:.0f} calls/s (connections / latency): {ours / limit:.2f}")
    print(f"bench client: {ours / peer:.1f} (aim {AIM})")


if __name__ == "__main__":
    main()
