"""
What grows while an installation works: a compressed week of orders, edits, files and people, in which processes die.

The panel as `up` starts it, with its sandbox. Orders come in and are shipped, prices and quantities change, product
files are imported, people look at pages, and processes are killed in turn. At the end a table says what each of them
takes and keeps open, and how many rows and files a thousand orders leave. Run: `make soak` (20 minutes), or
`python bench/soak.py --minutes 5`.
"""

import argparse
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

import psutil
import requests
from support import panel_home
from support.ports import free_port
from support.sizes import TINY, sized

# isort: split
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone
from support import listed_store

from catalog.listings.facets import registry, updates
from catalog.products.models import ImportFile, Product
from catalog.products.services import import_files
from jetbridge.core.run_file import RunFile
from jetbridge.desk.demo.sandbox import SandboxControl
from jetbridge.jobs import queue
from orders.allocations import Units
from orders.models import Order
from orders.services import shipments

AIM = 1.0
MINUTES = sized(20.0, 0.2)
ROUND = sized(10.0, 3.0)
PRODUCTS, ORDERS, EDITS = sized(200, 10), sized(30, 4), sized(60, 5)
KILLED_EVERY = sized(90.0, 6.0)
PEOPLE = sized(4, 1)
PATIENCE = 240.0
# What a process may take, and what a thousand orders may leave behind in it, in the home and in a table.
MOST_MB, MORE_MB, MORE_OPEN, MORE_FILES, MORE_ROWS = 400, 40, 20, 100, 40_000
# What caches take once, and what two jobs that send at the moment of the look hold open (32 connections each, until
# their run ends), be the week short or long: beside the few hundred orders of four minutes it would count many fold.
ONCE_MB, ONCE_OPEN = 16, 64
PAGES = ("/admin/", "/admin/catalog/product/", "/admin/orders/order/", "/admin/cron/")
PASSWORD = "a-password-of-the-bench"


@dataclass
class Sample:
    """What stands at one moment."""

    orders: int
    memory: dict[int, float] = field(default_factory=dict)
    handles: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    @classmethod
    def take(cls) -> "Sample":
        """Look at every process, table and file."""
        home = Path(panel_home.HOME)
        found = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
        sample = cls(Order.objects.count(), files=Counter(f"{path.parent}/" for path in found))
        for name, pid in RunFile(home).read()["pids"].items():
            with suppress(psutil.NoSuchProcess):
                parent = psutil.Process(pid)
                for process in (parent, *parent.children(recursive=True)):
                    sample.memory[process.pid] = process.memory_info().rss / 1024**2
                    sample.handles[process.pid] = process.num_fds()
                    sample.names[process.pid] = name
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                sample.rows[model._meta.db_table] = model._default_manager.count()
        return sample


