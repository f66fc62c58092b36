"""What the file tests share."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.listings.models import UploadFile
from catalog.listings.services import file_uploads, upload_files, upload_requests
from catalog.products.models import Product
from jetbridge.core.models import Configuration


@pytest.fixture
def steps(account: Any, jet: Any, sandbox: Any) -> Callable[..., None]:
    """Bring files on, round after round, with a Jet that processes at once and polls that are due at once."""
    sandbox.set_clock(transitions="at_once")

    def run(rounds: int = 1) -> None:
        for _ in range(rounds):
            UploadFile.objects.exclude(next_try_at=None).update(next_try_at="2020-01-01T00:00:00Z")
            file_uploads.advance_files(client=jet, account=account)

    return run


@pytest.fixture
def bulk_upload(account: Any, steps: Callable[..., None]) -> Callable[..., None]:
    """Upload products by files until every file is judged."""

    def run(*products: Product, rounds: int = 12, size: int = 30) -> None:
        Configuration.objects.update(batch_size=size)
        upload_requests.queue_upload(products=products, account=account, via_file=True)
        upload_files.build_files(account=account)
        steps(rounds)

    return run
