"""What the tests of the products' pages share: people with and without rights, a product here and on Jet."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client
from django.utils import timezone

from catalog.listings.models import Listing
from catalog.products.models import Product
from tests.dates import dated  # noqa: F401
from tests.factories import ListingFactory, ProductFactory


@pytest.fixture
def viewer_client(db: None) -> Client:
    """A browser in the hands of somebody who may look and touch nothing."""
    person = Person.objects.create_user("vera", password="vera", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def mug(db: None) -> Product:
    """Return a product that could go to Jet."""
    return ProductFactory(sku="MUG-1", name="Blue mug", price=Decimal("12.50"), quantity=7, mapped=True)


@pytest.fixture
def sent_mug(mug: Product) -> Product:
    """Return a product that buyers can order on Jet."""
    ListingFactory(product=mug, status=Listing.Status.AVAILABLE, first_sent_at=timezone.now())
    return mug
