"""Storing a taxonomy: counts, repetition, survival of mappings, preview, acceptance, and the way back."""

import io
import json
import zipfile
from contextlib import suppress

import pytest
from django.core.management import call_command

from catalog.mapping import selectors, tasks
from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
    TaxonomyImport,
)
from catalog.mapping.services import taxonomy_imports
from catalog.mapping.taxonomy import zip_files
from catalog.mapping.taxonomy.files import TaxonomyUnreadable
from catalog.products.models import Attribute, ProductCategory
from catalog.rules.models import ValidationResult
from jetbridge.core.models import Event
from tests.catalog.mapping import samples
from tests.factories import CategoryMappingFactory, ProductFactory

pytestmark = pytest.mark.django_db
RENAMED = samples.CATEGORIES.replace("111,Mugs", "111,Mugs & Cups")
WITHOUT_MUGS = samples.CATEGORIES.replace(
    "111,Mugs,110,1,2,Generic Taxable Product\n", "211,Cups & Mugs,110,1,2,X\n"
)


def import_(**changed):
    return taxonomy_imports.import_files(files=samples.files(**changed), source="files")


def test_an_import_stores_every_kind_of_row():
    row = import_()

    assert (row.categories, row.attributes, row.values, row.links) == (4, 3, 3, 3)
    mugs = JetCategory.objects.get(jet_id=111)
    assert (mugs.parent.jet_id, mugs.level, mugs.path) == (110, 2, "Home > Kitchen > Mugs")
    assert JetAttribute.objects.get(jet_id=46).kind == JetAttribute.Kind.NUMBER
    assert Event.objects.get().action == "taxonomy imported"


def test_importing_again_changes_no_row():
    import_()
    before = [
        list(model.objects.order_by("pk").values())
        for model in (JetCategory, JetAttribute, JetCategoryAttribute)
    ]

    row = import_()

    assert before == [
        list(model.objects.order_by("pk").values())
        for model in (JetCategory, JetAttribute, JetCategoryAttribute)
    ]
    assert row.message == "Nothing changed: this was stored already."


def test_a_renamed_category_keeps_its_row_and_its_mapping():
    import_()
    mapping = CategoryMappingFactory(jet_category=JetCategory.objects.get(jet_id=111))

    row = import_(categories=RENAMED)

    mapping.refresh_from_db()
    assert mapping.jet_category.path == "Home > Kitchen > Mugs & Cups"
    assert row.difference["categories"]["samples"]["renamed"] == [
        ["Home > Kitchen > Mugs", "Home > Kitchen > Mugs & Cups"]
    ]


def test_what_vanished_is_retired_and_comes_back_when_it_returns():
    import_()
    CategoryMappingFactory(jet_category=JetCategory.objects.get(jet_id=111))

    gone = import_(categories=WITHOUT_MUGS, values=samples.VALUES.replace("1,8,Set,NULL,0\n", ""))

    assert gone.categories == 4
    assert not JetCategory.objects.get(jet_id=111).active
    assert JetAttributeValue.objects.get(value="Set").retired
    assert not JetCategoryAttribute.objects.filter(category__jet_id=111, active=True).exists()
    assert CategoryMapping.objects.get().jet_category.jet_id == 111

    import_()

    assert JetCategory.objects.get(jet_id=111).active
    assert not JetAttributeValue.objects.get(value="Set").retired


def test_a_preview_names_the_mappings_that_would_break_and_their_successors():
    import_()
    CategoryMappingFactory(jet_category=JetCategory.objects.get(jet_id=111), store_category__name="Mugs")

    row = taxonomy_imports.preview_files(files=samples.files(categories=WITHOUT_MUGS), source="files")

    (broken,) = row.difference["broken"]
    assert broken["store"] == "Default Category/Mugs"
    assert broken["successor"]["jet_id"] == 211
    assert JetCategory.objects.get(jet_id=111).active


def test_only_products_whose_jet_category_changed_become_stale():
    import_()
    products = {}
    for jet_id in (111, 112):
        mapping = CategoryMappingFactory(jet_category=JetCategory.objects.get(jet_id=jet_id))
        products[jet_id] = ProductFactory()
        ProductCategory.objects.create(product=products[jet_id], category=mapping.store_category)
        ValidationResult.objects.create(product=products[jet_id])

    import_(categories=RENAMED)

    stale = ValidationResult.objects.exclude(stale_since=None)
    assert [each.product for each in stale] == [products[111]]


