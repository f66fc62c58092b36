"""Many callers at once: each change is made once, and whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.jetapi.sandbox.conftest import Merchant

CALLERS = 8


@pytest.fixture
def callers(url):
    merchants = [Merchant(url) for _ in range(CALLERS)]
    yield merchants
    for merchant in merchants:
        merchant.session.close()


def all_at_once(callers, call):
    with ThreadPoolExecutor(CALLERS) as pool:
        return sorted(pool.map(lambda merchant: call(merchant).status_code, callers))


def test_of_many_answers_to_one_order_one_counts(callers, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])

    assert all_at_once(callers, lambda one: one.acknowledge(order_id)) == [204] + [400] * 7


def test_of_many_shipments_of_one_unit_one_counts(callers, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}], status="acknowledged")

    assert all_at_once(callers, lambda one: one.ship(order_id, "A", 1)) == [204] + [400] * 7
    assert len(box.held("orders", order_id)["shipments"]) == 1


def test_many_new_skus_at_once_are_all_listed_once(callers):
    def send(merchant):
        for number in range(20):
            answer = merchant.put(
                f"/merchant-skus/{id(merchant)}-{number}", {"product_title": "A good mug"} | REST
            )
        return answer

    assert all_at_once(callers, send) == [201] * CALLERS
    urls = callers[0].get("/merchant-skus")["sku_urls"]
    paged = callers[0].get("/merchant-skus?offset=100&limit=1000")["sku_urls"]
    assert len(set(urls)) == 20 * CALLERS
    assert paged == urls[100:]


REST = {"multipack_quantity": 1, "ASIN": "B00EXAMPLE"}
