"""What the drift tests share: a product that Jet has, and a second tool on the same account."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client

from catalog.listings.models import Drift, Listing
from catalog.listings.services import direct_updates, drift_reports, upload_requests
from catalog.products.models import Product
from tests.factories import ProductFactory


@pytest.fixture
def upload(account: Any, jet: Any) -> Callable[..., None]:
    """Upload products and see that Jet took them."""

    def run(*products: Product) -> None:
        upload_requests.queue_upload(products=products, account=account)
        assert direct_updates.send_pending(client=jet, account=account).failed == 0

    return run


@pytest.fixture
def mug(account: Any, upload: Callable[..., None]) -> Product:
    """A product that Jet has as the store has it."""
    product = ProductFactory(sku="MUG-1", name="Blue mug", price=Decimal("12.10"), quantity=7, mapped=True)
    upload(product)
    return product


@pytest.fixture
def compare(account: Any, jet: Any) -> Callable[[], dict[str, Drift]]:
    """Compare everything with Jet, and return what differs by figure."""

    def run() -> dict[str, Drift]:
        drift_reports.compare_share(client=jet, account=account)
        return {row.figure: row for row in Drift.objects.all()}

    return run


@pytest.fixture
def listing(mug: Product) -> Listing:
    """The mug's listing."""
    return Listing.objects.get(product=mug)


@pytest.fixture
def viewer_client(db: None) -> Client:
    """A browser of somebody who may only look."""
    person = Person.objects.create_user("vera", password="vera", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(person)
    return client