def test_the_demo_and_the_merchants_rows_live_apart():
    taxonomy_imports.import_files(files=samples.files(), source="demo", demo=True)
    other = "id,Name,Parent_id\n900,Garden,0\n"

    row = import_(categories=other, links="")

    assert row.categories == 1
    assert JetCategory.objects.filter(is_demo=True, active=True).count() == 4


def test_the_merchants_import_takes_over_demo_rows_that_are_real_ones():
    taxonomy_imports.import_files(files=samples.files(), source="demo", demo=True)

    row = import_()

    assert (row.categories, row.links) == (4, 3)
    assert not JetCategory.objects.filter(is_demo=True).exists()
    taxonomy_imports.import_files(files=samples.files(categories=RENAMED), source="demo", demo=True)
    assert JetCategory.objects.get(jet_id=111).name == "Mugs"


def test_an_upload_is_read_in_the_background_and_changes_nothing_before_it_is_accepted(merchant):
    row = taxonomy_imports.start(uploads=samples.files(), by=merchant)

    tasks.import_taxonomy()

    row.refresh_from_db()
    assert row.state == TaxonomyImport.State.PREVIEWED
    assert row.difference["categories"]["new"] == 4
    assert not JetCategory.objects.exists()

    taxonomy_imports.accept(taxonomy_import=row)
    tasks.import_taxonomy()

    row.refresh_from_db()
    assert (row.state, row.categories) == (TaxonomyImport.State.DONE, 4)


def test_an_import_is_accepted_once():
    row = taxonomy_imports.start(uploads=samples.files())
    tasks.import_taxonomy()
    taxonomy_imports.discard(taxonomy_import=row)

    with pytest.raises(taxonomy_imports.NotNow, match="discarded"):
        taxonomy_imports.accept(taxonomy_import=row)


def test_an_upload_that_is_no_taxonomy_fails_with_its_reason():
    row = taxonomy_imports.start(uploads={"photo.csv": b"not,a taxonomy\n"})

    tasks.import_taxonomy()

    row.refresh_from_db()
    assert row.state == TaxonomyImport.State.FAILED
    assert "photo.csv" in row.message


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_any_byte_changed_is_read_or_refused(packed):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        archive.writestr("a.csv", "id,name\n" * 20)
    whole = buffer.getvalue()

    for place in range(4, len(whole)):
        with suppress(TaxonomyUnreadable):
            zip_files.unpack(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])


def test_a_zip_that_is_none_is_refused_at_once():
    with pytest.raises(TaxonomyUnreadable, match="zip cannot be read"):
        taxonomy_imports.start(uploads={"all.zip": b"PK\x03\x04 broken"})


def test_the_former_version_comes_back_like_any_import():
    import_()
    later = import_(categories=WITHOUT_MUGS)

    restore = taxonomy_imports.start_restore(of=later)
    tasks.import_taxonomy()
    restore.refresh_from_db()
    assert restore.difference["categories"]["samples"]["revived"] == ["Home > Kitchen > Mugs"]
    taxonomy_imports.accept(taxonomy_import=restore)
    tasks.import_taxonomy()

    assert set(JetCategory.objects.filter(active=True).values_list("jet_id", flat=True)) == {
        100,
        110,
        111,
        112,
    }
    assert JetCategory.objects.get(jet_id=112).tax_code == "Generators "
    assert selectors.stored_counts()["links"] == 3


def test_the_command_stores_the_real_files_to_the_row(tmp_path):
    for name, content in samples.real_files().items():
        (tmp_path / name).write_bytes(content)
    out = io.StringIO()

    call_command("import_taxonomy", str(tmp_path), json=True, stdout=out)

    said = json.loads(out.getvalue().splitlines()[-1])
    assert [said[kind] for kind in ("categories", "attributes", "values", "links")] == [
        3575,
        177,
        5738,
        10912,
    ]
    assert said["skipped"] == len(said["errors"]) == 39426
    assert said["errors"][0].keys() == {"file", "line", "code", "reason"}


