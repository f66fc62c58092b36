"""
How many calls a second the sandbox serves, by kind, with 1,000 and with 100,000 SKUs in it.

Run: `python bench/sandbox.py`. Eight connections of a client in a process of its own throw mixed calls at a
sandbox on a file; beside it an empty endpoint of the same server shows what HTTP alone costs. The last line is
the rate of mixed calls with 100,000 SKUs and 10,000 orders in it.
"""

import http.client
import json
import random
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
from jetapi.sandbox.kit.server import Server  # noqa: E402
from jetapi.sandbox.kit.wire import Answer, errors  # noqa: E402
from jetapi.sandbox.rules import offers, skus  # noqa: E402

AIM = 500
SIZES = (sized(1_000, 100), sized(100_000, 200))
ORDERS = 10_000
CONNECTIONS = 8
SECONDS = sized(1.0, 0.1)
ROUNDS = sized(3, 1)
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


def rate(place: str, word: Callable[[], Call]) -> float:
    """Measure calls a second over several connections."""
    with ThreadPoolExecutor(CONNECTIONS) as many:
        start = time.perf_counter()
        done = sum(many.map(lambda _: hammer(place, word, start + SECONDS), range(CONNECTIONS)))
        return done / (time.perf_counter() - start)


def hammer(place: str, word: Callable[[], Call], end: float) -> int:
    connection = http.client.HTTPConnection(place, timeout=30)
    headers = {"Authorization": f"Bearer {token(connection)}"} if place_has_api(connection) else {}
    done = 0
    while time.perf_counter() < end:
        method, path, body = word()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status < 300, f"{method} {path} was answered {answer.status}"
        done += 1
    connection.close()
    return done


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


def measure() -> tuple[dict[str, float], dict[str, float]]:
    """Measure each kind and their mix, small and large in turn so that a busy machine is unfair to neither."""
    small: dict[str, float] = {}
    large: dict[str, float] = {}
    with filled(SIZES[0]) as (small_place, small_words), filled(SIZES[1]) as (large_place, large_words):
        for name in [*small_words] * ROUNDS:
            small[name] = max(small.get(name, 0), rate(small_place, small_words[name]))
            large[name] = max(large.get(name, 0), rate(large_place, large_words[name]))
    return small, large


def serve_nothing() -> None:
    """Serve an empty answer to everything, by the sandbox's own server."""
    server = Server(("127.0.0.1", 0), lambda _request: Answer(202), name="counterpart", failure=errors)
    print(server.url, flush=True)
    server.serve_forever()


def main() -> None:
    with process(__file__, EMPTY) as place:
        empty = rate(place, lambda: ("GET", "/", None))
    print(f"empty endpoint of the same server: {empty:.0f} calls/s ({CONNECTIONS} connections)")
    small, large = measure()
    print(
        f"{'calls/s':16}"
        + "".join(f"{f'{size:,} SKUs':>16}" for size in SIZES)
        + f"{'of empty':>10}{'flat':>7}"
    )
    for name in large:
        line = f"{name:16}{small[name]:16.0f}{large[name]:16.0f}"
        print(f"{line}{large[name] / empty:10.2f}{large[name] / small[name]:7.2f}")
    flat = min(large[name] / small[name] for name in large)
    print(f"least kept of a kind's rate from {SIZES[0]:,} to {SIZES[1]:,} SKUs: {flat:.2f} (aim {FLAT_AIM})")
    print(f"bench sandbox: {large['mixed']:.0f} (aim {AIM})")


if __name__ == "__main__":
    serve_nothing() if EMPTY in sys.argv else main()
