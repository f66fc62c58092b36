"""Two workers read stock at once and one of them dies at any point; then what is offered is what the store sells."""

from itertools import count

import pytest

from catalog.products.models import Product
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from catalog.products.tasks import read_store_stock
from jetbridge.core.models import JobRun
from tests.children import end_of, spread
from tests.factories import ProductFactory
from tests.store.linked import linked, salable

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = """
import os
from catalog.products.services import store_readings
from jetbridge.store import services as links
from tests.orders import killed
store_readings.CHUNK = 2

def read():
    with links.open_store() as store:
        store_readings.read(store)

def two(point):
    dying = os.fork()
    if dying == 0:
        killed.run("stock", point)
        os._exit(0)
    read()
    _, status = os.waitpid(dying, 0)
    os._exit(9 if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status))

killed.JOBS.update(stock=read)
"""
SKUS = [f"P-{number}" for number in range(5)]
HELD, ORDER = {"P-1": 2}, "order 100000001"
SAMPLE = 19


@pytest.mark.parametrize("step", spread(SAMPLE))
def test_what_two_workers_read_is_right_whenever_one_of_them_dies(step: int):
    with linked() as magento:
        for sku in SKUS:
            ProductFactory(sku=sku)
            magento.do("products", {"products": [{"sku": sku, "name": sku, "price": 5, "quantity": 5000}]})
        read_store_stock()
        held = Product.objects.get(sku="P-1")
        stock.reserve(document=ORDER, lines=[StockLine("item-1", held.pk, held.sku, 2, order=ORDER)])
        for point in count(1, step):
            before = offers()
            for number, sku in enumerate(SKUS[1:], start=1):
                magento.do("stock", {"sku": sku, "quantity": (point * 7 + number * 13) % 90})
            magento.do("orders", {"items": [{"sku": "P-0", "quantity": 1}]})
            end = end_of(CHILD, f"two({point})")

            sold = {sku: max(int(salable(sku)) - HELD.get(sku, 0), 0) for sku in SKUS}
            between = offers()
            assert end in (0, 9)
            assert [sku for sku in SKUS if between[sku] not in (before[sku], sold[sku])] == [], point
            read_store_stock()
            assert JobRun.objects.latest("pk").failed == 0
            assert offers() == sold, point
            if end == 0:
                return


def offers() -> dict[str, int]:
    return {each.sku: each.available for each in Product.objects.filter(sku__in=SKUS)}
