"""The same catalogue, once as a file and once read from a store that was filled from it, makes the same tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from catalog.products.intake.importer import import_products
from catalog.products.models import Attribute, Product, ProductImage, ProductText, StoreCategory, Variation
from catalog.products.services import store_pulls
from jetbridge.core.models import Configuration
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.catalog.products.pulls.conftest import link

pytestmark = pytest.mark.django_db
FOLDER = settings.JETBRIDGE_SAMPLES / "magento"
NAMES = ("luma_products", "m2default_catalog_product", "ii_products_configurable_native")
COLUMNS = (
    "sku", "kind", "name", "description", "short_description", "attribute_set", "enabled", "visibility", "weight",
    "special_price", "special_price_from", "special_price_to", "variation_codes",
)  # fmt: skip
# A file says these of bundles in words; and an address that a file lacks the store makes.
HERE_ONLY = {"url_key", "shipment_type"}
# What the store makes for itself where a file leaves it out.
FILLED = {"visibility": "Catalog, Search", "attribute_set": "Default"}


def tables(codes: set[str]) -> dict[str, Any]:
    """Return all that both ways bring, by what people know it by; quantities come by another way."""
    composite = ("configurable", "bundle", "grouped")
    return {
        "products": {
            each.sku: {
                **{name: getattr(each, name) or FILLED.get(name, getattr(each, name)) for name in COLUMNS},
                "price": (each.price or None) if each.kind in composite else each.price,
                "attributes": {code: value for code, value in each.attributes.items() if code in codes},
            }
            for each in Product.objects.all()
        },
        "categories": set(Product.objects.values_list("sku", "categories__full_path")),
        "tree": set(StoreCategory.objects.values_list("full_path", "name", "depth")),
        "images": set(
            ProductImage.objects.values_list(
                "product__sku", "path", "label", "position", "is_main", "is_swatch", "hidden"
            )
        ),
        "variations": set(
            Variation.objects.values_list("parent__sku", "child_sku", "position", "child__sku")
        ),
        "texts": set(ProductText.objects.values_list("product__sku", "store_view__code", "name", "description")),
        "options": {
            each.code: {option.value for option in each.options.all()}
            for each in Attribute.objects.filter(code__in=codes, kind__in=("select", "multiselect"))
        },
    }  # fmt: skip


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_and_the_store_that_was_filled_from_it_make_the_same_tables(name: str):
    file = Path(FOLDER) / f"{name}.csv"
    if not file.exists():
        pytest.skip("The sample catalogues are not here.")
    with taken_back():
        report = import_products(path=file)
        codes = {code for each in Product.objects.all() for code in each.attributes} - HERE_ONLY
        by_file = tables(codes)

    sandbox = MagentoSandbox(seed=str(file))
    with sandbox.serve() as url:
        link(url)
        Configuration.objects.update(store_view=None)
        with links.open_store() as store:
            found = store_pulls.pull(store=store, skus=(), full=True, dry_run=False)
        by_store = tables(codes)
    sandbox.close()

    assert found.failed == report.failed == 0
    assert found.created == len(by_file["products"])
    # A file's kinds are guessed, and its options are those that occur; the store knows both.
    for code, options in by_store["options"].items():
        assert options >= by_file["options"].get(code, set()), code
    del by_file["options"]
    for table, rows in by_file.items():
        assert by_store[table] == rows, table
