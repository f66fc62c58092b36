"""A linked store's stock on its way to Jet, by the journals of both sides."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.listings.tasks.sync import sync_inventory
from catalog.products.models import Product
from catalog.products.tasks import read_store_stock
from jetbridge.core.models import JobRun
from tests.factories import ProductFactory
from tests.store.linked import linked

# What a change may take from the scan that finds it to Jet.
WITHIN_SECONDS = 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dies", [False, True])
def test_a_change_in_the_store_is_at_jet_within_one_scan(
    account: Any, sandbox: Any, upload: Callable[..., None], monkeypatch: pytest.MonkeyPatch, dies: bool
):
    nudged: list[str] = []
    upload(ProductFactory(sku="MUG-0", mapped=True))
    with linked() as magento:
        magento.do("products", {"products": [{"sku": "MUG-0", "name": "Mug", "quantity": 10}]})
        read_store_stock()
        sync_inventory()
        magento.do("stock", {"sku": "MUG-0", "source": "default", "quantity": 4})
        seen = magento.do("calls")["calls"][-1]["seq"]
        monkeypatch.setattr("jetbridge.jobs.queue._send", lambda name, *rest: bool(nudged.append(name)))

        if dies:
            with monkeypatch.context() as patch, pytest.raises(SystemExit):
                patch.setattr("catalog.products.services.holds.take", dying)
                read_store_stock()
            JobRun.objects.filter(outcome=JobRun.Outcome.RUNNING).delete()
            assert Product.objects.get().available == 10
        read_store_stock()
        assert "catalog.sync_inventory" in nudged  # and so it does not wait for its turn
        sync_inventory()

        scanned = magento.do("calls", {"after": seen, "path": "source-items"})["calls"][0]
    sent = [each for each in sandbox.calls(path="MUG-0/inventory") if each["method"] != "GET"][-1]
    assert sent["applied"]
    assert [each["quantity"] for each in sent["body"]["fulfillment_nodes"]] == [4]
    took = when(sent) - when(scanned)
    assert took.total_seconds() < WITHIN_SECONDS


def dying(readings: object) -> int:
    """
    End the worker between the store's answer and its storing.

    :raises SystemExit: always
    """
    raise SystemExit


def when(call: dict[str, Any]) -> datetime:
    """Return when a journal says that a call came: both clocks are this machine's."""
    found = datetime.fromisoformat(str(call["at"]))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
