"""Units sold while a file with the older quantity is at Jet: told at once, and again when the file is judged."""

import pytest

from catalog.listings import tasks
from catalog.listings.facets import updates
from catalog.listings.models import ListingFacet, UploadFile
from catalog.listings.services import direct_updates, file_uploads, stock_decreases, upload_files
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_file(upload, account, jet, monkeypatch):
    """A product whose quantity is in a file that Jet has and has not processed."""
    mug = ProductFactory(sku="MUG-1", mapped=True, quantity=10)
    upload(mug)
    ListingFacet.objects.update(accepted_at="2026-01-01T00:00Z")
    monkeypatch.setattr(updates, "BY_FILE_FROM", 1)
    Facet.INVENTORY.queue_aging(account)
    upload_files.build_files(account=account)
    file_uploads.advance_files(client=jet, account=account)
    assert UploadFile.objects.get().status == UploadFile.Status.ACKNOWLEDGED
    return mug


def on_jet(jet):
    return jet.products.get("MUG-1").inventory_by_fulfillment_node[0].quantity


def sell(product, units):
    stock.reserve(document="order-1", lines=[StockLine("1", product.pk, product.sku, units)])


def patches(sandbox):
    return len(sandbox.calls(path="MUG-1/inventory"))


def judge_file(account, jet, sandbox):
    sandbox.set_clock(transitions="at_once")
    UploadFile.objects.update(next_try_at="2026-01-01T00:00Z")
    file_uploads.advance_files(client=jet, account=account)
    assert UploadFile.objects.get().status == UploadFile.Status.PROCESSED


def test_the_last_units_are_told_at_once_although_the_file_is_open(in_file, account, jet):
    sell(in_file, 10)

    tasks.sync.sync_inventory()

    assert on_jet(jet) == 0
    row = ListingFacet.objects.get(facet="inventory")
    assert (row.answer, row.next_try_at is not None, row.file is not None) == ("sent", True, True)


def test_the_newest_quantity_goes_again_when_the_file_is_judged(in_file, account, jet, sandbox):
    sell(in_file, 10)
    stock_decreases.push_stock_decreases(client=jet, account=account)
    stock.release(document="order-1", lines=[StockLine("1", in_file.pk, "MUG-1", 10)])

    judge_file(account, jet, sandbox)
    jet.products.patch_inventory("MUG-1", {account.fulfillment_node_id: 0})
    direct_updates.send_pending(client=jet, account=account)

    # Although it is what the file said: Jet may have taken the two in either order.
    assert on_jet(jet) == 10
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_it_is_told_once_and_not_with_each_run(in_file, account, jet, sandbox):
    sell(in_file, 10)

    reports = [stock_decreases.push_stock_decreases(client=jet, account=account) for _ in range(2)]

    assert [report.done for report in reports] == [1, 0]
    assert patches(sandbox) == 2


def test_more_units_than_in_the_file_wait_for_it(in_file, account, jet, sandbox):
    stock.restock(document="return-1", lines=[StockLine("1", in_file.pk, "MUG-1", 5)])

    assert stock_decreases.push_stock_decreases(client=jet, account=account).done == 0
    assert patches(sandbox) == 1


def test_with_no_newer_delivery_nothing_is_told_beside_the_file(in_file, account, jet, sandbox):
    in_file.quantity = 1
    in_file.save()

    assert stock_decreases.push_stock_decreases(client=jet, account=account).done == 0


def test_a_failure_is_tried_again_by_the_next_run(in_file, account, jet, sandbox):
    sell(in_file, 10)
    sandbox.add_fault("status", path="MUG-1/inventory", status=503, times=10)
    failed = stock_decreases.push_stock_decreases(client=jet, account=account)
    sandbox.clear_faults()

    shown = stock_decreases.push_stock_decreases(client=jet, account=account)

    assert (failed.failed, shown.done, on_jet(jet)) == (1, 1, 0)


def test_a_drop_behind_many_quantities_that_did_not_drop_is_told(upload, account, jet, monkeypatch):
    monkeypatch.setattr(stock_decreases, "CHUNK", 2)
    mugs = [ProductFactory(sku=f"MUG-{n}", mapped=True, quantity=10) for n in range(1, 7)]
    upload(*mugs)
    ListingFacet.objects.update(accepted_at="2026-01-01T00:00Z")
    monkeypatch.setattr(updates, "BY_FILE_FROM", 1)
    Facet.INVENTORY.queue_aging(account)
    upload_files.build_files(account=account)
    file_uploads.advance_files(client=jet, account=account)
    for mug in mugs[:3]:
        stock.restock(document=f"return-{mug.pk}", lines=[StockLine("1", mug.pk, mug.sku, 5)])
    for mug in mugs[3:]:
        stock.reserve(document=f"order-{mug.pk}", lines=[StockLine("1", mug.pk, mug.sku, 4)])

    shown = [stock_decreases.push_stock_decreases(client=jet, account=account).done for _ in range(3)]

    held = [jet.products.get(mug.sku).inventory_by_fulfillment_node[0].quantity for mug in mugs]
    assert (shown, held) == ([2, 1, 0], [10, 10, 10, 6, 6, 6])
