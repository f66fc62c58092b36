"""The store's tree as the mapping page shows it: counts, what is open, and what a Jet category lacks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.mapping import coverage, store_tree
from catalog.mapping.models import AttributeMapping, CategoryMapping, JetAttribute, JetCategoryAttribute
from catalog.products.models import Attribute, ProductCategory
from tests.catalog.mapping.test_selectors import child
from tests.factories import JetCategoryFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


def place(category, *, also=None, **facts):
    product = ProductFactory(**facts)
    for each in (category, also):
        if each is not None:
            ProductCategory.objects.create(product=product, category=each)
    return product


@pytest.fixture
def tree():
    top = StoreCategoryFactory(name="Clothes")
    return top, child(top, "Shirts"), child(top, "New in")


def map_to_jet(category, **facts):
    return CategoryMapping.objects.create(store_category=category, jet_category=JetCategoryFactory(**facts))


def branch(category):
    return store_tree.load_store_tree().find(category.pk)


def test_each_category_counts_its_products_with_and_without_a_place_on_jet(tree):
    top, shirts, new = tree
    place(shirts, also=new)
    place(new)
    map_to_jet(shirts)

    found = branch(new)

    assert (found.products, found.housed, found.homeless) == (2, 1, 1)
    assert (branch(top).below, branch(top).mapped_below, branch(top).unmapped_below) == (2, 1, 1)


def test_a_chosen_category_decides_alone_whether_a_product_has_a_place(tree):
    _, shirts, new = tree
    place(shirts, also=new, listed_in=new)
    map_to_jet(shirts)

    assert branch(shirts).homeless == 1
    map_to_jet(new)
    assert branch(shirts).homeless == 0


def test_a_retired_jet_category_gives_no_place(tree):
    place(tree[1])
    map_to_jet(tree[1], active=False)

    assert branch(tree[1]).homeless == 1
    assert branch(tree[0]).mapped_below == 0


def test_the_chosen_branch_counts_products_below_once_each(tree):
    top, shirts, new = tree
    place(shirts, also=new)
    place(new)
    map_to_jet(shirts)
    whole = store_tree.load_store_tree()

    found = store_tree.stock_of(whole, whole.find(top.pk))

    assert (found.products, found.placed, found.homeless) == (2, 1, 1)


def test_beyond_many_links_only_the_chosen_branch_is_counted(tree, monkeypatch):
    monkeypatch.setattr(store_tree, "MOST_LINKS", 1)
    place(tree[1], also=tree[2])
    whole = store_tree.load_store_tree()

    assert not whole.counts_homeless
    assert store_tree.stock_of(whole, whole.find(tree[1].pk)).homeless == 1


def test_the_next_category_to_map_has_products_without_a_place(tree):
    _, shirts, new = tree
    place(shirts, also=new)
    place(new)
    map_to_jet(shirts)
    last = StoreCategoryFactory(name="Zero")
    place(child(last, "Sale"), also=shirts)

    assert store_tree.load_store_tree().next_open(shirts.pk).id == new.pk


def test_a_large_tree_is_open_on_the_way_to_the_chosen_category_only(monkeypatch):
    monkeypatch.setattr(store_tree, "WHOLE", 5)
    top = StoreCategoryFactory(name="Top")
    departments = [child(top, f"Department {number}") for number in range(3)]
    shelves = [[child(each, f"Shelf {number}") for number in range(3)] for each in departments]
    whole = store_tree.load_store_tree()

    rows, left_out = store_tree.rows_of(whole.branches, chosen=whole.find(shelves[1][0].pk), opened=False)

    assert [row.branch.name for row in rows] == [
        "Top", "Department 0", "Department 1", "Shelf 0", "Shelf 1", "Shelf 2", "Department 2",
    ]  # fmt: skip
    assert [row.branch.name for row in rows if row.closed] == ["Department 0", "Department 2"]
    assert left_out == 0


def test_more_rows_than_anybody_reads_are_left_out_around_the_chosen_one(monkeypatch):
    monkeypatch.setattr(store_tree, "MOST", 4)
    wide = [StoreCategoryFactory(name=f"C{number:02}") for number in range(12)]
    whole = store_tree.load_store_tree()

    rows, left_out = store_tree.rows_of(whole.branches, chosen=whole.find(wide[8].pk), opened=True)

    assert wide[8].pk in [row.branch.id for row in rows]
    assert (len(rows), left_out) == (4, 8)


def test_what_a_jet_category_asks_for_stands_beside_how_many_products_have_it(tree):
    top, shirts, _ = tree
    jet = JetCategoryFactory()
    color, size = (
        JetAttribute.objects.create(jet_id=number, name=name, kind=1)
        for number, name in enumerate(("Color", "Size"))
    )
    for each in (color, size):
        JetCategoryAttribute.objects.create(category=jet, attribute=each)
    ours = Attribute.objects.create(code="color", label="Color")
    AttributeMapping.objects.create(attribute=ours, jet_attribute=color)
    place(shirts, attributes={"color": "Red"})
    place(shirts)

    asked = coverage.asked_by(jet, path=top.path)

    assert [(each.codes, each.held, each.lacking) for each in asked] == [(["color"], 1, 1), ([], 0, 2)]


def test_the_page_shows_counts_and_what_is_lacking(admin_client, tree):
    _, shirts, _ = tree
    jet = map_to_jet(shirts, parent=JetCategoryFactory()).jet_category
    attribute = JetAttribute.objects.create(jet_id=7, name="Collar", kind=1)
    JetCategoryAttribute.objects.create(category=jet, attribute=attribute)
    place(shirts)

    page = admin_client.get(reverse("mapping:categories"), {"category": shirts.pk}).content.decode()

    assert "<strong>1</strong> product: 1 mapped, 0 unmapped." in page
    assert "0 of 1</span>" in page


def test_the_page_asks_no_more_for_many_categories(admin_client, tree):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(reverse("mapping:categories"), {"category": tree[1].pk})
        return len(asked)

    map_to_jet(child(tree[1], "First"))
    queries()
    few = queries()
    for number in range(30):
        map_to_jet(child(tree[1], f"Shelf {number}"))

    assert queries() == few
