"""What the tests of staying in step share."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product


@pytest.fixture
def upload(account: Any, jet: Any) -> Callable[..., None]:
    """Upload products and see that Jet took them."""

    def run(*products: Product) -> None:
        upload_requests.queue_upload(products=products, account=account)
        assert direct_updates.send_pending(client=jet, account=account).failed == 0

    return run
