"""An attribute feeds another Jet attribute in each branch of Jet's categories: the nearest mapping counts."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from catalog.mapping import selectors
from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.placements import node_attributes, placements
from catalog.products.models import Attribute, Product
from catalog.rules.models import Problem
from catalog.rules.services import validations
from tests import fashion
from tests.catalog.checks import check_all

pytestmark = pytest.mark.django_db
WORDS = dict(zip(fashion.LETTERS, fashion.ALPHA, strict=True))


def sent(sku):
    """Return what a product's details would say of its attributes, by Jet's attribute ID."""
    product = Product.objects.get(sku=sku)
    rules = placements([product], selectors.attribute_mappings())[product.pk].rules
    return {each["attribute_id"]: each["attribute_value"] for each in node_attributes(product, rules)}


@pytest.fixture
def groups():
    made = fashion.shop()
    fashion.mapped("fashion_color", fashion.COLOR)
    return made


def test_one_size_feeds_five_jet_attributes_and_every_group_can_be_listed(groups):
    fashion.mapped("fashion_size", 116, **WORDS)
    check_all()
    refused = set(
        Problem.objects.filter(code="variation.not_in_category").values_list("product__sku", flat=True)
    )
    for leaf, jet_id in (("Dresses", 84), ("Shirts", 85), ("Pants", 86), ("Sandals", 97)):
        fashion.mapped("fashion_size", jet_id, JetCategory.objects.get(name=leaf), **WORDS)

    check_all()

    assert refused == {"DRESSES-0", "SHIRTS-0", "PANTS-0", "SANDALS-0"}
    assert not Problem.objects.filter(code__startswith="variation.").exists()
    assert not Problem.objects.filter(code="attribute.unknown_value").exists()
    assert sent("DRESSES-0-XS-Blue") == {84: "X-Small", 119: "Blue"}
    assert sent("PANTS-0-32-Red") == {86: "32", 119: "Red"}
    assert sent("HATS-0-M-Blue") == {116: "Medium", 119: "Blue"}


def test_a_branch_counts_for_all_below_it_and_gives_way_to_what_is_nearer(groups):
    men = JetCategory.objects.get(name="Men's Clothing")
    branch = fashion.mapped("fashion_size", 85, men)
    near = fashion.mapped("fashion_size", 86, JetCategory.objects.get(name="Pants"))
    everywhere = fashion.mapped("fashion_size", 116)

    found = selectors.attribute_mappings()

    by_leaf = {leaf: found.at(JetCategory.objects.get(name=leaf))["fashion_size"] for leaf in fashion.LEAVES}
    assert by_leaf == {
        "Dresses": everywhere, "Shirts": branch, "Pants": near, "Sandals": everywhere, "Hats": everywhere,
    }  # fmt: skip
    assert found.at(None)["fashion_size"] == everywhere


def test_a_group_varies_by_what_its_category_calls_the_attribute(groups, django_assert_max_num_queries):
    from catalog.listings.facets import registry
    from catalog.listings.facets.contexts import PayloadContext
    from jetbridge.core import configuration, store_days
    from tests.factories import ListingFactory

    fashion.mapped("fashion_size", 84, JetCategory.objects.get(name="Dresses"))
    fashion.mapped("fashion_size", 86, JetCategory.objects.get(name="Pants"))
    parents = [each for each in groups if each.sku in ("DRESSES-0", "PANTS-0")]
    listings = [ListingFactory(product=each) for each in parents]
    for child in Product.objects.filter(variation_of__parent__in=parents):
        ListingFactory(product=child, first_sent_at="2026-11-01T00:00:00Z")
    facet = registry.named("variation")
    account = configuration.active_account()
    context = PayloadContext(
        configuration.current(), account, store_days.today(), {each.pk: each for each in parents}
    )

    with django_assert_max_num_queries(9):
        facet.read(listings, context)

    bodies = {each.sku: facet.build(each, context)["variation_refinements"] for each in listings}
    assert bodies == {"DRESSES-0": [84, 119], "PANTS-0": [86, 119]}


def test_of_two_attributes_the_nearer_one_answers_and_the_farther_where_it_is_empty(groups):
    dresses = JetCategory.objects.get(name="Dresses")
    Attribute.objects.create(code="dress_size", label="Dress size")
    fashion.mapped("fashion_size", 84, **WORDS)
    fashion.mapped("dress_size", 84, dresses)
    product = Product.objects.get(sku="DRESSES-0-S-Blue")

    far = sent(product.sku)
    product.attributes["dress_size"] = "4"
    product.save()

    assert far[84] == "Small"
    assert sent(product.sku)[84] == "4"
    check_all()
    assert not Problem.objects.filter(code="attribute.two_sources").exists()


def test_two_attributes_that_claim_one_jet_attribute_at_equal_distance_are_asked_about(groups):
    Attribute.objects.create(code="dress_size", label="Dress size")
    fashion.mapped("fashion_size", 84, **WORDS)
    fashion.mapped("dress_size", 84)
    for sku, value in (("DRESSES-0-S-Blue", "4"), ("DRESSES-0-M-Blue", "Medium")):
        product = Product.objects.get(sku=sku)
        product.attributes["dress_size"] = value
        product.save()

    check_all()

    (problem,) = Problem.objects.filter(code="attribute.two_sources")
    # Where both say the same there is nothing to ask.
    assert problem.product.sku == "DRESSES-0-S-Blue"
    assert "dress_size and fashion_size both feed Jet's Women's Regular Size" in problem.message


def test_an_attribute_has_one_mapping_a_category_and_one_for_all(groups):
    dresses = JetCategory.objects.get(name="Dresses")
    fashion.mapped("fashion_size", 84, dresses)
    for category in (None, dresses):
        with pytest.raises(IntegrityError), transaction.atomic():
            fashion.mapped("fashion_size", 85, category)
            fashion.mapped("fashion_size", 86, category)


def test_taxonomies_that_bite_their_own_tail_are_walked_once():
    one = JetCategory.objects.create(jet_id=1, name="One", path="One")
    two = JetCategory.objects.create(jet_id=2, name="Two", parent=one, path="One > Two")
    JetCategory.objects.filter(pk=one.pk).update(parent=two)

    line = selectors.AttributeMappings((), selectors.branches()).line(two.pk)

    assert line == {two.pk: 0, one.pk: 1}


def test_the_command_maps_in_a_category_by_id_or_path(groups, capsys):
    call_command("map_attribute", "fashion_size", "84", category="1000", word=["S=Small"])
    call_command("map_attribute", "fashion_size", "86", category="Clothing > Men's Clothing > Pants")
    call_command("map_attribute", "fashion_size", "116")

    rows = AttributeMapping.objects.filter(attribute__code="fashion_size")
    assert {(row.category and row.category.name, row.jet_attribute.jet_id) for row in rows} == {
        ("Dresses", 84), ("Pants", 86), (None, 116),
    }  # fmt: skip
    for wrong in ("77", "Clothing > Nowhere", "9" * 30):
        with pytest.raises(CommandError, match="no category"):
            call_command("map_attribute", "fashion_size", "84", category=wrong)
    call_command("map_attribute", "fashion_size", category="1000", clear=True)
    assert not rows.filter(category__name="Dresses").exists()
    assert rows.all().count() == 2
    assert "in Clothing > Men's Clothing > Pants" in capsys.readouterr().out


def test_a_second_mapping_for_the_same_category_is_refused_in_the_form(groups, admin_client):
    size = Attribute.objects.get(code="fashion_size")
    fashion.mapped("fashion_size", 84, JetCategory.objects.get(name="Dresses"))
    fields = {"attribute": size.pk, "jet_attribute_id": "85", "unit": "", "vocabulary": ""}

    again = admin_client.post("/admin/mapping/attributemapping/add/", {**fields, "jet_category": "1000"})
    other = admin_client.post("/admin/mapping/attributemapping/add/", {**fields, "jet_category": "1001"})

    assert "is mapped for Clothing &gt; Women&#x27;s Clothing &gt; Dresses already" in again.content.decode()
    assert other.status_code == 302
    assert AttributeMapping.objects.count() == 3


def test_the_attributes_own_page_edits_the_row_for_all_categories_only(groups, admin_client):
    size = Attribute.objects.get(code="fashion_size")
    near = fashion.mapped("fashion_size", 84, JetCategory.objects.get(name="Dresses"))
    fields = {
        "label": "Size", "kind": "select", "options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0",
        "mapping-TOTAL_FORMS": "1", "mapping-INITIAL_FORMS": "0", "mapping-0-unit": "",
        "mapping-0-vocabulary": "", "mapping-0-jet_attribute_id": "116",
    }  # fmt: skip

    page = admin_client.get(f"/admin/catalog/attribute/{size.pk}/change/").content.decode()
    admin_client.post(f"/admin/catalog/attribute/{size.pk}/change/", fields)

    assert 'name="mapping-0-jet_attribute_id"' in page
    assert 'value="84" id' not in page
    assert "mapping-1-" not in page
    near.refresh_from_db()
    assert near.jet_attribute.jet_id == 84
    assert AttributeMapping.objects.get(category=None, attribute=size).jet_attribute.jet_id == 116


def test_checked_words_are_kept_apart_where_two_mappings_feed_one_jet_attribute(groups):
    """One run checks products of many categories: what was said of a value in one is not said in another."""
    hats, dresses = (JetCategory.objects.get(name=name) for name in ("Hats", "Dresses"))
    JetCategory.objects.get(name="Hats").attribute_links.create(attribute=JetAttribute.objects.get(jet_id=84))
    fashion.mapped("fashion_size", 84, dresses, **WORDS)
    fashion.mapped("fashion_size", 84, hats, **{**WORDS, "XS": ""})

    check_all()

    found = Problem.objects.filter(code="attribute.empty")
    assert {each.product.sku for each in found} == {"HATS-0", "HATS-0-XS-Blue", "HATS-0-XS-Red"}
    found = validations.problems(Product.objects.get(sku="DRESSES-0-XS-Blue"))
    assert {each.code for each in found} == {"attributes.missing"}
