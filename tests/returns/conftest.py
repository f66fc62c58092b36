"""What tests of returns share: a shipped order, a return of it at Jet, and the jobs' steps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from catalog.products.models import Product
from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from orders.models import Order
from orders.services import imports, shipment_answers, shipments
from returns.models import Refund, ReturnRequest
from returns.services import completion_answers, refund_answers, returns
from tests.children import Child, start_child
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.sandboxes import ServedSandbox


@pytest.fixture
def mug(account: JetAccount) -> Product:
    """A product with 10 units."""
    return ProductFactory(sku="MUG-1", quantity=10)


@pytest.fixture
def shipped(mug: Product, sandbox: Sandbox, jet: JetClient, account: JetAccount) -> Order:
    """A complete order of 3 mugs at 10.00 with 2.10 tax."""
    sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 3, "price": 10.0}])
    for _report in imports.import_orders(client=jet, account=account):
        pass
    order = Order.objects.get()
    shipments.queue_shipment(order=order, draft=draft(order))
    shipment_answers.send_shipments(client=jet, account=account)
    order.refresh_from_db()
    return order


@pytest.fixture
def sell(sandbox: Sandbox, jet: JetClient, account: JetAccount) -> Callable[[int], list[Order]]:
    """Ship orders of one mug at 10.00 with 0.70 tax each: sell(3) gives three of them."""
    ProductFactory(sku="MUG-1", quantity=100_000)

    def sold(count: int) -> list[Order]:
        item = {"sku": "MUG-1", "quantity": 1, "price": 10.0}
        placed = [sandbox.place_orders(items=[item])[0] for _ in range(count)]
        for _report in imports.import_orders(client=jet, account=account):
            pass
        orders = list(Order.objects.filter(jet_id__in=placed))
        for order in orders:
            shipments.queue_shipment(order=order, draft=draft(order))
        shipment_answers.send_shipments(client=jet, account=account)
        return list(Order.objects.filter(jet_id__in=placed))

    return sold


@pytest.fixture
def fetch_returns(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Fetch new returns once."""
    return lambda: returns.fetch_returns(client=jet, account=account)


@pytest.fixture
def sync_returns(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Read open returns again once."""
    return lambda: returns.sync_return_statuses(client=jet, account=account)


@pytest.fixture
def send_returns(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Send wanted answers once."""
    return lambda: completion_answers.send_returns(client=jet, account=account)


@pytest.fixture
def open_return(
    shipped: Order, sandbox: Sandbox, fetch_returns: Callable[[], Report]
) -> Callable[..., ReturnRequest]:
    """Let the buyer send units back: open_return(2) gives the stored return."""

    def opened(quantity: int = 2) -> ReturnRequest:
        item = {"order_item_id": shipped.items.get().jet_id, "quantity": quantity}
        (jet_id,) = sandbox.open_returns(order_id=shipped.jet_id, items=[item])
        fetch_returns()
        return ReturnRequest.objects.get(jet_id=jet_id)

    return opened


@pytest.fixture
def send_refunds(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Send wanted refunds once."""
    return lambda: refund_answers.send_refunds(client=jet, account=account)


@pytest.fixture
def sync_refunds(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Follow refunds under way once."""
    return lambda: refund_answers.sync_refund_statuses(client=jet, account=account)


@pytest.fixture
def decide_refund(served_sandbox: ServedSandbox) -> Callable[[Refund, str], None]:
    """Let Jet decide: decide_refund(refund, "accepted")."""

    def decided(refund: Refund, status: str) -> None:
        refund.refresh_from_db()
        order = {"refund_authorization_id": refund.jet_id, "status": status}
        requests.post(f"{served_sandbox.url}/_sandbox/refunds", json=order, timeout=60).raise_for_status()

    return decided


@pytest.fixture
def race(tmp_path: Path) -> Iterator[Callable[..., list[Child]]]:
    """Start a process per tuple of arguments, let all wait at a gate, open it: race(code, *arguments)."""
    gate, started = tmp_path / "gate", []

    def start(code: str, *arguments: tuple[str, ...]) -> list[Child]:
        started.extend(start_child(code, str(gate), *each) for each in arguments)
        for child in started:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        gate.touch()
        return list(started)

    yield start
    for child in started:
        child.kill()
        child.communicate()
