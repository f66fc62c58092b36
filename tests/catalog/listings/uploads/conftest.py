"""What the upload tests share."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.listings.models import Listing
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from jetbridge.core.reports import Report


@pytest.fixture
def upload(account: Any, jet: Any) -> Callable[..., Report]:
    """Upload products by direct calls, as the task does."""

    def run(*products: Product, **options: Any) -> Report:
        upload_requests.queue_upload(products=products, account=account, **options)
        return direct_updates.send_pending(client=jet, account=account)

    return run


@pytest.fixture
def listing() -> Callable[[Product], Listing]:
    """Read a product's listing afresh."""
    return lambda product: Listing.objects.get(product=product)
