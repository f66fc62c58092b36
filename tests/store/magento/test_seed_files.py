"""A store filled from a Magento product export."""

from pathlib import Path

import pytest

from jetbridge.desk.demo import store_csv
from jetbridge.store.documents import StoreProduct
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.served import store_of


def test_the_demos_catalogue_fills_a_store_and_is_read_back(tmp_path: Path):
    file = tmp_path / "store.csv"
    with file.open("w", newline="") as stream:
        skus = store_csv.write(stream)

    sandbox = MagentoSandbox(seed=str(file))
    with store_of(sandbox) as store:
        found = {each.sku: each for each in store.products() if isinstance(each, StoreProduct)}
        levels = {each.sku: each.quantity for each in store.source_stock()}

    assert len(found) > 0.9 * len(set(skus))
    parents = [each for each in found.values() if each.kind == "configurable"]
    assert parents
    assert all(each.children and each.categories for each in parents)
    numbers = {each.number for each in found.values()}
    assert all(set(each.children) <= numbers for each in parents)
    assert any(levels.values())
    sandbox.close()


def test_what_is_no_product_export_is_refused(tmp_path: Path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")

    with pytest.raises(ValueError, match="no column sku"):
        MagentoSandbox(seed=str(file))