def test_a_dry_run_of_the_command_stores_nothing(tmp_path):
    for name, content in samples.files().items():
        (tmp_path / name).write_bytes(content)
    out = io.StringIO()

    call_command("import_taxonomy", str(tmp_path), dry_run=True, json=True, stdout=out)

    assert json.loads(out.getvalue())["difference"]["categories"]["new"] == 4
    assert not JetCategory.objects.exists()


def broken_import():
    """A taxonomy in which the mapped Mugs are retired, waiting to be accepted; and the mapping."""
    import_()
    mapping = CategoryMappingFactory(jet_category=JetCategory.objects.get(jet_id=111))
    row = taxonomy_imports.start(uploads=samples.files(categories=WITHOUT_MUGS))
    tasks.import_taxonomy()
    row.refresh_from_db()
    return row, mapping


def test_chosen_mappings_move_to_their_successors_when_the_import_is_stored():
    row, mapping = broken_import()
    product = ProductFactory()
    ProductCategory.objects.create(product=product, category=mapping.store_category)

    taxonomy_imports.accept(taxonomy_import=row, moves=[mapping.store_category_id, 10**9])
    mapping.refresh_from_db()
    assert mapping.jet_category.jet_id == 111
    tasks.import_taxonomy()

    mapping.refresh_from_db()
    row.refresh_from_db()
    assert mapping.jet_category.jet_id == 211
    assert row.message == "1 mapping moved to the successors you chose."
    assert ValidationResult.objects.get(product=product).stale_since is not None
    assert Event.objects.filter(action="category mapped").count() == 1


def test_a_mapping_that_was_not_chosen_stays_and_can_move_later():
    row, mapping = broken_import()
    taxonomy_imports.accept(taxonomy_import=row)
    tasks.import_taxonomy()
    row.refresh_from_db()
    mapping.refresh_from_db()
    assert mapping.jet_category.jet_id == 111

    report = taxonomy_imports.move_mappings(taxonomy_import=row, moves=[mapping.store_category_id])
    again = taxonomy_imports.move_mappings(taxonomy_import=row, moves=[mapping.store_category_id])

    mapping.refresh_from_db()
    assert mapping.jet_category.jet_id == 211
    assert (len(report.changed), again.changed) == (1, [])


def test_a_mapping_that_somebody_changed_meanwhile_is_not_moved():
    row, mapping = broken_import()
    taxonomy_imports.accept(taxonomy_import=row, moves=[mapping.store_category_id])
    mapping.jet_category = JetCategory.objects.get(jet_id=112)
    mapping.save()
    tasks.import_taxonomy()

    mapping.refresh_from_db()
    assert mapping.jet_category.jet_id == 112


def test_a_restore_at_once_brings_the_former_version_back_and_can_be_taken_back():
    import_()
    later = import_(categories=WITHOUT_MUGS)

    restore = taxonomy_imports.start_restore(of=later, at_once=True)
    tasks.import_taxonomy()

    restore.refresh_from_db()
    assert restore.state == TaxonomyImport.State.DONE
    assert JetCategory.objects.get(jet_id=111).active
    taxonomy_imports.start_restore(of=restore, at_once=True)
    tasks.import_taxonomy()
    assert not JetCategory.objects.get(jet_id=111).active


def test_a_preview_names_attribute_mappings_and_words_that_would_break():
    import_()
    form, color = (JetAttribute.objects.get(jet_id=number) for number in (8, 119))
    for jet, words in ((form, {"Pack": "Set", "One": "Single"}), (color, {})):
        ours = Attribute.objects.create(code=jet.name.split()[-1].lower(), label=jet.name)
        AttributeMapping.objects.create(attribute=ours, jet_attribute=jet, vocabulary=words)
    attributes = samples.ATTRIBUTES.replace("119,Color,Color", "219,Main Color,Color")
    values = samples.VALUES.replace("2,8,Single,NULL,0", "2,8,Lone,NULL,0")

    row = taxonomy_imports.preview_files(
        files=samples.files(attributes=attributes, values=values), source="files"
    )

    (lost,) = row.difference["broken_attributes"]
    assert (lost["store"], lost["successor"]["jet_id"]) == ("color", 219)
    (words,) = row.difference["broken_words"]
    assert (words["store"], words["words"]) == ("form", ["One = Single"])
