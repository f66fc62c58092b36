"""Attribute Mapping by Jet category in use: what is proposed, what it would change, and what is stored."""

import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.mapping import attribute_plans, selectors
from catalog.mapping.models import AttributeMapping, CategoryMapping, JetAttribute, JetCategory
from catalog.mapping.services import taxonomy_imports
from catalog.mapping.views import attribute_plans as plan_pages
from catalog.mapping.views.attribute_plans import current_plans, effect_of
from catalog.products.models import Attribute, Product, ProductCategory, StoreCategory
from catalog.rules.models import Problem
from tests import fashion
from tests.catalog.checks import check_all
from tests.catalog.mapping.samples import real_files

pytestmark = pytest.mark.django_db
URL = "/admin/mapping/attributes/"


@pytest.fixture
def groups():
    return fashion.shop(groups=2)


def proposed():
    """Return the sure proposals by leaf and the store attribute's code: Jet's attribute ID."""
    found = [each for plan in current_plans() for each in plan.proposals if each.sure]
    return {(each.category.name, each.attribute.code): each.needed.attribute.jet_id for each in found}


def test_each_category_gets_its_own_size_and_free_text_comes_last(groups):
    found = proposed()

    assert {leaf: jet_id for (leaf, code), jet_id in found.items() if code == "fashion_size"} == {
        "Dresses": 84, "Shirts": 85, "Pants": 86, "Sandals": 97, "Hats": 116,
    }  # fmt: skip
    assert {jet_id for (_, code), jet_id in found.items() if code == "fashion_color"} == {fashion.COLOR}


def test_no_mens_size_is_proposed_for_dresses(groups):
    dresses = JetCategory.objects.get(name="Dresses")
    dresses.attribute_links.create(attribute=JetAttribute.objects.get(jet_id=85))
    dresses.attribute_links.filter(attribute__jet_id=84).delete()

    assert proposed().get(("Dresses", "fashion_size")) != 85


def test_all_proposals_are_accepted_at_once_and_every_group_becomes_ready(groups, admin_client):
    page = admin_client.get(URL)
    effect = page.context["effect"]
    assert (effect.before[1], effect.after[1], effect.groups) == (0, 10, 10)
    assert "Accept 10 proposals: 10 groups become ready" in page.content.decode()

    keys = [each.key for each in page.context["sure"]]
    admin_client.post(URL, {"accept_all": "1", "accept": keys})

    check_all()
    assert not Problem.objects.filter(severity="blocks").exists()
    # One color for all categories, a size for each; and the words of those in letters.
    assert AttributeMapping.objects.filter(attribute__code="fashion_color").count() == 1
    assert AttributeMapping.objects.get(attribute__code="fashion_color").category is None
    words = AttributeMapping.objects.get(category__name="Dresses").vocabulary
    assert words == dict(zip(fashion.LETTERS, fashion.ALPHA, strict=True))
    assert not Problem.objects.filter(code="attribute.unknown_value").exists()
    after = admin_client.get(URL)
    assert "Each attribute that your groups vary by feeds one of Jet's." in after.content.decode()
    assert after.context["proposals"] == []


def test_what_is_only_thought_of_is_not_stored(groups):
    found = current_plans()
    effect_of(found, [each for plan in found for each in plan.proposals])

    assert not AttributeMapping.objects.exists()


def test_a_category_is_mapped_for_itself_its_branch_or_all(groups, admin_client):
    size = Attribute.objects.get(code="fashion_size")
    page = admin_client.get(URL, {"category": "1001"}).content.decode()
    assert "Clothing &gt; Men&#x27;s Clothing &gt; Shirts: 20 products in 2 groups" in page
    assert "all of Men&#x27;s Clothing" in page

    branch = JetCategory.objects.get(name="Men's Clothing")
    fields = {f"jet_{size.pk}": "85", f"for_{size.pk}": str(branch.jet_id), f"words_{size.pk}": "1"}
    admin_client.post(f"{URL}?category=1001", fields)

    row = AttributeMapping.objects.get()
    assert (row.category, row.jet_attribute.jet_id) == (branch, 85)
    assert row.vocabulary["XS"] == "X-Small"
    # Below the branch it counts, and says from where; an attribute that the category lacks is said to be none of it.
    assert "from Men&#x27;s Clothing" in admin_client.get(URL, {"category": "1001"}).content.decode()
    assert "is not of this category" in admin_client.get(URL, {"category": "1002"}).content.decode()


