"""Store categories and attributes as people edit them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.listings.models import ListingFacet
from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue
from catalog.products.models import Attribute, ImportFile, ProductCategory, StoreCategory
from catalog.products.services import categories
from catalog.rules.models import ValidationResult
from jetbridge.core.models import Event
from tests.factories import CategoryMappingFactory, ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


def add(client, name, parent=None):
    url = reverse("admin:catalog_storecategory_add")
    return client.post(url, {"name": name, "parent": parent.pk if parent else ""})


def test_a_category_is_added_below_another_with_its_whole_path(admin_client):
    add(admin_client, "Shop")
    root = StoreCategory.objects.get()

    add(admin_client, "Cups/Mugs", root)

    assert StoreCategory.objects.get(depth=2).full_path == r"Shop/Cups\/Mugs"


def test_a_path_that_is_taken_is_refused(admin_client):
    add(admin_client, "Shop")

    answer = add(admin_client, "shop")

    assert "exists already" in answer.content.decode()
    assert StoreCategory.objects.count() == 1


def test_renaming_and_moving_take_all_below_along_and_make_verdicts_stale(admin_client):
    shop = categories.create(name="Shop", parent=None)
    old = categories.create(name="Old", parent=shop)
    mugs = categories.create(name="Mugs", parent=old)
    product = ProductFactory()
    ProductCategory.objects.create(product=product, category=mugs)

    url = reverse("admin:catalog_storecategory_change", args=[old.pk])
    admin_client.post(url, {"name": "New", "parent": ""})

    paths = set(StoreCategory.objects.values_list("full_path", flat=True))
    assert paths == {"Shop", "New", "New/Mugs"}
    assert StoreCategory.objects.get(name="Mugs").get_parent().name == "New"
    assert ValidationResult.objects.get(product=product).stale_since is not None
    assert not StoreCategory.find_problems()[0]


def test_a_category_cannot_stand_below_itself(admin_client):
    shop = categories.create(name="Shop", parent=None)
    mugs = categories.create(name="Mugs", parent=shop)

    url = reverse("admin:catalog_storecategory_change", args=[shop.pk])
    answer = admin_client.post(url, {"name": "Shop", "parent": mugs.pk})

    assert "it is the category itself" in answer.content.decode()
    assert StoreCategory.objects.get(pk=shop.pk).is_root()


def test_the_category_above_is_searched_instead_of_listed(admin_client):
    shop = categories.create(name="Shop", parent=None)
    mugs = categories.create(name="Mugs", parent=shop)
    page = admin_client.get(reverse("admin:catalog_storecategory_change", args=[mugs.pk])).content.decode()
    names = {"app_label": "catalog", "model_name": "product", "field_name": "listed_in", "term": "op/mu"}

    answer = admin_client.get(reverse("admin:autocomplete"), names).json()

    assert answer["results"] == [{"id": str(mugs.pk), "text": "Shop/Mugs"}]
    assert f'<option value="{shop.pk}" selected>Shop</option>' in page
    assert "Shop/Mugs</option>" not in page


def test_deleting_a_category_takes_its_mapping_and_names_the_skus_on_jet(admin_client):
    mapping = CategoryMappingFactory()
    listing = ListingFactory(first_sent_at="2018-02-01T00:00Z")
    ProductCategory.objects.create(product=listing.product, category=mapping.store_category)

    url = reverse("admin:catalog_storecategory_delete", args=[mapping.store_category.pk])
    asked = admin_client.get(url).content.decode()
    answer = admin_client.post(url, {"post": "yes"}, follow=True)

    assert "1 mapping to Jet is removed" in asked
    assert listing.sku in asked
    assert listing.sku in answer.content.decode()
    assert not StoreCategory.objects.exists()
    assert not ListingFacet.objects.exists()


@pytest.mark.parametrize("name", ["storecategory", "attribute", "importfile"])
def test_the_lists_ask_no_more_for_many_rows_than_for_one(admin_client, name):
    def add_row(number):
        place = CategoryMappingFactory().store_category
        ProductCategory.objects.create(product=ProductFactory(), category=place)
        Attribute.objects.create(code=f"code_{number}", label="x", kind="select")
        ImportFile.objects.create(name=f"{number}.csv")

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert admin_client.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 200
        return len(asked)

    add_row(0)
    queries()
    few = queries()
    for number in range(1, 10):
        add_row(number)

    assert queries() == few


def test_an_attributes_code_is_given_once(admin_client):
    formset = {
        "options-TOTAL_FORMS": "1",
        "options-INITIAL_FORMS": "0",
        "options-0-value": "Red",
        "options-0-position": "0",
    }
    admin_client.post(
        reverse("admin:catalog_attribute_add"),
        {"code": "Color", "label": "Color", "kind": "select", **formset},
    )
    color = Attribute.objects.get()
    assert (color.code, color.options.get().value) == ("color", "Red")

    url = reverse("admin:catalog_attribute_change", args=[color.pk])
    formset |= {"options-TOTAL_FORMS": "0", "mapping-TOTAL_FORMS": "0", "mapping-INITIAL_FORMS": "0"}
    admin_client.post(url, {"code": "other", "label": "Colour", "kind": "select", **formset})

    color.refresh_from_db()
    assert (color.code, color.label) == ("color", "Colour")


def test_the_jet_attribute_tab_maps_an_attribute_by_a_checked_id(admin_client):
    jet = JetAttribute.objects.create(jet_id=404891793019313, name="Color", kind=JetAttribute.Kind.LIST)
    JetAttributeValue.objects.create(attribute=jet, value="Red")
    color = Attribute.objects.create(code="color", label="Color", kind="select")
    product = ProductFactory(attributes={"color": "Crimson"})
    url = reverse("admin:catalog_attribute_change", args=[color.pk])
    data = {
        "label": "Color", "kind": "select", "options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0",
        "mapping-TOTAL_FORMS": "1", "mapping-INITIAL_FORMS": "0", "mapping-0-vocabulary": "Crimson = red",
        "mapping-0-unit": "",
    }  # fmt: skip

    refused = admin_client.post(url, {**data, "mapping-0-jet_attribute_id": "4.04892E+14"})
    admin_client.post(url, {**data, "mapping-0-jet_attribute_id": "404891793019313"})

    assert b"rounded by a spreadsheet" in refused.content
    mapping = AttributeMapping.objects.get()
    assert (mapping.attribute, mapping.jet_attribute, mapping.vocabulary) == (color, jet, {"Crimson": "Red"})
    assert Event.objects.filter(action="attribute mapped").count() == 1
    assert ValidationResult.objects.get(product=product).stale_since is not None


def test_an_attribute_that_is_saved_without_a_jet_attribute_is_not_mapped(admin_client):
    color = Attribute.objects.create(code="color", label="Color", kind="select")

    admin_client.post(
        reverse("admin:catalog_attribute_change", args=[color.pk]),
        {
            "label": "Colour", "kind": "select", "options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0",
            "mapping-TOTAL_FORMS": "1", "mapping-INITIAL_FORMS": "0", "mapping-0-jet_attribute_id": "",
            "mapping-0-unit": "", "mapping-0-vocabulary": "",
        },
    )  # fmt: skip

    color.refresh_from_db()
    assert color.label == "Colour"
    assert not AttributeMapping.objects.exists()
