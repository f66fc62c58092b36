"""An extension of the store fails at one product: all others are read, it is named, and none of it is offered."""

from decimal import Decimal
from typing import Any

import pytest

from catalog.products.models import Product, StoreMark
from catalog.products.services import store_pulls
from catalog.products.tasks import pull_store_products, read_store_prices, read_store_stock, reconcile_store
from jetbridge.core.models import Configuration, JobRun, StoreView
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox import stores
from tests.factories import ProductFactory
from tests.store.linked import linked, own_stock
from tests.store.magento.caller import Caller
from tests.store.plugins import WAYS, WithPlugin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_no_time")]
SKUS = [f"P-{number}" for number in range(1, 8)]
BAD = "P-3"
EXPORT, SOURCES, ALONE, ORDERS = (
    "/export-stock-salable-qty/",
    "/source-items$",
    f"/products/{BAD}$",
    "/V1/orders$",
)
CATALOGUE = "/V1/products$"
# Each way at each call is the same to whoever reads: two of them where the reader is the same as in another test.
SOME = ("500", "silence")


def stocked(magento: WithPlugin, count: int, *skus: str, source: str = "default") -> None:
    for sku in skus or SKUS:
        magento.do("stock", {"sku": sku, "source": source, "quantity": count})


def fill(magento: WithPlugin, *, with_ours: bool = True) -> None:
    for sku in SKUS:
        magento.do("products", {"products": [{"sku": sku, "name": sku, "price": 5, "quantity": 9}]})
        if with_ours:
            ProductFactory(sku=sku)


def run(task: Any = read_store_stock) -> JobRun:
    task()
    return JobRun.objects.latest("pk")


def offered() -> dict[str, int]:
    return {each.sku: each.available for each in Product.objects.all()}


def assert_named(said: JobRun) -> None:
    """See that the run names the product, and that nothing else is wrong with it."""
    text = f"{said.message} {said.items}"
    assert BAD in text, text
    assert said.failed == 1, text


# Stock


@pytest.mark.parametrize(
    ("path", "way"),
    [*((EXPORT, way) for way in WAYS), *((path, way) for path in (SOURCES, ORDERS) for way in SOME)],
)
def test_stock_is_read_but_for_the_one_at_which_the_store_fails(magento: WithPlugin, path: str, way: str):
    fill(magento)
    magento.do("orders", {"items": [{"sku": BAD, "quantity": 1}]})
    assert run().failed == 0
    run()  # from now on orders are followed
    magento.break_at(BAD, path=path, way=way)
    stocked(magento, 4)
    magento.do("orders", {"items": [{"sku": BAD, "quantity": 1}]})

    said = run()

    assert said.failed
    assert BAD in str(said.items) or path == ORDERS
    # Two were sold to the store's own buyers, of which nobody knows where the salable quantity cannot be read.
    assert offered() == dict.fromkeys(SKUS, 4) | {BAD: 0 if path == EXPORT else 2}
    assert run().failed == said.failed
    magento.heal()
    assert run().failed == 0
    assert offered() == dict.fromkeys(SKUS, 4) | {BAD: 2}


@pytest.mark.parametrize("way", SOME)
def test_what_was_never_read_is_not_offered_by_the_panels_own_quantity(magento: WithPlugin, way: str):
    fill(magento)
    Product.objects.filter(sku=BAD).update(quantity=30)
    magento.break_at(BAD, path=EXPORT, way=way)

    assert_named(run())

    assert offered() == dict.fromkeys(SKUS, 9) | {BAD: 0}
    magento.heal()
    run()
    assert offered() == dict.fromkeys(SKUS, 9)


@pytest.mark.parametrize("way", SOME)
def test_an_order_that_cannot_be_read_is_asked_for_its_lines(magento: WithPlugin, way: str):
    fill(magento)
    run()
    run()
    magento.break_at(BAD, path=ORDERS, way=way)
    magento.do("orders", {"items": [{"sku": BAD, "quantity": 2}]})
    assert run().failed == 1
    assert offered()[BAD] == 7
    magento.break_at(BAD, path="/V1/orders", way=way)
    magento.do("orders", {"items": [{"sku": BAD, "quantity": 2}]})
    magento.do("clock", {"advance_seconds": 3600})
    run()
    magento.do("clock", {"advance_seconds": 3600})
    magento.heal()

    assert run().failed == 0
    assert offered()[BAD] == 5


@pytest.mark.parametrize("way", SOME)
def test_a_row_of_the_sources_that_cannot_be_read_hides_no_change(magento: WithPlugin, way: str):
    fill(magento)
    own_stock("east", "west")
    stocked(magento, 5, source="east")
    stocked(magento, 3, source="west")
    assert run().failed == 0
    assert offered() == dict.fromkeys(SKUS, 8)
    magento.break_at(BAD, path=SOURCES, way=way)
    assert run().failed == 3  # a row of each source

    stocked(magento, 1, BAD, "P-1", source="west")
    run()

    assert offered() == dict.fromkeys(SKUS, 8) | {BAD: 6, "P-1": 6}
    asked = len(magento.do("calls", {"path": "export-stock"})["calls"])
    magento.heal()
    assert run().failed == 0
    run()
    assert len(magento.do("calls", {"path": "export-stock"})["calls"]) == asked + 1


