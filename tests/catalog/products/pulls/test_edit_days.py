"""A day of edits in the store: what followed them step by step has the same rows as who reads all of it anew."""

import random
from collections.abc import Callable

import pytest

from catalog.products.models import ImportFile, Product, StoreCategory
from catalog.products.services import store_pulls
from catalog.products.tasks import pull_store_products, read_store_prices, reconcile_store
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.ports import Store
from tests.catalog.products.pulls.test_same_tables import tables, taken_back
from tests.store.magento.caller import Caller

pytestmark = pytest.mark.django_db
TEE = "DEMO-TEE"
DAYS = [pytest.param(seed, marks=() if seed < 1 else pytest.mark.kill) for seed in range(40)]
EDITS = 30


class Merchant:
    """Somebody who edits one thing after the other in the store, by chance."""

    def __init__(self, magento: MagentoSandbox, seed: int) -> None:
        self.magento, self.rest, self.chance, self.made = magento, Caller(magento), random.Random(seed), 0
        self.deeds: list[Callable[[], None]] = [
            self.names, self.names, self.prices, self.prices, self.reduces, self.switches, self.renames, self.files,
            self.deletes, self.adds, self.parts, self.joins, self.describes,
        ]  # fmt: skip

    def edit(self) -> None:
        self.chance.choice(self.deeds)()

    def names(self) -> None:
        self._put(self._some(), name=f"Name {self._next()}")

    def prices(self) -> None:
        price = {"sku": self._some(), "price": self.chance.randint(100, 9900) / 100, "store_id": 0}
        self.rest("POST", "all/V1/products/base-prices", {"prices": [price]})

    def reduces(self) -> None:
        value = self.chance.choice([None, "4.25", "7.5"])
        first = value and f"2026-12-{self.chance.randint(10, 28)} 00:00:00"
        self._set(self._some(), special_price=value, special_from_date=first)

    def describes(self) -> None:
        self._set(
            self._some(),
            description=f"<p>{self._next()}</p>",
            meta_keyword=self.chance.choice([None, "a, b"]),
        )

    def switches(self) -> None:
        self._put(self._some(), status=self.chance.choice([1, 2]))

    def renames(self) -> None:
        row = self.chance.choice([each for each in self._all() if each["type_id"] == "simple"])
        self.rest("POST", "all/V1/products", {"product": {
            "id": row["id"], "sku": f"RENAMED-{self._next()}", "name": row["name"]}})  # fmt: skip

    def files(self) -> None:
        paths = self.rest.listed("all/V1/categories/list", page_size=50)
        links = [
            {"position": 0, "category_id": str(each["id"])}
            for each in self.chance.sample(paths, k=2)
            if each["level"] > 1
        ]
        self._put(self._some(), extension_attributes={"category_links": links})

    def deletes(self) -> None:
        if len(found := [each for each in self._all() if each["type_id"] == "simple"]) > 9:
            self.rest("DELETE", f"all/V1/products/{self.chance.choice(found)['sku']}")

    def adds(self) -> None:
        number = self._next()
        made = {"sku": f"NEW-{number}", "name": f"New {number}", "price": 5, "quantity": 3}
        self.magento.do("products", {"products": [made]})

    def parts(self) -> None:
        if len(children := self._children()) > 2:
            sku = self.chance.choice(children)
            self.rest("DELETE", f"all/V1/configurable-products/{TEE}/children/{sku}")

    def joins(self) -> None:
        apart = {each["sku"] for each in self._all() if each["sku"].startswith(f"{TEE}-")} - set(
            self._children()
        )
        if apart:
            child = {"childSku": self.chance.choice(sorted(apart))}
            self.rest("POST", f"all/V1/configurable-products/{TEE}/child", child)

    def _all(self) -> list[dict]:
        return self.rest.listed("all/V1/products", page_size=200)

    def _children(self) -> list[str]:
        return [each["sku"] for each in self.rest("GET", f"all/V1/configurable-products/{TEE}/children")]

    def _some(self) -> str:
        return self.chance.choice([each["sku"] for each in self._all() if each["sku"] != TEE])

    def _next(self) -> int:
        self.made += 1
        return self.made

    def _put(self, sku: str, **changes: object) -> None:
        self.rest("PUT", f"all/V1/products/{sku}", {"product": changes})

    def _set(self, sku: str, **values: object) -> None:
        self._put(sku, custom_attributes=[
            {"attribute_code": code, "value": value} for code, value in values.items()])  # fmt: skip


@pytest.mark.parametrize("seed", DAYS)
def test_rows_that_followed_a_day_of_edits_are_those_of_a_fresh_reading(
    magento: MagentoSandbox, store: Store, seed: int
):
    store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)
    merchant = Merchant(magento, seed)
    jobs = random.Random(seed)
    for _ in range(EDITS):
        merchant.edit()
        if jobs.random() < 0.3:
            jobs.choice([pull_store_products, pull_store_products, read_store_prices, reconcile_store])()
    for job in (pull_store_products, read_store_prices, reconcile_store):
        job()
    codes = {code for each in Product.objects.all() for code in each.attributes}
    followed = tables(codes)

    with taken_back():
        for model in (Product, StoreCategory, ImportFile):
            model.objects.all().delete()
        store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)
        codes |= {code for each in Product.objects.all() for code in each.attributes}
        fresh = tables(codes)

    for name in ("products", "categories", "images", "variations", "texts"):
        assert followed[name] == fresh[name], name
    # A category whose last product left it stays.
    assert followed["tree"] >= fresh["tree"]
