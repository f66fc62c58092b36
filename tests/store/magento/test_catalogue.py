"""What the panel reads of a store's catalogue: pages from both ends, views, words, pictures, prices."""

import itertools
import json
import threading
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from jetbridge.store.documents import Input, ProductPage, SkippedRow, StoreImage, StorePrice, StoreProduct
from jetbridge.store.magento import catalogue, views
from jetbridge.store.magento.sandbox import stores
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.store import MagentoStore
from tests.store.magento.caller import Caller
from tests.store.magento.served import client_of, stocked, store_of
from tests.waiting import wait_for

RECORDINGS = settings.JETBRIDGE_SAMPLES.parent / "magento" / "recordings"


def numbers(pages: list[ProductPage]) -> list[int]:
    return [each.number for page in pages for each in page.products if isinstance(each, StoreProduct)]


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / f"{name}.json").read_text(), parse_float=Decimal)["response"]["body"]


def test_both_ends_meet_and_read_each_product_once(store: MagentoSandbox):
    stocked(store, 900)
    with client_of(store) as client:
        client.page_size = 100
        pages = list(MagentoStore(client).product_pages())

    found = numbers(pages)
    assert sorted(found) == list(range(1, 901))
    assert {page.high for page in pages} != {None}
    assert sum(call["path"].endswith("/products") for call in store.do("calls")["calls"]) <= 14


def test_a_reading_that_was_cut_off_goes_on_between_its_ends(store: MagentoSandbox):
    stocked(store, 900)
    before = threading.active_count()
    with client_of(store) as client:
        client.page_size = 100
        shop = MagentoStore(client)
        first = list(itertools.islice(shop.product_pages(), 4))
        rest = list(shop.product_pages(above=first[-1].low, below=first[-1].high))

    assert sorted(numbers(first) + numbers(rest)) == list(range(1, 901))
    wait_for(lambda: threading.active_count() <= before + 1, "its threads ended", seconds=30)


def test_a_broken_product_is_named_and_all_others_come(store: MagentoSandbox):
    stocked(store, 500)
    for sku in ("P-001", "P-250", "P-499"):
        store.do("products", {"products": [{"sku": sku, "broken": True}]})
    with client_of(store) as client:
        client.page_size = 50
        pages = list(MagentoStore(client).product_pages())

    assert len(numbers(pages)) == len(set(numbers(pages))) == 497
    skipped = {each.key for page in pages for each in page.products if isinstance(each, SkippedRow)}
    assert skipped == {"1", "250", "499"}


def test_a_store_with_one_view_is_read_in_it_alone(store: MagentoSandbox, magento: Caller):
    magento("PUT", "default/V1/products/BOOT-1", {"product": {"name": "Boot as buyers see it"}})

    with store_of(store) as shop:
        [found] = [each for each in shop.find_products(skus=["boot-1"]) if isinstance(each, StoreProduct)]

    assert (found.name, found.in_view) == ("Boot as buyers see it", None)


def test_a_view_among_several_is_read_beside_what_all_share(store: MagentoSandbox, magento: Caller):
    stores.add_view(store.world.memory, "polish")
    magento("PUT", "default/V1/products/BOOT-1", {"product": {"name": "Boot as buyers see it"}})

    with store_of(store) as shop:
        [page] = shop.product_pages()

    first = page.products[0]
    assert isinstance(first, StoreProduct)
    assert first.name == "Plain boot"
    assert first.in_view is not None
    assert first.in_view.name == "Boot as buyers see it"


def test_the_vocabulary_says_what_numbers_and_codes_mean():
    sandbox = MagentoSandbox()
    with store_of(sandbox) as shop:
        words = shop.vocabulary()
        tee = next(each for each in shop.find_products(skus=["DEMO-TEE"]) if isinstance(each, StoreProduct))

    assert words.attributes["color"].input == Input.SELECT
    assert set(words.attributes["color"].options.values()) == {"Black", "White"}
    assert [code for code, each in words.attributes.items() if each.number in tee.axes] == ["color", "size"]
    assert words.sets[tee.attribute_set] == "Default"
    assert [words.categories[each] for each in tee.categories] == [("Default Category", "Clothing")]
    assert words.website in tee.websites
    assert words.media_url.endswith("/media/")
    sandbox.close()


def test_prices_are_read_by_themselves_and_twins_are_settled_by_the_product(
    store: MagentoSandbox, magento: Caller
):
    magento("POST", "all/V1/products/special-price", {"prices": [
        {"sku": "BOOT-1", "price": 39.99, "store_id": 0, "price_from": "2026-11-01 00:00:00",
         "price_to": "2027-01-01 00:00:00"},
    ]})  # fmt: skip

    with store_of(store) as shop:
        found = {each.sku: each for each in shop.prices(["BOOT-1", "JB/2 A%", "No such"])}

    special = StorePrice("BOOT-1", Decimal("49.99"), Decimal("39.99"), date(2026, 11, 1), date(2027, 1, 1))
    assert found == {"BOOT-1": special, "JB/2 A%": StorePrice("JB/2 A%", Decimal(10))}


def test_special_prices_that_a_real_store_gave_twice_are_in_doubt():
    found = catalogue.prices(
        recorded("prices/base-prices-information"), recorded("prices/special-price-information"), view=1
    )

    assert list(found) == ["JB-1", StorePrice("JB-C-Red-S", Decimal(59))]


def test_a_real_stores_answers_are_read():
    parent = catalogue.product(recorded("configurable/get-parent"))
    paths = catalogue.category_paths(recorded("categories/list")["items"])
    color = catalogue.attribute(recorded("attributes/get-color"), 1)
    view = views.view(recorded("stores/storeConfigs"), "default")

    assert (parent.price, parent.axes, parent.children) == (None, (93, 137), (3, 4, 5, 6))
    assert parent.websites == (1,)
    assert paths == {}  # of a way whose upper names are not among the rows nothing is said
    assert color.options == {"8": "Blue", "7": "Red", "6": "Green (en)"}
    assert (view.number, view.media_url) == (1, "http://127.0.0.1:24080/media/")
    assert not views.has_several_views(recorded("stores/storeViews"))
    assert views.website(recorded("stores/websites"), "base") == 1


def test_pictures_come_by_place_with_what_they_are_used_as():
    gallery = [
        {"file": "/b.jpg", "position": 2, "types": ["swatch_image"], "label": None, "disabled": True},
        {"file": "/a.jpg", "position": 1, "types": ["image", "thumbnail"], "label": "Front"},
        {"file": "/film.jpg", "position": 3, "media_type": "external-video"},
    ]

    found = catalogue.product({"id": 1, "sku": "A", "media_gallery_entries": gallery})

    assert found.images == (
        StoreImage("/a.jpg", "Front", is_main=True),
        StoreImage("/b.jpg", is_swatch=True, is_hidden=True),
    )
