"""Returns and refunds of a line whose SKU is spelled otherwise in the store."""

import pytest

from returns.services import completions, refunds
from tests.factories import ProductFactory
from tests.returns.answers import answer
from tests.returns.refund_drafts import refund_draft


@pytest.fixture
def mug(account):
    """The shipped order's product: Jet spells it MUG-1."""
    return ProductFactory(sku="Mug-1", quantity=10)


def test_units_come_back_to_the_product_and_jet_hears_of_its_own_item(
    mug, shipped, open_return, send_returns, sandbox
):
    row = open_return(2)

    completions.queue_completion(return_request=row, answer=answer(row, units_restocked=2))
    send_returns()

    mug.refresh_from_db()
    assert row.items.get().sku == "MUG-1"
    assert mug.quantity == 9
    assert sandbox.held("returns", row.jet_id)["return_merchant_SKUs"][0]["merchant_sku"] == "MUG-1"


def test_a_refund_is_of_the_line_as_jet_spells_it(mug, shipped, send_refunds, sandbox):
    refund = refunds.queue_refund(order=shipped, draft=refund_draft(shipped))

    send_refunds()

    refund.refresh_from_db()
    assert refund.items.get().order_item.sku == "MUG-1"
    assert sandbox.held("refunds", refund.jet_id)["items"][0]["order_item_id"] == shipped.items.get().jet_id
