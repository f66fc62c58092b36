"""What the tests of staying in step share."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Product
from catalog.services import sending, uploads


@pytest.fixture
def upload(account: Any, jet: Any) -> Callable[..., None]:
    """Upload products and see that Jet took them."""

    def run(*products: Product) -> None:
        uploads.want_upload(products=products, account=account)
        assert sending.send_wanted(client=jet, account=account).failed == 0

    return run