def test_labels_that_collide_say_what_tells_them_apart(groups, admin_client):
    page = admin_client.get(URL, {"category": "1000"}).content.decode()

    assert "Size (Women&#x27;s Regular Size, 2 to X-Small)" in page
    assert "Size (Size - Free Text)" in page


def test_two_that_claim_one_attribute_equally_near_are_asked_about_and_the_answer_counts(
    groups, admin_client
):
    other = Attribute.objects.create(code="dress_size", label="Dress size")
    for product in groups[0].__class__.objects.filter(sku__startswith="DRESSES-0-"):
        product.attributes["dress_size"] = "4"
        product.save()
    fashion.mapped("fashion_size", 84)
    fashion.mapped("dress_size", 84)

    asked = admin_client.get(URL, {"category": "1000"})
    admin_client.post(f"{URL}?category=1000", {f"jet_{other.pk}": "84", f"for_{other.pk}": "1000"})
    check_all()

    assert "Which one is Jet's Women&#x27;s Regular Size here?" in asked.content.decode()
    assert admin_client.get(URL, {"category": "1000"}).context["claims"] == []
    assert not Problem.objects.filter(code="attribute.two_sources").exists()


def test_one_who_may_only_look_is_offered_nothing_and_stores_nothing(groups, client, django_user_model):
    from django.contrib.auth.models import Group

    viewer = django_user_model.objects.create_user("vera", password="secret", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)

    page = client.get(URL)
    keys = [each.key for plan in current_plans() for each in plan.proposals]
    client.post(URL, {"accept_all": "1", "accept": keys})

    assert page.status_code == 200
    assert b"Accept" not in page.content
    assert not AttributeMapping.objects.exists()