class Person(threading.Thread):
    """Opens page after page; a panel that is killed meanwhile is no fault of the page."""

    def __init__(self, url: str, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self._url, self._ended = url, ended
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        """Sign in, and look around until the end."""
        session = requests.Session()
        for page in cycle(PAGES):
            if self._ended.wait(1.0):
                return
            with suppress(requests.RequestException):
                answer = session.get(f"{self._url}{page}", timeout=60)
                if "/login/" in answer.url:
                    answer = self._log_in(session, answer)
                self.answers[answer.status_code] += 1

    def _log_in(self, session: requests.Session, form: requests.Response) -> requests.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        assert token, form.text[:500]
        fields = {"username": "soak", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        return session.post(form.url, data=fields, headers={"Referer": form.url}, timeout=60)


def start() -> "subprocess.Popen[bytes]":
    """Start the whole panel and wait until it serves."""
    ports = ("--port", str(free_port()), "--sandbox-port", str(free_port()))
    command = [sys.executable, "manage.py", "up", "--no-demo", *ports]
    process = subprocess.Popen(command, cwd=panel_home.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    ends = time.monotonic() + PATIENCE
    assert process.stdout
    for line in process.stdout:
        if b"Ctrl-C stops" in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process
        if time.monotonic() > ends:
            break
    raise SystemExit("the panel did not start")


def sell(control: SandboxControl, skus: list[str], number: int) -> None:
    """Let buyers order, and have the panel fetch and ship what it acknowledged."""
    for place in range(ORDERS):
        sku = skus[(number * ORDERS + place) % len(skus)]
        control.ask("orders", mode="test", items=[{"sku": sku, "quantity": 1}])
    queue.nudge("orders.import_ready_orders")
    now = timezone.now()
    ready = Order.objects.filter(status=Order.Status.ACKNOWLEDGED, shipments=None).prefetch_related("items")
    for order in ready[: 2 * ORDERS]:
        draft = shipments.ShipmentDraft(
            units={item.pk: Units(item.units_open, 0) for item in order.items.all()},
            tracking_number=f"1Z999AA1{order.pk:010d}",
            carrier="UPS",
            method="UPSGround",
            ship_at=now,
            pick_up_at=now + timedelta(hours=4),
            deliver_at=now + timedelta(days=4),
            ship_from_zip="04101",
        )
        with suppress(shipments.ShipmentRefused, shipments.AlreadyQueued):
            shipments.queue_shipment(order=order, draft=draft)


def edit(keys: list[int], number: int) -> None:
    """Change prices and quantities as a merchant does, and bring the others by a file."""
    chosen = [keys[(number * EDITS + place) % len(keys)] for place in range(EDITS)]
    Product.objects.filter(pk__in=chosen).update(price=F("price") + 1, quantity=500 + number)
    updates.product_changed(chosen, registry.offers(), by="soak")
    for file in ImportFile.objects.filter(state=ImportFile.State.PREVIEWED):
        with suppress(import_files.NotNow):
            import_files.accept(file=file)
    if number % 3 == 0:
        rows = "".join(f"SKU-{key},{400 + number}\n" for key in range(len(keys)))
        content = f"sku,qty,product_online\n{rows}".encode()
        import_files.start(upload=SimpleUploadedFile(f"stock-{number}.csv", content))


def kill(number: int) -> str:
    """Kill one part of the panel; `up` starts it again. Return which it was."""
    pids = RunFile(Path(panel_home.HOME)).read()["pids"]
    name = ("worker", "web")[number % 2]
    with suppress(psutil.NoSuchProcess, KeyError):
        psutil.Process(pids[name]).kill()
    return name


def week(control: SandboxControl, url: str, seconds: float) -> tuple[Sample, Sample, Counter[int], int]:
    """Live through the week; return what stood late in it and at its end, what pages answered, the kills."""
    keys = listed_store.upload(listed_store.make_account(control.url), PRODUCTS)
    skus = list(Product.objects.values_list("sku", flat=True))
    ended = threading.Event()
    people = [Person(url, ended) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    began = time.monotonic()
    early, killed = None, 0
    for number in count():
        passed = time.monotonic() - began
        if passed >= seconds:
            break
        sell(control, skus, number)
        edit(keys, number)
        # None in the last quarter: what a process gathers in it shall be seen.
        if passed >= (killed + 1) * KILLED_EVERY and passed < seconds * 0.6:
            kill(killed)
            killed += 1
        if early is None and passed >= seconds * 0.65:
            early = Sample.take()
        time.sleep(max(0.0, ROUND - (time.monotonic() - began - passed)))
    ended.set()
    for person in people:
        person.join(70)
    answers = sum((person.answers for person in people), Counter())
    return early or Sample.take(), Sample.take(), answers, killed


def report(early: Sample, late: Sample) -> float:
    """Print what grew; return how far the worst stays below its limit, 1 at the limit itself."""
    thousands = max(late.orders - early.orders, 1) / 1000
    rates = [MOST_MB / max(late.memory.values())]
    print(f"{'process':10}{'MB':>8}{'MB more':>10}{'open':>8}{'open more':>12}   (more: a thousand orders)")
    for pid, name in late.names.items():
        more = opened = float("nan")
        if pid in early.memory:
            more = (late.memory[pid] - early.memory[pid]) / thousands
            opened = (late.handles[pid] - early.handles[pid]) / thousands
            lasting = max(late.memory[pid] - early.memory[pid] - ONCE_MB, 0) / thousands
            kept_open = max(late.handles[pid] - early.handles[pid] - ONCE_OPEN, 0) / thousands
            rates += [MORE_MB / max(lasting, 1), MORE_OPEN / max(kept_open, 1)]
        print(f"{name:10}{late.memory[pid]:8.0f}{more:10.1f}{late.handles[pid]:8}{opened:12.1f}")
    grown = {table: (rows - early.rows[table]) / thousands for table, rows in late.rows.items()}
    for table, rows in sorted(grown.items(), key=lambda found: -found[1])[:12]:
        print(f"{table:40}{late.rows[table]:10,} rows {rows:12,.0f} more")
    files = {folder: (late.files[folder] - early.files[folder]) / thousands for folder in late.files}
    for folder, more in sorted(files.items(), key=lambda found: -found[1])[:6]:
        print(f"{folder:40}{late.files[folder]:10,} files {more:11,.0f} more")
    rates += [MORE_ROWS / max(*grown.values(), 1), MORE_FILES / max(sum(files.values()), 1)]
    return min(rates)


def main() -> int:
    """Let the week pass and check what it left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    seconds = parser.parse_args().minutes * 60
    User.objects.create_superuser("soak", "soak@example.test", PASSWORD)
    process = start()
    try:
        run = RunFile(Path(panel_home.HOME)).read()
        url = str(run["panel"]).rstrip("/")
        early, late, answers, killed = week(SandboxControl(run["sandbox"]), url, seconds)
    finally:
        process.terminate()
        process.wait(60)
    print(f"{late.orders} orders, {killed} processes killed, pages answered {dict(answers)}")
    assert late.orders, "no order came in"
    rate = report(early, late)
    wrong = {status: times for status, times in answers.items() if status >= 500}
    # A panel that was just killed answers nothing at all; what it answers is right.
    assert not wrong, wrong
    print(f"bench soak: {rate:.2f} (aim {AIM})")
    return 0 if rate >= AIM or TINY else 1


if __name__ == "__main__":
    sys.exit(main())
