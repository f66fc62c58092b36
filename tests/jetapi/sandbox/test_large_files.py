"""A file of 200 MB: others wait a moment at most while it is read and checked, and memory stays small."""

import gzip
import json
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from typing import NamedTuple

import pytest
import requests

from tests.jetapi.sandbox.conftest import MUG, Merchant
from tests.jetapi.sandbox.test_durability import running

MB = 1024**2
MOST_ABOVE_IDLE = 150 * MB
LONGEST_WAIT = 0.05
PAUSE = 0.01


def packed(row, text_bytes):
    """Pack a file of about so many bytes of text, with a SKU of its own for each row; give it and its rows."""
    packer = zlib.compressobj(1, wbits=31)
    parts, length, number = [packer.compress(b"{")], 0, 0
    while length < text_bytes:
        rows = [f'"S-{each}":{row}' for each in range(number, number + 1000)]
        text = ("," if number else "") + ",".join(rows)
        length, number = length + len(text), number + 1000
        parts.append(packer.compress(text.encode()))
    return b"".join([*parts, packer.compress(b"}"), packer.flush()]), number


def memory(process, name):
    """Return what the system says of a process's memory, in bytes: VmRSS now, VmHWM at its peak."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:"))


class Probe:
    """Somebody who asks for a small thing each ten milliseconds, and remembers how long each answer took."""

    def __init__(self, merchant):
        self._merchant, self._stops = merchant, threading.Event()
        self.waits = []
        self._thread = threading.Thread(target=self._ask)

    def _ask(self):
        while not self._stops.wait(PAUSE):
            begin = time.perf_counter()
            assert self._merchant.call("GET", "/merchant-skus/MUG-1/price").status_code == 200
            self.waits.append(time.perf_counter() - begin)

    def __enter__(self):
        self._merchant.list_mug("MUG-1")
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stops.set()
        self._thread.join()
        self._merchant.session.close()
        self.waits.sort()

    def words(self):
        last = len(self.waits) - 1
        return ", ".join(f"{name} {self.waits[int(last * part)] * 1000:.1f} ms" for name, part in PARTS)


PARTS = (("median", 0.5), ("p99", 0.99), ("longest", 1))


def processed(url, kind, content, *, seconds):
    """Upload a file and await its end."""
    with (one := Merchant(url)).session:
        begin = time.monotonic()
        file_id = one.upload(kind, None, raw=content)
        while not (file := one.get(f"/files/{file_id}"))["status"].startswith("Processed"):
            assert time.monotonic() < begin + seconds, file
            time.sleep(0.2)
    return file


class Measured(NamedTuple):
    """What became of a file, how long probes waited beside it and at an idle sandbox, and what memory it took."""

    file: dict
    rows: int
    waits: list
    idle_waits: list
    above: int


@contextmanager
def idle_sandbox(tmp_path):
    """Run another sandbox that has nothing to do: how long its answers take is how busy the machine is."""
    with running("--state", str(tmp_path / "idle.sqlite3")) as (_, url), Probe(Merchant(url)) as probe:
        yield probe


def measured(tmp_path, kind, row, text_bytes, *, seconds):
    content, rows = packed(row, text_bytes)
    with running("--state", str(tmp_path / "jet.sqlite3")) as (process, url), idle_sandbox(tmp_path) as other:
        delays = {"file.start": 0, "file.finish": 0}
        requests.post(f"{url}/_sandbox/clock", json={"delays": delays}, timeout=60)
        idle, begin = memory(process, "VmRSS"), time.monotonic()
        with Probe(Merchant(url)) as probe:
            file = processed(url, kind, content, seconds=seconds)
        above = memory(process, "VmHWM") - idle
    sys.stdout.write(
        f"\n{kind}: {rows:,} rows, {text_bytes // MB} MB, {time.monotonic() - begin:.0f} s; probe: {len(probe.waits)}"
        f" calls, {probe.words()}; beside it at an idle sandbox {other.words()};"
        f" peak memory above idle {above / MB:.0f} MB\n"
    )
    return Measured(file, rows, probe.waits, other.waits, above)


PRICE = json.dumps({"price": 12.34, "fulfillment_nodes": []})
LISTING = json.dumps({**MUG, "product_description": "A mug of blue porcelain. " * 12})


@pytest.mark.timeout(300)
def test_a_file_of_some_megabytes_is_checked_in_slices(tmp_path):
    found = measured(tmp_path, "Price", PRICE, 2 * MB, seconds=200)

    assert (found.file["total_processed"], found.file["error_count"]) == (found.rows, found.rows)
    middle = found.waits[len(found.waits) // 2], found.idle_waits[len(found.idle_waits) // 2]
    assert middle[0] < LONGEST_WAIT + middle[1]  # the longest are left to the whole file
    assert found.above < MOST_ABOVE_IDLE


@pytest.mark.kill
@pytest.mark.timeout(0)
@pytest.mark.parametrize(("kind", "row"), [("Price", PRICE), ("MerchantSKUs", LISTING)])
def test_a_file_of_200_megabytes_keeps_nobody_waiting(tmp_path, kind, row):
    found = measured(tmp_path, kind, row, 200 * MB, seconds=3600)

    assert found.file["total_processed"] == found.rows
    assert found.waits[-1] <= LONGEST_WAIT + found.idle_waits[-1]
    assert found.above < MOST_ABOVE_IDLE


def test_the_errors_of_many_rows_come_as_one_document(tmp_path):
    content = gzip.compress(json.dumps({f"S-{number}": {"price": 1} for number in range(3000)}).encode())
    with running("--state", str(tmp_path / "jet.sqlite3")) as (_, url):
        requests.post(f"{url}/_sandbox/clock", json={"delays": {"file.start": 0}}, timeout=60)
        file = processed(url, "Price", content, seconds=100)
        answer = requests.get(file["error_url"], timeout=60)

    assert len(answer.json()) == file["error_count"] == 3000
    assert int(answer.headers["Content-Length"]) == len(answer.content)
