"""
What the sandbox's own work costs: mixed calls a second against an empty endpoint of the same server.

Run: `python bench/sandbox.py`. Sandboxes on files of 1,000 and of 100,000 SKUs and the empty endpoint each have a
process of their own; the client, eight connections, is another. Each round asks all of them in turn, so that a busy
machine is unfair to none. The last line is the median of the rounds' ratios, with 100,000 SKUs and 10,000 orders.
"""

import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from support.sizes import sized

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jetapi.sandbox import Sandbox  # noqa: E402 - found once the project's root is on the path
from jetapi.sandbox.kit.server import Server, serve_until_stopped  # noqa: E402
from jetapi.sandbox.kit.wire import Answer, errors  # noqa: E402
from jetapi.sandbox.rules import offers, skus  # noqa: E402

AIM = 0.40
SIZES = (sized(1_000, 100), sized(100_000, 200))
ORDERS = 10_000
CONNECTIONS = 8
SECONDS = sized(0.5, 0.1)
ROUNDS = sized(7, 1)
EMPTY = "serve-nothing"
CHUNK = 2_000
REVIEW_SECONDS = 61
FLAT_AIM = 0.8
SKU = {
    "product_title": "A mug for the benchmark",
    "multipack_quantity": 1,
    "brand": "Acme",
    "standard_product_codes": [
        {"standard_product_code": "012345678905", "standard_product_code_type": "UPC"}
    ],
    "product_description": "A mug of blue porcelain with a handle, for hot and for cold drinks. " * 6,
    "main_image_url": "https://shop.example/mug.jpg",
}
Call = tuple[str, str, str | None]


class Known(NamedTuple):
    """What calls need to know of a filled sandbox."""

    node: str
    orders: list[str]


def fill(state: str, size: int) -> Known:
    """Put so many SKUs and a tenth as many orders (10,000 at most) into a file; give what calls need to know."""
    box = Sandbox(state=state)
    node = box.info()["accounts"][0]["fulfillment_node_id"]
    stock = {"fulfillment_nodes": [{"fulfillment_node_id": node, "quantity": 5}]}
    for first in range(0, size, CHUNK):
        fill_chunk(box, range(first, min(first + CHUNK, size)), stock)
    orders = box.place_orders(items=[{"sku": "S-1", "quantity": 1}], count=min(ORDERS, size // 10))
    box.advance(REVIEW_SECONDS)  # so that no review comes due while calls are counted
    box.close()
    return Known(node, orders)


def fill_chunk(box: Sandbox, numbers: range, stock: object) -> None:
    with box.world.store.transaction():
        for number in numbers:
            skus.put_listing(box.world, "test", f"S-{number}", SKU)
            offers.put_price(box.world, "test", f"S-{number}", {"price": 9.5})
            offers.set_inventory(box.world, "test", f"S-{number}", stock, zero_others=False)


def kinds(size: int, known: Known) -> dict[str, Callable[[], Call]]:
    """Word one call of each kind at a random SKU, order or page."""

    def sku() -> str:
        return f"/api/merchant-skus/S-{random.randrange(size)}"

    stock = json.dumps({"fulfillment_nodes": [{"fulfillment_node_id": known.node, "quantity": 7}]})
    return {
        "PUT price": lambda: ("PUT", sku() + "/price", '{"price": 9.75}'),
        "PATCH inventory": lambda: ("PATCH", sku() + "/inventory", stock),
        "PUT sku": lambda: ("PUT", sku(), json.dumps(SKU)),
        "GET sku": lambda: ("GET", sku(), None),
        "GET order": lambda: (
            "GET",
            f"/api/orders/withoutShipmentDetail/{random.choice(known.orders)}",
            None,
        ),
        "list 100 SKUs": lambda: (
            "GET",
            f"/api/merchant-skus?offset={random.randrange(size)}&limit=100",
            None,
        ),
    }


@contextmanager
def process(*command: str) -> Iterator[str]:
    """Run a server in a process of its own; give host and port."""
    running = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        line = running.stdout.readline() if running.stdout else ""
        yield line.split("http://")[1].split("/")[0].strip()
    finally:
        running.terminate()
        running.wait()


class Pace(NamedTuple):
    """Calls a second, and how long all but the slowest hundredth took, in milliseconds."""

    rate: float
    p99: float


def pace(place: str, word: Callable[[], Call]) -> Pace:
    """Measure calls over several connections."""
    with ThreadPoolExecutor(CONNECTIONS) as many:
        start = time.perf_counter()
        waits = [wait for each in many.map(lambda _: hammer(place, word, start + SECONDS), range(CONNECTIONS))
                 for wait in each]  # fmt: skip
        seconds = time.perf_counter() - start
    return Pace(len(waits) / seconds, sorted(waits)[int(len(waits) * 0.99)] * 1000)


def hammer(place: str, word: Callable[[], Call], end: float) -> list[float]:
    """Call until the end; give how long each answer took."""
    connection = http.client.HTTPConnection(place, timeout=30)
    headers = {"Authorization": f"Bearer {token(connection)}"} if place_has_api(connection) else {}
    waits = []
    while (begin := time.perf_counter()) < end or not waits:
        method, path, body = word()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - begin)
        assert answer.status < 300, f"{method} {path} was answered {answer.status}"
    connection.close()
    return waits


def place_has_api(connection: http.client.HTTPConnection) -> bool:
    connection.request("GET", "/_sandbox/info")
    return connection.getresponse().read() != b""


def token(connection: http.client.HTTPConnection) -> str:
    connection.request("POST", "/api/token", '{"user": "test-user", "pass": "test-secret"}')
    return str(json.loads(connection.getresponse().read())["id_token"])


@contextmanager
def filled(size: int) -> Iterator[tuple[str, dict[str, Callable[[], Call]]]]:
    """Serve a sandbox with so many SKUs; give its place and the calls that can be made there."""
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "sandbox.sqlite3")
        start = time.perf_counter()
        known = fill(state, size)
        seconds = time.perf_counter() - start
        print(f"{size:,} SKUs and {len(known.orders):,} orders stored in {seconds:.1f} s", flush=True)
        words = kinds(size, known)
        mixed = list(words.values())
        words["mixed"] = lambda: random.choice(mixed)()
        with process("-m", "jetapi.sandbox", "--port", "0", "--state", state) as place:
            yield place, words


