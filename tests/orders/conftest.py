"""What tests of orders share: a product in stock, an order of it at Jet, and the import job's steps."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from catalog.products.models import Product
from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from orders.models import Order
from orders.services import imports, retries, shipment_answers
from tests.factories import ProductFactory


@pytest.fixture
def mug(account: JetAccount) -> Product:
    """A product with 10 units."""
    return ProductFactory(sku="MUG-1", quantity=10)


@pytest.fixture
def place(sandbox: Sandbox) -> Callable[..., str]:
    """Place an order at Jet: place("MUG-1", 2) or place(items=[...]); gives its id."""

    def placed(sku: str = "MUG-1", quantity: int = 1, **order: object) -> str:
        items = order.pop("items", None) or [{"sku": sku, "quantity": quantity, "price": 10.0}]
        return sandbox.place_orders(items=items, **order)[0]

    return placed


@pytest.fixture
def import_orders(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Run the import's steps once and give their common report."""

    def run() -> Report:
        report = Report()
        for part in imports.import_orders(client=jet, account=account):
            report.add(part)
        return report

    return run


@pytest.fixture
def retry_orders(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Run the retry of failed orders once."""
    return lambda: retries.retry_failed_orders(client=jet, account=account)


@pytest.fixture
def send_shipments(jet: JetClient, account: JetAccount) -> Callable[[], Report]:
    """Run the sending of shipments once."""
    return lambda: shipment_answers.send_shipments(client=jet, account=account)


@pytest.fixture
def acknowledged(mug: Product, place: Callable[..., str], import_orders: Callable[[], Report]) -> Order:
    """An order of 3 mugs that is imported and acknowledged."""
    place("MUG-1", 3)
    import_orders()
    return Order.objects.get()


@pytest.fixture
def three(mug: Product, place: Callable[..., str], import_orders: Callable[[], Report]) -> list[Order]:
    """Three acknowledged orders of two mugs each."""
    for _ in range(3):
        place("MUG-1", 2)
    import_orders()
    return list(Order.objects.order_by("pk"))


@pytest.fixture
def browser(merchant: Person) -> Client:
    """A browser in which alice is logged in."""
    client = Client()
    client.force_login(merchant)
    return client
