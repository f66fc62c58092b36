"""
A process that forks workers and kills each before a line of its own: between any two lines of the shipping services.

It speaks one JSON object a line: {"order", "ship", "cancel", "at"} in, {"killed", "lines"} out.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Where a worker may die: wanting, sending, settling, booking, invoicing, stock, and what follows Jet's state.
TRACED = frozenset(
    str(ROOT / name)
    for name in (
        "orders/services/shipments.py",
        "orders/services/shipment_answers.py",
        "orders/services/bookings.py",
        "orders/services/invoices.py",
        "orders/services/stock.py",
        "orders/services/order_updates.py",
        "catalog/products/services/stock.py",
        "jetbridge/core/history.py",
    )
)


class Killer:
    """Counts the lines that run in the traced files, in all threads, and kills the process before the given one."""

    def __init__(self, at: int) -> None:
        self.at, self.lines, self._lock = at, 0, threading.Lock()

    def watch(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Follow a call into the traced files only."""
        return self._line if frame.f_code.co_filename in TRACED else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            with self._lock:
                self.lines += 1
                if self.lines == self.at:
                    os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def work(order: int, ship: int, cancel: int, at: int) -> int:
    """Want a shipment of an order and send it, as a worker would; return the lines that ran."""
    from jetbridge.core import configuration
    from jetbridge.core.jet.client import open_client
    from orders.models import Order
    from orders.services import shipment_answers, shipments
    from tests.orders.drafts import draft

    killer = Killer(at)
    account = configuration.active_account()
    found = Order.objects.get(pk=order)
    with open_client(account) as client:
        threading.settrace(killer.watch)
        sys.settrace(killer.watch)
        shipments.queue_shipment(order=found, draft=draft(found, ship=ship, cancel=cancel, sequence=1))
        shipment_answers.send_shipments(client=client, account=account)
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
    return killer.lines


def main() -> None:
    """Fork a worker for each line that comes in."""
    from django.db import connections

    for line in sys.stdin:
        connections.close_all()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, str(work(**json.loads(line))).encode())
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        lines = os.read(reading, 20).decode()
        os.close(reading)
        sys.stdout.write(json.dumps({"killed": os.WIFSIGNALED(status), "lines": int(lines or 0)}) + "\n")
        sys.stdout.flush()