def measure(empty: str) -> Iterator[tuple[str, Pace, Pace, Pace]]:
    """Measure each kind and their mix at the empty endpoint, with few SKUs and with many; a kind a round."""
    with (
        filled(SIZES[0]) as (small, small_words),
        filled(SIZES[1]) as (large, large_words),
    ):
        for name in [*large_words] * ROUNDS:
            yield (
                name,
                pace(empty, large_words[name]),
                pace(small, small_words[name]),
                pace(large, large_words[name]),
            )


def serve_nothing() -> None:
    """Serve an empty answer to everything, by the sandbox's own server."""
    server = Server(("127.0.0.1", 0), lambda _request: Answer(202), name="counterpart", failure=errors)
    print(server.url, flush=True)
    serve_until_stopped(server)


def main() -> None:
    rounds: dict[str, list[tuple[Pace, Pace, Pace]]] = {}
    with process(__file__, EMPTY) as empty:
        for name, *paces in measure(empty):
            rounds.setdefault(name, []).append((paces[0], paces[1], paces[2]))
    heads = (
        "empty",
        *(f"{size:,} SKUs" for size in SIZES),
        "p99 ms",
        "of empty",
        "flat",
    )
    print(f"{'calls/s':16}" + "".join(f"{head:>14}" for head in heads))
    for name, found in rounds.items():
        rates = [statistics.median(each[place].rate for each in found) for place in range(3)]
        p99 = statistics.median(large.p99 for _, _, large in found)
        ratios = (
            of_empty(found),
            statistics.median(large.rate / small.rate for _, small, large in found),
        )
        cells = [
            *(f"{each:14.0f}" for each in rates),
            f"{p99:14.1f}",
            *(f"{each:14.2f}" for each in ratios),
        ]
        print(f"{name:16}" + "".join(cells))
    flat = min(
        statistics.median(large.rate / small.rate for _, small, large in each) for each in rounds.values()
    )
    print(f"least kept of a kind's rate from {SIZES[0]:,} to {SIZES[1]:,} SKUs: {flat:.2f} (aim {FLAT_AIM})")
    print(f"bench sandbox: {of_empty(rounds['mixed']):.2f} (aim {AIM:.2f})")


def of_empty(found: list[tuple[Pace, Pace, Pace]]) -> float:
    return statistics.median(large.rate / empty.rate for empty, _, large in found)


if __name__ == "__main__":
    serve_nothing() if EMPTY in sys.argv else main()