@pytest.mark.parametrize("way", SOME)
def test_a_zero_that_cannot_be_explained_is_named(magento: WithPlugin, way: str):
    fill(magento)
    run()
    magento.break_at(BAD, path=ALONE, way=way)
    with links.open_client() as client:
        item = client.read(f"stockItems/{BAD}")
        free = {**item, "use_config_manage_stock": False, "manage_stock": False}
        client.write("PUT", f"products/{BAD}/stockItems/{item['item_id']}", {"stockItem": free})
    stocked(magento, 4)

    assert_named(run())

    assert offered() == dict.fromkeys(SKUS, 4) | {BAD: 0}
    magento.heal()
    assert run().failed == 0
    assert not Product.objects.get(sku=BAD).manage_stock


@pytest.mark.parametrize("way", SOME)
@pytest.mark.parametrize("path", ["/lowStock", f"/stockItems/{BAD}", CATALOGUE])
def test_a_store_without_sources_is_read_but_for_the_one(path: str, way: str):
    with linked(WithPlugin, msi=False) as magento:
        fill(magento)
        assert run().failed == 0
        magento.break_at(BAD, path=path, way=way)
        stocked(magento, 4)

        said = run()

        assert said.failed == (path != CATALOGUE)
        assert {sku: count for sku, count in offered().items() if sku != BAD} == {
            sku: 4 for sku in SKUS if sku != BAD
        }
        magento.heal()
        assert run().failed == 0
        assert offered() == dict.fromkeys(SKUS, 4)


def test_a_store_that_answers_nothing_is_not_searched_for_a_product(magento: WithPlugin):
    fill(magento)
    run()
    before = len(magento.do("calls", {})["calls"])
    magento.do("faults", {"path": "/rest/", "kind": "drop_before"})

    assert run().outcome == JobRun.Outcome.FAILED

    assert len(magento.do("calls", {})["calls"]) - before < 20
    assert offered() == dict.fromkeys(SKUS, 9)


# Products


def look_at_a_view(magento: WithPlugin) -> None:
    view = StoreView.objects.get_or_create(code="default", defaults={"name": "Default Store View"})[0]
    Configuration.objects.filter(pk=1).update(store_view=view)
    stores.add_view(magento.world.memory, "other")


def pulled() -> None:
    pull_store_products()
    row = store_pulls.readings().get()
    row.state = row.State.CONFIRMED
    row.save()
    assert run(pull_store_products).failed == 0


def prices() -> dict[str, Decimal | None]:
    return dict(Product.objects.values_list("sku", "price"))


@pytest.mark.parametrize(
    ("path", "way"),
    [
        *((CATALOGUE, way) for way in WAYS),
        *((f"/{view}/V1/products$", way) for view in ("all", "default") for way in SOME),
    ],
)
def test_products_are_pulled_but_for_the_one_and_it_is_tried_again(magento: WithPlugin, path: str, way: str):
    fill(magento, with_ours=False)
    look_at_a_view(magento)
    pulled()
    magento.break_at(BAD, path=path, way=way)
    rest = Caller(magento)
    for sku in SKUS:
        rest("PUT", f"all/V1/products/{sku}", {"product": {"price": 7}})

    assert run(pull_store_products).failed == 1
    assert prices() == dict.fromkeys(SKUS, Decimal(7)) | {BAD: Decimal(5)}
    magento.do("clock", {"advance_seconds": 7200})
    said = run(pull_store_products)
    assert (said.failed, len(StoreMark.objects.get().unread)) == (1, 1)
    magento.do("clock", {"advance_seconds": 7200})
    magento.heal()

    assert run(pull_store_products).failed == 0
    assert prices() == dict.fromkeys(SKUS, Decimal(7))
    assert StoreMark.objects.get().unread == []


@pytest.mark.parametrize("way", SOME)
def test_a_product_at_which_the_store_fails_is_not_taken_out(magento: WithPlugin, way: str):
    fill(magento, with_ours=False)
    pulled()
    magento.break_at(BAD, path=CATALOGUE, way=way)

    assert run(reconcile_store).failed == 1

    assert set(prices()) == set(SKUS)
    assert len(StoreMark.objects.get().unread) == 1


@pytest.mark.parametrize("way", SOME)
@pytest.mark.parametrize("path", ["/base-prices-information$", "/special-price-information$"])
def test_prices_are_read_but_for_the_one(magento: WithPlugin, path: str, way: str):
    fill(magento, with_ours=False)
    pulled()
    given = [{"sku": sku, "price": 3, "store_id": 0} for sku in SKUS]
    times = {"price_from": "2026-01-01 00:00:00", "price_to": "2036-01-01 00:00:00"}
    rest = Caller(magento)
    rest("POST", "all/V1/products/special-price", {"prices": [{**each, **times} for each in given]})
    rest("POST", "all/V1/products/base-prices", {"prices": given})
    magento.break_at(BAD, path=path, way=way)

    assert_named(run(read_store_prices))

    assert prices() == dict.fromkeys(SKUS, Decimal(3)) | {BAD: Decimal(5)}
    magento.heal()
    assert run(read_store_prices).failed == 0
    assert prices() == dict.fromkeys(SKUS, Decimal(3))
