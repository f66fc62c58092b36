"""A worker dies at each commit and call of a reading in turn; afterwards the catalogue is what the store holds."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from catalog.products.intake.file_kinds import FileKind
from catalog.products.models import ImportFile, Product, ProductLink, StoreMark, Variation
from catalog.products.services import store_pulls
from catalog.products.tasks import pull_store_products
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.ports import Store
from tests.children import end_of, spread
from tests.outbox.kit import let_time_pass
from tests.store.magento.caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = """
from catalog.products.tasks import pull_store_products
from jetbridge.store.magento import client
from tests.orders import killed
killed.JOBS.update(pull=pull_store_products)
client.PAGE = 4
"""
SAMPLE = 41


def dies(point: int) -> bool:
    """Run the job in a worker that dies at a point; return whether it came so far."""
    end = end_of(CHILD, f"killed.run('pull', {point})")
    assert end in (0, -9)
    return bool(end == -9)


def go_on() -> None:
    let_time_pass()
    pull_store_products()


def held() -> dict[str, Any]:
    return {
        "products": set(Product.objects.values_list("sku", "name", "price", "enabled", "kind")),
        "variations": set(Variation.objects.values_list("parent__sku", "child__sku", "position")),
        "places": set(Product.objects.values_list("sku", "categories__full_path")),
        "links": set(ProductLink.objects.values_list("product__sku", "number")),
    }


@pytest.mark.parametrize("step", spread(SAMPLE))
def test_a_first_reading_goes_on_after_a_death_at_any_point(magento: MagentoSandbox, store: Store, step: int):
    store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)
    expected = held()
    for point in count(1, step):
        for table in (Product, ImportFile, StoreMark):
            table.objects.all().delete()
        store_pulls.start(confirmed=True)
        alive = not dies(point)

        go_on()

        assert held() == expected, point
        row = ImportFile.objects.get(kind=FileKind.STORE)
        assert (row.state, row.failed) == ("done", 0), point
        assert StoreMark.objects.get().pulled_to is not None
        if alive:
            return


@pytest.mark.parametrize("step", spread(SAMPLE))
def test_changes_are_here_after_a_death_at_any_point(
    magento: MagentoSandbox, store: Store, rest: Caller, step: int
):
    store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)
    number = ProductLink.objects.get(product__sku="DEMO-MUG-BLUE").number
    for point in count(1, step):
        price, sku = Decimal(20) + point, f"MUG-{point}"
        rest("PUT", "all/V1/products/DEMO-KETTLE", {"product": {"price": float(price)}})
        rest("POST", "all/V1/products", {"product": {"id": number, "sku": sku, "name": "Mug"}})
        alive = not dies(point)

        go_on()

        assert Product.objects.get(sku="DEMO-KETTLE").price == price
        assert ProductLink.objects.get(number=number).product.sku == sku
        assert Product.objects.count() == 15
        if alive:
            return
