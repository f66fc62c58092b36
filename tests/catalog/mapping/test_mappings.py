"""Mapping store categories: what is refused, what is told, what products must be checked again, undo."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.mapping.services import category_mappings, taxonomy_imports
from catalog.products.models import ProductCategory, StoreCategory
from catalog.products.services import categories
from catalog.rules.models import ValidationResult
from jetbridge.core.actors import acting
from jetbridge.core.models import Event
from tests.catalog.mapping import samples
from tests.catalog.mapping.test_selectors import child
from tests.factories import ListingFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mugs():
    taxonomy_imports.import_files(files=samples.files(), source="files")
    return JetCategory.objects.get(jet_id=111)


@pytest.fixture
def plates(mugs):
    return JetCategory.objects.get(jet_id=112)


def test_mapping_makes_its_products_stale_and_tells_history(mugs):
    category, other = StoreCategoryFactory(name="Mugs"), StoreCategoryFactory()
    product, untouched = ProductFactory(), ProductFactory()
    for each, place in ((product, category), (untouched, other)):
        ProductCategory.objects.create(product=each, category=place)
        ValidationResult.objects.create(product=each)

    report = category_mappings.map_category(store_category=category, jet_category=mugs)

    assert report.changed == ["Default Category/Mugs"]
    assert [each.product for each in ValidationResult.objects.exclude(stale_since=None)] == [product]
    event = Event.objects.get(action=category_mappings.MAPPED)
    assert (event.label, event.before, event.after["jet_category"]) == ("Default Category/Mugs", None, 111)


def test_a_main_category_alone_is_refused_with_the_reason(mugs):
    with pytest.raises(category_mappings.NotMappable, match=r"main category.*sub-category"):
        category_mappings.map_category(
            store_category=StoreCategoryFactory(), jet_category=JetCategory.objects.get(jet_id=100)
        )

    assert not CategoryMapping.objects.exists()


def test_a_retired_category_is_refused(mugs):
    mugs.active = False

    with pytest.raises(category_mappings.NotMappable, match="retired"):
        category_mappings.map_category(store_category=StoreCategoryFactory(), jet_category=mugs)


def test_this_and_all_below_are_mapped_and_taken_back_together(mugs, plates):
    top = StoreCategoryFactory(name="Kitchen")
    below = child(top, "Plates")
    category_mappings.map_category(store_category=below, jet_category=plates)

    with acting() as actor:
        category_mappings.map_category(store_category=top, jet_category=mugs, below=True)
    assert set(CategoryMapping.objects.values_list("jet_category__jet_id", flat=True)) == {111}

    category_mappings.undo(request_id=actor.request_id)

    assert CategoryMapping.objects.get().store_category == below
    assert CategoryMapping.objects.get().jet_category == plates


def test_undo_leaves_alone_what_was_changed_since(mugs, plates):
    category = StoreCategoryFactory()
    with acting() as actor:
        category_mappings.map_category(store_category=category, jet_category=mugs)
    category_mappings.map_category(store_category=category, jet_category=plates)

    report = category_mappings.undo(request_id=actor.request_id)

    assert report.changed == []
    assert CategoryMapping.objects.get().jet_category == plates


def test_an_unchanged_mapping_writes_no_history(mugs):
    category = StoreCategoryFactory()
    category_mappings.map_category(store_category=category, jet_category=mugs)

    report = category_mappings.map_category(store_category=category, jet_category=mugs)

    assert (report.changed, report.same) == ([], 1)
    assert Event.objects.filter(action=category_mappings.MAPPED).count() == 1


def test_deleting_a_store_category_removes_its_mapping_and_history_names_it(mugs):
    category = StoreCategoryFactory(name="Mugs")
    category_mappings.map_category(store_category=category, jet_category=mugs)
    listing = ListingFactory(sku="MUG-1", first_sent_at="2026-11-01T00:00:00Z")
    ProductCategory.objects.create(product=listing.product, category=category)

    removed = categories.remove(category=category)

    assert removed.skus == ["MUG-1"]
    assert Event.objects.get(action="deleted").before["mappings"] == ["Default Category/Mugs"]
    assert not StoreCategory.objects.exists()
    assert not CategoryMapping.objects.exists()
    assert Event.objects.get(action=category_mappings.CLEARED).before["jet_category"] == 111


def run(*args, **options):
    out = io.StringIO()
    call_command("map_category", *args, json=True, stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_maps_by_path_and_id(mugs):
    StoreCategoryFactory(name="Mugs")

    said = run("Default Category/Mugs", "111")

    assert said["mapped"] == 1
    assert CategoryMapping.objects.get().jet_category == mugs


@pytest.mark.parametrize(
    ("path", "jet_id", "message"),
    [
        ("Default Category/Mgs", "111", "Did you mean: Default Category/Mugs"),
        ("Default Category/Mugs", "999", "no Jet category 999"),
        ("Default Category/Mugs", "1.1E+2", "whole number"),
        ("Default Category/Mugs", "100", "main category"),
    ],
)
def test_the_command_says_what_is_wrong(mugs, path, jet_id, message):
    StoreCategoryFactory(name="Mugs")

    with pytest.raises(CommandError, match=message):
        run(path, jet_id)


def test_the_command_says_when_there_is_no_taxonomy():
    StoreCategoryFactory(name="Mugs")

    with pytest.raises(CommandError, match="import_taxonomy"):
        run("Default Category/Mugs", "111")