def test_the_page_asks_no_more_for_more_products(groups, admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        admin_client.get(URL)


@pytest.mark.parametrize("posted", [{"accept": ["1:2:3", "x", ""]}, {"accept": []}])
def test_keys_that_nobody_proposed_store_nothing(groups, admin_client, posted):
    admin_client.post(URL, {"accept_all": "1", **posted})

    assert not AttributeMapping.objects.exists()


def test_without_a_mapped_category_the_page_leads_to_category_mapping(admin_client):
    assert reverse("mapping:categories") in admin_client.get(URL).content.decode()


# Leaves of Jet's own taxonomy with the size attribute that each carries and the values of a store there.
REAL = {
    "Clothing, Shoes & Accessories > Women's Clothing > Dresses": (84, ("XS", "M", "2", "4")),
    "Clothing, Shoes & Accessories > Men's Clothing > Jerseys": (85, ("S", "M", "L", "XL")),
    "Clothing, Shoes & Accessories > Men's Clothing > Pants": (86, ("30", "32x30", "34x32")),
    "Clothing, Shoes & Accessories > Boy's Clothing & Accessories > Hoodies & Sweatshirts": (
        116,
        ("S", "M", "L"),
    ),
}


def test_with_jets_own_taxonomy_each_category_gets_its_size(admin_client):
    taxonomy_imports.import_files(files=real_files(), source="real")
    shoes = next(
        each.path
        for each in JetCategory.objects.filter(attributes__jet_id=97, path__contains="Women's Shoes")
    )
    wanted = {**REAL, shoes: (97, ("6", "7.5", "8"))}
    Attribute.objects.create(code="fashion_size", label="Size", kind="select")
    Attribute.objects.create(code="fashion_color", label="Color", kind="select")
    for path, (_, values) in wanted.items():
        place = StoreCategory.add_root(name=path[:50], full_path=path)
        CategoryMapping.objects.create(store_category=place, jet_category=JetCategory.objects.get(path=path))
        fashion.group(place, place.path, values, colors=2)

    found = current_plans()

    sizes = {
        each.category.path: each.needed.attribute.jet_id
        for plan in found for each in plan.proposals
        if each.attribute.code == "fashion_size"
    }  # fmt: skip
    assert sizes == {path: jet_id for path, (jet_id, _) in wanted.items()}
    effect = effect_of(found, [each for plan in found for each in plan.proposals])
    assert (effect.before[1], effect.after[1]) == (0, 5)


def test_a_large_catalogue_is_looked_at_in_part_of_each_category(groups, monkeypatch, admin_client):
    monkeypatch.setattr(attribute_plans, "SURVEYED", 10)
    monkeypatch.setattr(attribute_plans, "LEAST_EACH", 2)
    everything = attribute_plans.survey(Product.objects.all())

    found = attribute_plans.survey()

    # However old its products are, no category is missed, and of none more is read than its share and their families.
    assert {use.category for use in found} == {use.category for use in everything}
    shares = {use.category: use for use in everything}
    assert all(len(use.ids) < len(shares[use.category].ids) for use in found)
    # The newest are children alone; what their groups vary by is known all the same.
    assert {tuple(sorted(use.axes)) for use in found} == {("fashion_color", "fashion_size")}
    page = admin_client.get(reverse("mapping:attributes")).content.decode()
    assert "newest products of each store category" in page
    assert "at least" in page
    monkeypatch.undo()
    assert "newest products of" not in admin_client.get(reverse("mapping:attributes")).content.decode()


def test_labels_that_collide_say_what_differs_and_jets_number_only_where_nothing_does(groups, admin_client):
    page = admin_client.get(reverse("mapping:attributes")).content.decode()
    assert "Size (Women&#x27;s Regular Size, 2 to X-Small)" in page
    cells = re.findall(r'data-label="Jet attribute">(.*?)</td>', page)
    assert cells
    assert not any(re.search(r"\b(84|85|86|97|116|119)\b", cell) for cell in cells)

    dresses = JetCategory.objects.get(name="Dresses")
    for jet_id in (900, 901):
        twin = JetAttribute.objects.create(jet_id=jet_id, name="Shade", display_name="Shade", kind=1)
        dresses.attribute_links.create(attribute=twin)
    needed = selectors.attributes_of([dresses])[dresses.jet_id]
    labels = attribute_plans.distinct_labels(needed)
    assert {label for label in labels.values() if "Shade" in label} == {
        "Shade (free text) 900", "Shade (free text) 901",
    }  # fmt: skip
    assert not any("84" in label for label in labels.values())


def test_what_becomes_ready_is_said_as_a_least_where_not_all_are_checked(groups, monkeypatch, admin_client):
    found = current_plans()
    proposals = [each for plan in found for each in plan.proposals]
    whole = effect_of(found, proposals)
    total = whole.products + whole.groups
    monkeypatch.setattr(plan_pages, "MOST_CHECKED", total - 1)

    part = effect_of(found, proposals)

    assert (whole.is_part, part.is_part) == (False, True)
    assert 0 < part.products + part.groups < total
    page = admin_client.get(reverse("mapping:attributes")).content.decode()
    assert "Of those looked at" in page
    assert ": at least " in page


def test_products_of_a_category_chosen_for_jet_alone_are_looked_at_too(groups, monkeypatch):
    hats = StoreCategory.objects.get(name="Hats")
    ids = list(ProductCategory.objects.filter(category=hats).values_list("product_id", flat=True))
    Product.objects.filter(pk__in=ids).update(listed_in=hats)
    ProductCategory.objects.filter(category=hats).delete()
    monkeypatch.setattr(attribute_plans, "SURVEYED", 10)
    monkeypatch.setattr(attribute_plans, "LEAST_EACH", 2)

    assert "Hats" in {use.category.name for use in attribute_plans.survey()}


def test_the_command_proposes_tries_and_accepts(groups, capsys):
    def said(*args, **options):
        call_command(*args, json=True, **options)
        return json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    rows = said("suggest_attributes")["proposals"]
    tried = said("suggest_attributes", accept=True, dry_run=True)
    nothing = AttributeMapping.objects.count()
    done = said("suggest_attributes", accept=True)

    assert {row["jet_id"] for row in rows} == {84, 85, 86, 97, 116, 119}
    assert (tried["groups_ready"], nothing) == (10, 0)
    assert (done["mapped"], AttributeMapping.objects.count()) == (6, 6)
    assert said("suggest_attributes")["proposals"] == []
