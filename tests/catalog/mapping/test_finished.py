"""Category Mapping says that it is finished once every product has its place, and not before."""

import pytest

from catalog.mapping.models import CategoryMapping
from catalog.products.models import ProductCategory
from tests.catalog.mapping.test_selectors import child
from tests.factories import JetCategoryFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/mapping/categories/"


def test_it_is_finished_once_every_product_has_its_place(admin_client):
    shop = StoreCategoryFactory(name="Shop")
    mugs = child(shop, "Mugs")
    ProductCategory.objects.create(product=ProductFactory(), category=mugs)
    jet = JetCategoryFactory()
    assert "Finished" not in admin_client.get(PAGE).content.decode()

    CategoryMapping.objects.create(store_category=mugs, jet_category=jet)

    page = admin_client.get(PAGE).content.decode()
    assert "Finished: every product has its place on Jet." in page
    assert "without products of their own: 1 store category." in page


@pytest.mark.parametrize(("left", "page"), [(0, "attributes"), (1, "categories")])
def test_once_all_products_have_their_place_their_attributes_are_next(admin_client, left, page):
    mugs, jars = StoreCategoryFactory(name="Mugs"), StoreCategoryFactory(name="Xyz")
    for category in [mugs, jars][: left + 1]:
        ProductCategory.objects.create(product=ProductFactory(), category=category)
    jet = JetCategoryFactory(name="Mugs", parent=JetCategoryFactory(name="Dining", level=1))

    answer = admin_client.post(f"{PAGE}suggestions/", {"accept": [f"{mugs.pk}:{jet.jet_id}"]})

    assert answer["Location"].startswith(f"/admin/mapping/{page}/?undo=")
    assert "Undo the last change" in admin_client.get(answer["Location"]).content.decode()
