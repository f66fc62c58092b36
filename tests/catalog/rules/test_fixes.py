"""Every fix of every cause leads to a page that holds the field: the product's own, a mapping's, a setting's."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from catalog.mapping.fields.table import FIELDS
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.models import Attribute, Product
from catalog.rules import fixes
from catalog.rules.admin import product_fixes
from catalog.rules.models import Problem
from tests import fashion
from tests.catalog.listings.products.pages import url_of
from tests.factories import ProductCategory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db
FOUND = re.compile(r"(?:blocks|not_live|advice)\(\s*(f?\"[^\"]+\"|[A-Z_]+),\s*\"([a-zA-Z_]+)\"")


def fields_of_rules():
    """Return the fields that rules name, as their source has them; those of Jet's listing too."""
    sources = [path.read_text() for path in Path(settings.BASE_DIR, "catalog/rules").glob("*_rules.py")]
    return sorted({field for text in sources for _, field in FOUND.findall(text)} | set(FIELDS))


def holds(client, url):
    """Say whether a page opens and holds the element that its address names."""
    page, _, element = url.partition("#")
    answer = client.get(page)
    return answer.status_code == 200 and (not element or f'id="{element}"' in answer.content.decode())


def test_each_field_that_a_rule_names_stands_on_the_products_page(admin_client):
    group = fashion.shop()[0]
    pages = {kind: admin_client.get(url_of(product)).content.decode() for kind, product in (
        ("group", group), ("simple", Product.objects.get(sku="HATS-0-M-Blue")),
    )}  # fmt: skip
    fields = fields_of_rules()
    assert {"price", "quantity", "main_image_url", "brand", "kind"} <= set(fields)

    lost = []
    for field in fields:
        tab, element = product_fixes.place_of(field)
        page = pages["group" if tab == "variations" else "simple"]
        if (element and f'id="{element}"' not in page) or not tab:
            lost.append((field, tab, element))

    assert lost == []


def problem(code, product, field):
    return Problem.objects.create(product=product, code=code, severity="blocks", field=field, message="wrong")


@pytest.fixture
def group():
    made = fashion.shop()[0]
    JetAttribute.objects.filter(jet_id=84).update(kind=0)
    return made


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("code", sorted(fixes.CODES))
def test_each_fix_of_each_cause_opens_a_page_with_its_field(group, admin_client, code, mapped):
    if mapped:
        fashion.mapped("fashion_size", 84)
    problem(code, group, "category" if code in fixes.OF_CATEGORY_MAPPING else "fashion_size")

    page = admin_client.get(reverse("catalog:cause", args=[code]))
    (wrong,) = admin_client.get(url_of(group)).context["wrongs"]

    # The product's page and the problem's page know the same fix.
    assert [fix.url for fix, _ in page.context["fixes"]] == [wrong.url]
    assert holds(admin_client, wrong.url), wrong.url
    assert wrong.url.replace("&", "&amp;") in page.content.decode()


def test_a_cause_of_many_products_is_a_few_decisions(admin_client):
    groups = fashion.shop(groups=3)
    for group in groups:
        problem("variation.not_in_category", group, "fashion_size")

    found = fixes.of_cause("variation.not_in_category")

    assert [(page.label, count) for page, count in found] == [
        (f"Map Size for {leaf}", 3) for leaf in sorted(fashion.LEAVES)
    ]


def test_a_cause_that_one_page_fixes_is_opened_there_and_counts_all(admin_client):
    for _ in range(fixes.MOST + 1):
        problem(fixes.OF_CONFIGURATION, ProductFactory(), "main_image_url")

    opened = admin_client.get(reverse("catalog:causes"), {"open": "worst"})
    page = admin_client.get(reverse("catalog:cause", args=[fixes.OF_CONFIGURATION])).content.decode()

    assert opened["Location"].endswith(f"#{fixes.CONFIGURATION_FIELD}")
    assert f"Enter the image base URL ({fixes.MOST + 1} products)" in page
    listed = admin_client.get(reverse("catalog:causes")).content.decode()
    assert f"Next: Enter the image base URL, {fixes.MOST + 1} products" in listed


def test_the_worst_cause_is_opened_and_groups_alone_are_counted_as_groups(admin_client):
    groups = fashion.shop()
    problem("variation.not_in_category", groups[0], "fashion_size")
    for group in groups:
        problem("brand.missing", group, "brand")

    opened = admin_client.get(reverse("catalog:causes"), {"open": "worst"})

    assert opened["Location"] == reverse("catalog:cause", args=["brand.missing"])
    assert "5 groups" in admin_client.get(opened["Location"]).content.decode()
    assert "0 products" not in admin_client.get(reverse("catalog:causes")).content.decode()


def test_an_unmapped_category_is_one_fix_for_all_that_stand_in_it(admin_client):
    shelf = StoreCategoryFactory(name="Shelf")
    for product in (ProductFactory(), ProductFactory()):
        ProductCategory.objects.create(product=product, category=shelf)
        problem("category.unmapped", product, "category")
    homeless = ProductFactory()
    problem("category.unmapped", homeless, "category")

    ((page, count),) = fixes.of_cause("category.unmapped")

    assert (page.label, count) == ("Map Shelf", 2)
    assert holds(admin_client, page.url)


def test_the_checklists_step_about_images_opens_the_tab_that_holds_the_field(admin_client):
    page = admin_client.get(reverse("admin:index")).content.decode()
    (url,) = re.findall(r'href="([^"]+)">Say where your images are', page)

    assert url.endswith("#id_image_base_url")
    assert holds(admin_client, url)


def test_a_mapping_that_went_meanwhile_leaves_the_fix_standing(group, admin_client):
    fashion.mapped("fashion_size", 84)
    problem(fixes.OF_WORDS, group, "fashion_size")
    AttributeMapping.objects.all().delete()

    ((page, _),) = fixes.of_cause(fixes.OF_WORDS)

    assert holds(admin_client, page.url)
    Attribute.objects.all().delete()
    assert fixes.of_cause(fixes.OF_WORDS) == []
