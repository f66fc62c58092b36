"""
How many pages a second the panel serves to people, beside a plain list of the skin that the same server draws.

gunicorn as `up` starts it, a worker, and this process that asks share the machine. People look at the dashboard,
products, orders, an order and Cron Status: R = pages a second of them / pages a second of the plain list, each for as
many people as keep the server busy, in turns. Then 20, 50 and 100 people who think for a second, none of whom may
meet an error, and the same server with 100,000 products and 50,000 orders. Run:
`python bench/people.py`; `--only sqlite` for one database, `--small` for the demo's size alone.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path

from support.ports import free_port
from support.sizes import TINY, furnish, sized
from support.two_sides import database, has_postgres

AIM, AIM_LARGE = 0.6, 0.77
ROOT = Path(__file__).resolve().parents[1]
SUPPORT = ROOT / "bench" / "support"
SMALL, LARGE = sized((233, 60), (60, 20)), sized((100_000, 50_000), (90, 30))
# As many as keep eight threads of the server busy.
BUSY = sized(12, 2)
SECONDS, ROUNDS = sized(12.0, 0.3), sized(3, 1)
CROWDS = sized((20, 50, 100), (2, 4))
PAGES = ("/admin/catalog/product/", "/admin/orders/order/")
PLAIN = "/admin/catalog/plainproduct/"
TIMEOUT = 60.0
COMMAND = (
    *(sys.executable, "-m", "gunicorn", "people_app:application", "--pythonpath", str(SUPPORT)),
    *(
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--timeout",
        "120",
        "--keep-alive",
        "75",
    ),
    *("--no-control-socket", "--log-level", "warning"),
)
WORKER = (
    *(sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "jetbridge", "worker"),
    *("-P", "threads", "-c", "4", "-B", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"),
)


class Visitor:
    """One browser: a connection that stays open, and a session."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._reader: asyncio.StreamReader | None = None

    async def get(self, path: str) -> int:
        """Open a page, as browsers do: once more where a connection that stood open was closed; return its status."""
        is_kept = self._reader is not None
        try:
            return await self._ask(path)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if not is_kept:
                raise
            return await self._ask(path)

    async def _ask(self, path: str) -> int:
        if self._reader is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        lines = (
            f"GET {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: {self._cookie}",
            "Accept-Encoding: gzip",
        )
        self._writer.write("\r\n".join((*lines, "", "")).encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        await self._reader.readexactly(int(head.partition("content-length:")[2].split("\r\n")[0]))
        if "connection: close" in head:
            self.close()
        return int(head.split()[1])

    def close(self) -> None:
        """Close the connection."""
        if self._reader is not None:
            self._writer.close()
            self._reader = None


async def load(
    port: int, cookie: str, pages: Sequence[str], people: int, seconds: float, think: float
) -> list[float]:
    """Let people look around for so long; return how long each page took. Whatever is no page is an error."""
    ends, times = time.perf_counter() + seconds, list[float]()

    async def look(number: int) -> None:
        visitor = Visitor(port, cookie)
        await asyncio.sleep(think * number / people)
        for path in cycle([*pages[number % len(pages) :], *pages[: number % len(pages)]]):
            began = time.perf_counter()
            if began >= ends:
                break
            status = await asyncio.wait_for(visitor.get(path), TIMEOUT)
            assert status == 200, f"{path}: {status}"
            times.append(time.perf_counter() - began)
            await asyncio.sleep(think)
        visitor.close()

    await asyncio.gather(*(look(number) for number in range(people)))
    return times


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that so many do not exceed."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


@contextmanager
def served(home: str, url: str, sizes: tuple[int, int]) -> Iterator["Panel"]:
    """Fill an installation and serve it, with its worker."""
    env = {**os.environ, "JETBRIDGE_HOME": home, "DATABASE_URL": url, "JETBRIDGE_LOG_LEVEL": "ERROR"}
    env |= {"DJANGO_SETTINGS_MODULE": "jetbridge.settings", "PYTHONPATH": str(ROOT)}
    fill = [sys.executable, str(SUPPORT / "people_side.py"), *map(str, sizes)]
    cookie, order = subprocess.run(
        fill, env=env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()
    port = free_port()
    with ExitStack() as stack:
        for command in ((*COMMAND, "--bind", f"127.0.0.1:{port}"), WORKER):
            process = subprocess.Popen(command, cwd=ROOT, env=env)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        panel = Panel(port, cookie, ["/admin/", *PAGES, order, "/admin/cron/"])
        panel.wait()
        yield panel


class Panel:
    """A panel that is served, and those who look at it."""

    def __init__(self, port: int, cookie: str, pages: list[str]) -> None:
        self._port, self._cookie, self.pages = port, cookie, pages

    def wait(self) -> None:
        """Wait until every process of the server has drawn every page once."""
        ends = time.monotonic() + 240
        while True:
            try:
                asyncio.run(load(self._port, self._cookie, [*self.pages, PLAIN], 8, 1.0, 0.0))
            except OSError:
                assert time.monotonic() < ends, "the server did not start"
                time.sleep(0.3)
            else:
                return

    def rate(self, pages: Sequence[str]) -> float:
        """Return how many of these pages a second are served to as many people as keep the server busy."""
        return len(asyncio.run(load(self._port, self._cookie, pages, BUSY, SECONDS, 0.0))) / SECONDS

    def times(self, people: int) -> list[float]:
        """Return how long pages take for people who think for a second."""
        return asyncio.run(load(self._port, self._cookie, self.pages, people, SECONDS, min(1.0, SECONDS / 4)))


def compare(panel: Panel) -> tuple[float, float]:
    """Return pages a second of people, and of the plain list, measured in turns."""
    rates = [(panel.rate(panel.pages), panel.rate([PLAIN])) for _ in range(ROUNDS)]
    ours, plain = (statistics.median(side) for side in zip(*rates, strict=True))
    for page in panel.pages:
        print(f"  {page:28} {1000 / panel.rate([page]):6.1f} ms of the server a page")
    print(f"  {PLAIN:28} {1000 / plain:6.1f} ms")
    return ours, plain


def measure(kind: str, sizes: Sequence[tuple[int, int]]) -> float:
    """Measure on one kind of database; return the smallest of the ratios, each by its aim, as one of the first."""
    found = {}
    for size in sizes:
        with ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="jetbridge-bench-"))
            furnish(home)
            name = f"jetbridge_bench_people_{size[0]}"
            url = "" if kind == "sqlite" else stack.enter_context(database(name))
            panel = stack.enter_context(served(home, url, size))
            print(f"{kind}, {size[0]:,} products and {size[1]:,} orders:")
            found[size] = compare(panel)
            for count in CROWDS:
                times = panel.times(count)
                print(
                    f"  {count} people: p50 {percentile(times, 0.5):.2f} s, p99 {percentile(times, 0.99):.2f} s, "
                    f"{len(times)} pages, no error"
                )
    ours, plain = found[SMALL]
    print(f"{kind}: {ours:.1f} pages/s, plain list {plain:.1f}: {ours / plain:.2f} of it (aim {AIM})")
    if LARGE not in found:
        return ours / plain
    large = found[LARGE][0] / ours
    print(f"{kind}: large store {large:.2f} of the demo's rate (aim {AIM_LARGE})")
    return min(ours / plain, large / AIM_LARGE * AIM)


def main() -> int:
    """Measure on SQLite, and on PostgreSQL where a server answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    only, sizes = options.only, (SMALL,) if options.small else (SMALL, LARGE)
    kinds = [only] if only else ["sqlite", *(["postgresql"] if has_postgres() and not TINY else [])]
    print(f"bench people: {min(measure(kind, sizes) for kind in kinds):.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
