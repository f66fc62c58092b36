"""A day of a whole installation, compressed: jobs every few seconds, shipments queued while parts are killed."""

import json
import os
import signal
from datetime import UTC, datetime
from typing import Any, Protocol

import psutil
import requests

from tests.commands.installations import Installation
from tests.waiting import wait_for

# Every job each three seconds; messages expire as fast.
FAST = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
fast, _ = IntervalSchedule.objects.get_or_create(every=3, period="seconds")
for task in PeriodicTask.objects.exclude(name__in=("desk.retention", "catalog.report_drift")):
    if task.interval_id:
        task.interval, task.expire_seconds = fast, 3
        task.save()
"""

# What people do: ship what is acknowledged, answer returns, change prices.
WORK = """
import json
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from catalog.listings.facets import updates
from catalog.listings.models import Listing
from tests.facets import Facet
from catalog.products.models import Product
from jetbridge.core import configuration
from orders.allocations import Units
from orders.models import Order
from orders.services import shipments
from returns.forms import first_answer
from returns.models import ReturnRequest
from returns.services import completions

now = timezone.now()
account = configuration.active_account()
shipped = []
for order in Order.objects.filter(account=account, status="acknowledged"):
    draft = shipments.ShipmentDraft(
        units={item.pk: Units(item.units_open, 0) for item in order.items.all()},
        tracking_number=f"1Z{order.pk:010d}", carrier="UPS", method="UPSGround", ship_from_zip="07030",
        ship_at=now, pick_up_at=now + timedelta(hours=1), deliver_at=now + timedelta(days=4),
    )
    try:
        shipments.queue_shipment(order=order, draft=draft)
        shipped.append(order.jet_id)
    except (shipments.AlreadyQueued, shipments.ShipmentRefused):
        pass
for row in ReturnRequest.objects.filter(account=account, status="created", answer="", next_try_at=None):
    lines = {item.pk: completions.LineAnswer(**vars(first_answer(item))) for item in row.items.all()}
    try:
        completions.queue_completion(return_request=row, answer=completions.Answer(lines))
    except (completions.AlreadyAnswered, completions.AnswerRefused):
        pass
live = Listing.objects.filter(account=account, status="Available for Purchase", product__isnull=False)[:20]
ids = [listing.product_id for listing in live]
Product.objects.filter(pk__in=ids).update(price=Decimal("%(price)s"))
updates.product_changed(ids, {Facet.PRICE, Facet.INVENTORY}, by="a person")
print(json.dumps(shipped))
"""

STANDING = """
import json
from catalog.listings.models import ListingFacet
from jetbridge.core.models import JobRun
from jetbridge.mass_actions.models import MassAction
from orders.models import Order, Shipment
from returns.models import ReturnRequest

def still_open(rows):
    return list(rows.values_list("pk", "attempts", "answer", "next_try_at", "claimed_until", "errors")[:9])

print(json.dumps({
    "orders": dict(Order.objects.values_list("jet_id", "status")),
    "shipments_open": still_open(Shipment.objects.filter(next_try_at__isnull=False)),
    "facets_open": still_open(ListingFacet.objects.filter(next_try_at__isnull=False, blocked_at=None)),
    "returns_open": still_open(ReturnRequest.objects.filter(next_try_at__isnull=False)),
    "runs_open": list(MassAction.objects.filter(state="running").values_list("pk", "message")),
    "outcomes": list(JobRun.objects.values_list("job", "outcome", "done", "failed")),
}, default=str))
"""

# A dead worker's claims, as they are once their leases are over: some last ten minutes, the longest call and more.
LEASES_OVER = """
from datetime import datetime
from jetbridge.outbox.boxes import boxes

died = datetime.fromisoformat("%(died)s")
for box in boxes():
    box.model.objects.filter(claimed_until__lte=died + box.lease).update(claimed_until=died)
"""


class Broker(Protocol):
    """A broker's server that keeps nothing."""

    def start(self) -> None: ...

    def kill(self) -> None: ...


class Day:
    """One installation and its sandbox."""

    def __init__(self, installation: Installation, broker: Broker | None = None) -> None:
        self.installation = installation
        self._broker = broker
        self._sandbox = f"http://127.0.0.1:{installation.sandbox_port}/_sandbox"

    def shell(self, code: str) -> str:
        """Run code in a process of the installation; return the last line it printed."""
        done = self.installation.managed("shell", "-v", "0", "-c", code, seconds=240)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def ask(self, what: str, **params: str) -> Any:
        """Return what the sandbox holds."""
        answer = requests.get(f"{self._sandbox}/{what}", params=params, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def tell(self, what: str, body: dict[str, Any]) -> Any:
        """Change something in the sandbox."""
        answer = requests.post(f"{self._sandbox}/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def work(self, price: str) -> list[str]:
        """Let people work; return the orders that they shipped."""
        return list(json.loads(self.shell(WORK.replace("%(price)s", price))))

    def standing(self) -> dict[str, Any]:
        """Return how the tables stand."""
        return dict(json.loads(self.shell(STANDING)))

    def kill(self, part: str) -> None:
        """Kill a part with no warning, and wait until its place is taken again; its leases are over by then."""
        victims = self._processes(part)
        assert victims, f"no {part} runs"
        for process in victims:
            os.kill(process.pid, signal.SIGKILL)
        if part == "worker":
            self.shell(LEASES_OVER.replace("%(died)s", datetime.now(UTC).isoformat()))
        gone = {process.pid for process in victims}
        wait_for(lambda: [p for p in self._processes(part) if p.pid not in gone], f"a new {part}")
        if part == "sandbox":
            wait_for(self._sandbox_answers, "the sandbox answers")

    def lose_messages(self) -> None:
        """Throw away what waits in the broker; a server of its own dies and comes back empty."""
        if self._broker is not None:
            self._broker.kill()
            self._broker.start()
            return
        queue = self.installation.home / "broker" / "queue"
        for file in queue.glob("*"):
            file.unlink(missing_ok=True)

    def _sandbox_answers(self) -> bool:
        try:
            return bool(self.ask("info"))
        except requests.ConnectionError:
            return False

    def _processes(self, part: str) -> list[psutil.Process]:
        if part == "beat":  # it lives inside the worker
            return [child for worker in self._processes("worker") for child in _children(worker)]
        word = {"worker": "celery", "web": "gunicorn", "sandbox": "jetapi.sandbox"}[part]
        return [process for process in self.installation.processes() if word in " ".join(_words(process))]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.Error:
        return []
