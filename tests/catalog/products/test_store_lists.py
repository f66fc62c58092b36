"""A list that says what numbers of products mean fails: products are read all the same, and keep what it explains."""

from decimal import Decimal

import pytest

from catalog.products.models import Product, ProductLink, StoreCategory, StoreMark
from catalog.products.services import store_pulls
from catalog.products.tasks import pull_store_products, reconcile_store
from jetbridge.core.models import JobRun
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller
from tests.store.plugins import WAYS, WithPlugin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_no_time")]
ATTRIBUTES, SETS, TREE = "/products/attributes$", "/attribute-sets/sets/list$", "/categories/list$"
LISTS = {ATTRIBUTES: "attributes", SETS: "attribute sets", TREE: "categories"}
SHOE = "SHOE-1"
Facts = tuple[str, Decimal | None, str, object, list[str]]


class Shop:
    """The shop as a person edits it: a shoe of a color, in a category and a set of attributes."""

    def __init__(self, store: MagentoSandbox) -> None:
        self._rest = Caller(store)
        color = {"attribute_code": "paint", "frontend_input": "select", "default_frontend_label": "Paint"}
        color["options"] = [{"label": label} for label in ("Red", "Blue")]  # type: ignore[assignment]
        made = self._rest("POST", "all/V1/products/attributes", {"attribute": color})
        self._number = made["attribute_id"]
        self.colors = {each["label"]: each["value"] for each in made["options"] if each["value"]}
        place = {"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "paint", "sortOrder": 1}
        self._rest("POST", "V1/products/attribute-sets/attributes", place)
        self.sets = {"Default": 4, "Shoes": self._set("Shoes")}
        self.categories = {name: self.category(name) for name in ("Old", "New")}
        self.save(price=5, color="Red", kind="Default", category="Old")

    def _set(self, name: str) -> int:
        body = {"attributeSet": {"attribute_set_name": name, "sort_order": 1}, "skeletonId": 4}
        return int(self._rest("POST", "V1/products/attribute-sets", body)["attribute_set_id"])

    def category(self, name: str, parent: int = 2) -> int:
        body = {"category": {"name": name, "parent_id": parent, "is_active": True}}
        return int(self._rest("POST", "all/V1/categories", body)["id"])

    def save(self, *, price: int, color: str, kind: str, category: str) -> None:
        links = [{"category_id": self.categories[category], "position": 0}]
        product = {
            "sku": SHOE, "name": f"Shoe for {price}", "price": price, "attribute_set_id": self.sets[kind],
            "status": 1,
            "extension_attributes": {"category_links": links},
            "custom_attributes": [{"attribute_code": "paint", "value": self.colors[color]}],
        }  # fmt: skip
        self._rest("POST", "all/V1/products", {"product": product})

    def family(self, sku: str) -> None:
        """Make a configurable product of both colors."""
        rest, plain = self._rest, {"price": 5, "attribute_set_id": 4, "status": 1, "visibility": 4}
        product = {"sku": sku, "name": sku, "type_id": "configurable", **plain}
        rest("POST", "all/V1/products", {"product": product})
        values = [{"value_index": value} for value in self.colors.values()]
        option = {"attribute_id": self._number, "label": "Paint", "position": 0, "values": values}
        rest("POST", f"all/V1/configurable-products/{sku}/options", {"option": option})
        for name, value in self.colors.items():
            own = {"custom_attributes": [{"attribute_code": "paint", "value": value}]}
            child = {"sku": f"{sku}-{name}", "name": f"{sku} {name}", **plain, **own}
            rest("POST", "all/V1/products", {"product": child})
            rest("POST", f"all/V1/configurable-products/{sku}/child", {"childSku": child["sku"]})


def run() -> JobRun:
    pull_store_products()
    return JobRun.objects.latest("pk")


def first_reading() -> None:
    run()
    row = store_pulls.readings().get()
    row.state = row.State.CONFIRMED
    row.save()
    run()


def later(magento: WithPlugin) -> JobRun:
    """Read again when the overlap is over."""
    magento.do("clock", {"advance_seconds": 7200})
    return run()


def shoe() -> Facts:
    found = Product.objects.get(sku=SHOE)
    ways = sorted(found.categories.values_list("full_path", flat=True))
    return found.name, found.price, found.attribute_set, found.attributes.get("paint"), ways


BEFORE: Facts = ("Shoe for 5", Decimal(5), "Default", "Red", ["Default Category/Old"])
AFTER: Facts = ("Shoe for 7", Decimal(7), "Shoes", "Blue", ["Default Category/New"])
# What stays of a product where a list cannot be read, by its place among the facts.
STAYS = {ATTRIBUTES: 3, SETS: 2, TREE: 4}


def after_but_for(path: str) -> Facts:
    facts = list(AFTER)
    facts[STAYS[path]] = BEFORE[STAYS[path]]
    return tuple(facts)  # type: ignore[return-value]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", LISTS)
def test_products_are_read_without_the_list_and_anew_with_it(magento: WithPlugin, path: str, way: str):
    shop = Shop(magento)
    first_reading()
    assert shoe() == BEFORE
    magento.break_list(path, way=way)
    shop.save(price=7, color="Blue", kind="Shoes", category="New")

    said = run()

    assert shoe() == after_but_for(path)
    assert (said.failed, said.items[0]["reference"]) == (1, LISTS[path])
    said = later(magento)
    assert said.failed == 1, "it is named until it can be read"
    assert said.done == 0
    magento.heal()
    assert later(magento).failed == 0
    assert shoe() == AFTER
    assert StoreMark.objects.get().partly_since is None


@pytest.mark.parametrize("path", LISTS)
def test_a_first_reading_does_without_a_list_and_is_made_whole_later(magento: WithPlugin, path: str):
    shop = Shop(magento)
    shop.save(price=7, color="Blue", kind="Shoes", category="New")
    magento.break_list(path, way="500")

    first_reading()

    nothing: Facts = ("", None, "", None, [])
    facts = list(AFTER)
    facts[STAYS[path]] = nothing[STAYS[path]]
    assert shoe() == tuple(facts)
    assert later(magento).failed == 1
    magento.heal()
    assert later(magento).failed == 0
    assert shoe() == AFTER


@pytest.mark.parametrize(
    ("path", "at", "named"),
    [
        (ATTRIBUTES, '"attribute_code":"paint"', "Row "),
        (SETS, '"attribute_set_name":"Shoes"', "Row "),
        (TREE, '"name":"New"', "Number "),
    ],
)
@pytest.mark.parametrize("way", ["500", "silence"])
def test_one_row_of_a_list_that_fails_concerns_no_product_that_does_without_it(
    magento: WithPlugin, path: str, at: str, named: str, way: str
):
    shop = Shop(magento)
    magento.do("products", {"products": [{"sku": "LACE", "name": "Lace", "price": 1, "quantity": 1}]})
    first_reading()
    later(magento)
    magento.do("clock", {"advance_seconds": 7200})
    magento.break_list(path, way=way, at=at)
    magento.do("products", {"products": [{"sku": "LACE", "name": "Long lace", "price": 1, "quantity": 1}]})

    assert run().failed == 1
    assert Product.objects.get(sku="LACE").name == "Long lace"
    assert StoreMark.objects.get().partly_since is None, "nothing needed the row"
    shop.save(price=7, color="Blue", kind="Shoes", category="New")
    said = run()

    assert shoe() == after_but_for(path)
    assert named in str(said.items), said.items
    magento.heal()
    later(magento)
    assert shoe() == AFTER


@pytest.mark.parametrize("at", [None, '"name":"Old"'])
def test_a_category_that_cannot_be_read_is_not_taken_out(magento: WithPlugin, at: str | None):
    shop = Shop(magento)
    below = shop.category("Below", shop.categories["Old"])
    first_reading()
    reconcile_store()
    numbers = set(StoreCategory.objects.exclude(store_number=None).values_list("store_number", flat=True))
    assert shop.categories["Old"] in numbers
    magento.break_list(TREE, way="500", at=at or "")

    reconcile_store()

    kept = StoreCategory.objects.exclude(store_number=None).values_list("store_number", flat=True)
    assert set(kept) == numbers
    assert shoe() == BEFORE
    assert below not in numbers  # no product is in it


def children_of(sku: str) -> set[str]:
    return {child.sku for child in Product.objects.get(sku=sku).children()}


def test_a_family_keeps_the_axes_that_cannot_be_read_and_a_new_one_waits(magento: WithPlugin):
    shop = Shop(magento)
    shop.family("TEE")
    first_reading()
    family = ProductLink.objects.get(product__sku="TEE").family
    assert family["axes"] == ["paint"]
    assert children_of("TEE") == {"TEE-Red", "TEE-Blue"}
    magento.break_list(ATTRIBUTES, way="500")
    Caller(magento)("PUT", "all/V1/products/TEE", {"product": {"name": "Tea"}})
    shop.family("CAP")

    run()

    assert Product.objects.get(sku="TEE").name == "Tea"
    assert ProductLink.objects.get(product__sku="TEE").family == family
    assert children_of("TEE") == {"TEE-Red", "TEE-Blue"}
    assert children_of("CAP") == set()
    magento.heal()
    later(magento)
    assert children_of("CAP") == {"CAP-Red", "CAP-Blue"}


def test_a_preview_says_which_list_failed(magento: WithPlugin):
    Shop(magento)
    magento.break_list(TREE, way="500")

    said = run()

    assert said.failed == 1
    assert store_pulls.readings().get().errors[0]["code"] == "unread_list"
