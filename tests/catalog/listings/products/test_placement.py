"""What Jet's category asks for beside what the product lacks, and the pages on which problems are fixed."""

import pytest
from django.urls import reverse

from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue, JetCategoryAttribute
from catalog.products.models import Attribute, ProductCategory, Variation
from catalog.rules.models import Problem
from tests.catalog.listings.products.pages import url_of
from tests.factories import JetCategoryFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jet():
    return JetCategoryFactory(name="Mugs")


def asks(jet, name, *, kind=1, values=(), units=(), mapped=True):
    """Let the category ask for an attribute that a store attribute of the same code feeds."""
    number = JetAttribute.objects.count() + 1
    made = JetAttribute.objects.create(jet_id=number, name=name, kind=kind)
    for value in values:
        JetAttributeValue.objects.create(attribute=made, value=value)
    for unit in units:
        JetAttributeValue.objects.create(attribute=made, value=f"_{unit}", unit=unit)
    JetCategoryAttribute.objects.create(category=jet, attribute=made)
    if mapped:
        ours = Attribute.objects.create(code=name.lower(), label=name)
        return AttributeMapping.objects.create(attribute=ours, jet_attribute=made)
    return made


def sides(client, product):
    return {side.needed.attribute.name: side for side in client.get(url_of(product)).context["sides"]}


def test_each_attribute_that_jet_asks_for_stands_beside_the_products_answer(admin_client, jet):
    asks(jet, "Color")
    form = asks(jet, "Form", kind=0, values=["Set", "Single"])
    asks(jet, "Volume", kind=2, units=["OZ"])
    asks(jet, "Finish")
    theme = asks(jet, "Theme", mapped=False)
    product = ProductFactory(mapped=jet)
    product.attributes |= {"color": "Blue", "form": "Pack", "volume": "12"}
    product.save()

    found = sides(admin_client, product)

    assert {name: side.state for name, side in found.items()} == {
        "Color": "has", "Form": "wrong", "Volume": "wrong", "Finish": "empty", "Theme": "unmapped",
    }  # fmt: skip
    assert found["Color"].value == "Blue"
    assert "not in Jet's list" in found["Form"].fault
    assert found["Form"].url == reverse("mapping:words", args=[form.pk])
    assert "has no unit; Jet knows OZ" in found["Volume"].fault
    assert found["Finish"].element == "id_attr__finish"
    assert found["Theme"].url.endswith(f"?jet_attribute_id={theme.jet_id}")
    page = admin_client.get(url_of(product))
    assert page.context["lacking"] == 4
    assert "this product lacks 4" in page.content.decode()


def test_a_translated_word_is_no_fault(admin_client, jet):
    form = asks(jet, "Form", kind=0, values=["Set"])
    form.vocabulary = {"Pack": "Set"}
    form.save()
    product = ProductFactory(mapped=jet)
    product.attributes["form"] = "Pack"
    product.save()

    assert sides(admin_client, product)["Form"].state == "has"


def test_a_configurable_product_has_what_its_children_differ_in(admin_client, jet):
    asks(jet, "Color")
    child = ProductFactory(attributes={"color": "Red"})
    parent = ProductFactory(mapped=jet, kind="configurable", variation_codes=["color"])
    Variation.objects.create(parent=parent, child=child, child_sku=child.sku)

    side = sides(admin_client, parent)["Color"]

    assert (side.state, side.value, side.borrowed) == ("has", "Red", True)


def mending(client, product, code, field):
    Problem.objects.create(product=product, code=code, severity="blocks", field=field, message="wrong")
    (wrong,) = client.get(url_of(product)).context["wrongs"]
    return wrong


def test_an_unmapped_category_is_fixed_on_the_mapping_page(admin_client):
    shelf = StoreCategoryFactory()
    product = ProductFactory()
    ProductCategory.objects.create(product=product, category=shelf)

    wrong = mending(admin_client, product, "category.unmapped", "category")

    assert wrong.url == f"{reverse('mapping:categories')}?category={shelf.pk}"


def test_a_product_without_a_category_is_fixed_on_its_own_page(admin_client):
    wrong = mending(admin_client, ProductFactory(), "category.unmapped", "category")

    assert (wrong.url, wrong.element) == ("", "id_add_category")


def test_an_unmapped_attribute_is_fixed_where_attributes_are_mapped(admin_client):
    color = Attribute.objects.create(code="color", label="Color")

    wrong = mending(admin_client, ProductFactory(), "variation.attribute_unmapped", "color")

    page = reverse("admin:mapping_attributemapping_add")
    assert wrong.url == f"{page}?attribute={color.pk}#id_jet_attribute_id"


@pytest.mark.parametrize("code", ["variation.attribute_unmapped", "variation.not_in_category"])
def test_what_groups_vary_by_is_mapped_at_the_products_jet_category(admin_client, jet, code):
    color = asks(jet, "Color", mapped=False)
    ours = Attribute.objects.create(code="color", label="Color")
    product = ProductFactory(mapped=jet, kind="configurable", variation_codes=["color"])
    JetAttribute.objects.filter(pk=color.pk).update(variant=True)

    wrong = mending(admin_client, product, code, "color")

    assert wrong.url == f"{reverse('mapping:attributes')}?category={jet.jet_id}#jet_{ours.pk}"
    page = admin_client.get(wrong.url.partition("#")[0]).content.decode()
    assert f'id="jet_{ours.pk}"' in page


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("attribute.unknown_value", "mapping:words"),
        ("attribute.unit_missing", "admin:mapping_attributemapping_change"),
    ],
)
def test_a_word_or_unit_that_jet_does_not_know_is_fixed_in_the_mapping(admin_client, jet, code, name):
    mapping = asks(jet, "Color")

    wrong = mending(admin_client, ProductFactory(), code, "color")

    assert wrong.url.partition("#")[0] == reverse(name, args=[mapping.pk])


def test_a_relative_image_path_is_fixed_in_the_configuration(admin_client):
    wrong = mending(admin_client, ProductFactory(), "image.no_base_url", "main_image_url")

    assert admin_client.get(wrong.url).status_code == 200
    assert b"image_base_url" in admin_client.get(wrong.url).content
