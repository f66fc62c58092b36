"""The pages of mapping, through the browser's door."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.mapping import tasks
from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetCategory,
    TaxonomyImport,
)
from catalog.mapping.services import category_mappings, taxonomy_imports
from catalog.products.models import Attribute, AttributeOption, ProductCategory
from jetbridge.core.models import Event
from tests.catalog.mapping import samples
from tests.catalog.mapping.test_selectors import child
from tests.factories import ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def taxonomy():
    return taxonomy_imports.import_files(files=samples.files(), source="files")


@pytest.fixture
def viewer(client):
    person = User.objects.create_user("victor", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client.force_login(person)
    return client


def uploads(**changed):
    fields = {
        "categories": "categories.csv",
        "attributes": "attributes.csv",
        "values": "values.csv",
        "links": "links.csv",
    }
    given = samples.files(**changed)
    return {name: SimpleUploadedFile(file, given[file]) for name, file in fields.items() if file in given}


def test_a_taxonomy_is_uploaded_looked_at_and_accepted(admin_client):
    response = admin_client.post(reverse("mapping:taxonomy"), uploads(), follow=True)
    assert b"Being read" in response.content
    tasks.import_taxonomy()
    row = TaxonomyImport.objects.get()

    preview = admin_client.get(reverse("mapping:taxonomy_import", args=[row.pk]))
    assert b"Nothing has been changed yet" in preview.content
    assert b"Home &gt; Kitchen &gt; Mugs" in preview.content
    admin_client.post(reverse("mapping:taxonomy_decide", args=[row.pk, "accept"]))
    tasks.import_taxonomy()

    assert JetCategory.objects.count() == 4
    assert (
        b"Stored now: 4 categories"
        in admin_client.get(reverse("mapping:taxonomy_import", args=[row.pk])).content
    )


def test_the_page_that_follows_an_import_reloads_when_it_is_ready(admin_client):
    admin_client.post(reverse("mapping:taxonomy"), uploads())
    row = TaxonomyImport.objects.get()
    url = reverse("mapping:taxonomy_progress", args=[row.pk])

    assert "HX-Refresh" not in admin_client.get(url).headers
    tasks.import_taxonomy()
    assert admin_client.get(url).headers["HX-Refresh"] == "true"


def test_an_upload_without_files_says_so(admin_client):
    response = admin_client.post(reverse("mapping:taxonomy"), {})

    assert response.status_code == 422
    assert b"Choose at least one file." in response.content


def test_every_skipped_row_is_listed_with_line_and_reason_by_cause(admin_client):
    row = taxonomy_imports.import_files(
        files=samples.files(links=samples.LINKS + "999,111,1\n119,999,1\n"), source="files"
    )
    url = reverse("mapping:taxonomy_skipped_page", args=[row.pk])

    whole = admin_client.get(url)
    one = admin_client.get(url, {"file": "links.csv", "cause": "unknown_category"})

    assert [line for _, line, _, _ in whole.context["page"]] == [5, 6]
    assert [line for _, line, _, _ in one.context["page"]] == [6]
    assert b"there is no category 999" in one.content


def test_the_preview_moves_ticked_mappings_when_it_is_accepted(admin_client, taxonomy):
    shelf = StoreCategoryFactory(name="Mugs")
    category_mappings.map_category(store_category=shelf, jet_category=JetCategory.objects.get(jet_id=111))
    cups = samples.CATEGORIES.replace("111,Mugs,", "211,Cups & Mugs,")
    admin_client.post(reverse("mapping:taxonomy"), uploads(categories=cups))
    tasks.import_taxonomy()
    row = TaxonomyImport.objects.first()

    page = admin_client.get(reverse("mapping:taxonomy_import", args=[row.pk])).content.decode()
    admin_client.post(reverse("mapping:taxonomy_decide", args=[row.pk, "accept"]), {"move": [shelf.pk]})
    tasks.import_taxonomy()

    assert f'name="move" value="{shelf.pk}" form="accept" checked' in page
    assert CategoryMapping.objects.get().jet_category.jet_id == 211


def test_what_broke_is_moved_from_the_imports_page_and_taken_back(admin_client, taxonomy):
    shelf = StoreCategoryFactory(name="Mugs")
    category_mappings.map_category(store_category=shelf, jet_category=JetCategory.objects.get(jet_id=111))
    cups = samples.CATEGORIES.replace("111,Mugs,", "211,Cups & Mugs,")
    row = taxonomy_imports.import_files(files=samples.files(categories=cups), source="files")
    url = reverse("mapping:taxonomy_import", args=[row.pk])

    assert b"Move selected" in admin_client.get(url).content
    answer = admin_client.post(
        reverse("mapping:taxonomy_move", args=[row.pk]), {"move": [shelf.pk]}, follow=True
    )
    assert CategoryMapping.objects.get().jet_category.jet_id == 211
    assert b"Move selected" not in admin_client.get(url).content
    admin_client.post(reverse("mapping:undo"), {"request_id": answer.context["undo"]})
    nothing = admin_client.post(reverse("mapping:taxonomy_move", args=[row.pk]), follow=True)

    assert CategoryMapping.objects.get().jet_category.jet_id == 111
    assert b"No mapping was moved" in nothing.content


def test_restore_is_one_click(admin_client, taxonomy):
    row = taxonomy_imports.import_files(
        files=samples.files(categories=samples.CATEGORIES.replace("111,Mugs,", "211,Cups,")), source="files"
    )

    admin_client.post(reverse("mapping:taxonomy_decide", args=[row.pk, "restore"]))
    tasks.import_taxonomy()

    assert JetCategory.objects.get(jet_id=111).active
    assert admin_client.post(reverse("mapping:taxonomy_decide", args=[row.pk, "x"])).status_code == 404


def test_the_preview_shows_attributes_and_words_that_would_break(admin_client, taxonomy):
    form = Attribute.objects.create(code="form", label="Form")
    jet = JetAttribute.objects.get(jet_id=8)
    mapping = AttributeMapping.objects.create(attribute=form, jet_attribute=jet, vocabulary={"One": "Single"})
    admin_client.post(reverse("mapping:taxonomy"), uploads(values=samples.VALUES.replace("Single", "Lone")))
    tasks.import_taxonomy()

    page = admin_client.get(
        reverse("mapping:taxonomy_import", args=[TaxonomyImport.objects.first().pk])
    ).content.decode()

    assert "One = Single" in page
    assert reverse("mapping:words", args=[mapping.pk]) in page


def test_skipped_rows_are_downloaded_without_formulas(admin_client):
    files = samples.files(categories=samples.CATEGORIES + "120,=1+1,999,1,2,X\n")
    row = taxonomy_imports.import_files(files={"=sum.csv": files["categories.csv"]}, source="x")

    response = admin_client.get(reverse("mapping:taxonomy_skipped", args=[row.pk]))

    assert b"'=sum.csv,6,unknown_parent" in response.content


def test_the_category_grid_costs_few_queries_and_searches_the_path(admin_client, taxonomy):
    category_mappings.map_category(
        store_category=StoreCategoryFactory(name="Cups"), jet_category=JetCategory.objects.get(jet_id=111)
    )
    url = reverse("admin:mapping_jetcategory_changelist")

    with CaptureQueriesContext(connection) as queries:
        response = admin_client.get(url, {"q": "kitchen mugs"})

    assert sum("mapping_" in query["sql"] for query in queries) <= 8
    assert b"Default Category/Cups" in response.content
    assert b"Weight or Volume" in response.content
    assert b"Plates" not in response.content.split(b"result_list")[-1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [({"mapped": "yes"}, {111}), ({"mapped": "no"}, {100, 110, 112}), ({"root": "Home"}, {100, 110, 111, 112}),
     ({"tax_code": "Generators "}, {112}), ({"level": "1"}, {110}), ({"taxable": "no"}, set()),
     ({"q": "generators"}, {112}), ({"q": "Shelf 9"}, {111}), ({"q": "home plates"}, {112})],
)  # fmt: skip
def test_the_category_grid_filters(admin_client, taxonomy, query, shown):
    category_mappings.map_category(
        store_category=StoreCategoryFactory(name="Shelf 9"),
        jet_category=JetCategory.objects.get(jet_id=111),
    )

    response = admin_client.get(reverse("admin:mapping_jetcategory_changelist"), query)

    assert {row.jet_id for row in response.context["cl"].result_list} == shown


def test_details_show_attributes_with_kind_units_and_mapped_store_attribute(admin_client, taxonomy):
    color = Attribute.objects.create(code="color", label="Color")
    AttributeMapping.objects.create(attribute=color, jet_attribute=JetAttribute.objects.get(jet_id=119))
    mugs = JetCategory.objects.get(jet_id=111)

    page = admin_client.get(reverse("admin:mapping_jetcategory_change", args=[mugs.pk])).content.decode()

    for reported in ("Weight or Volume", "Number with unit", "OZ", "Variant", ">color<"):
        assert reported in page


def test_the_mapping_page_chooses_the_first_category_with_products_that_is_unmapped(admin_client, taxonomy):
    StoreCategoryFactory(name="Empty")
    full = StoreCategoryFactory(name="Coffee mugs")
    ProductCategory.objects.create(product=ProductFactory(), category=full)

    page = admin_client.get(reverse("mapping:categories")).content.decode()

    assert "2 of 2</strong> store categories have no place" in page
    assert 'class="jb-h2 map-title">Default Category/Coffee mugs' in page
    assert "both say mugs" in page


def test_saving_maps_and_goes_on_to_the_next_unmapped_category(admin_client, taxonomy):
    first, second = StoreCategoryFactory(name="A mugs"), StoreCategoryFactory(name="B plates")
    choice = {"category": first.pk, "root": "100", "child": "110", "sub": "111", "action": "save"}

    response = admin_client.post(reverse("mapping:save"), choice, follow=True)

    assert CategoryMapping.objects.get().jet_category.jet_id == 111
    assert response.context["branch"].id == second.pk
    assert "Default Category/A mugs: mapped to Home &gt; Kitchen &gt; Mugs" in response.content.decode()

    admin_client.post(reverse("mapping:undo"), {"request_id": response.context["undo"]})
    assert not CategoryMapping.objects.exists()


def test_a_root_alone_is_refused_on_the_page(admin_client, taxonomy):
    category = StoreCategoryFactory()

    response = admin_client.post(
        reverse("mapping:save"), {"category": category.pk, "root": "100", "action": "save"}, follow=True
    )

    assert b"Select a sub-category" in response.content
    assert not CategoryMapping.objects.exists()


def test_the_selects_depend_on_each_other(admin_client, taxonomy):
    category = StoreCategoryFactory()
    url = reverse("mapping:choice")

    by_root = admin_client.get(url, {"category": category.pk, "root": "100"}).context["selects"]
    by_child = admin_client.get(url, {"category": category.pk, "root": "100", "child": "110"}).context[
        "selects"
    ]

    assert [each.jet_id for each in by_root.children] == [110]
    assert by_root.subs == []
    assert [each.jet_id for each in by_child.subs] == [111, 112]


def test_a_changed_root_forgets_the_children_of_the_former(admin_client, taxonomy):
    JetCategory.objects.create(jet_id=200, name="Garden", path="Garden")
    category = StoreCategoryFactory()

    response = admin_client.get(
        reverse("mapping:choice"), {"category": category.pk, "root": "200", "child": "110", "sub": "111"}
    )

    assert response.context["selects"].chosen.jet_id == 200


def test_search_finds_words_anywhere_in_the_path(admin_client, taxonomy):
    page = admin_client.get(reverse("mapping:search"), {"find": "home mugs"}).content.decode()

    assert "Home &gt; Kitchen &gt; Mugs" in page
    assert "Plates" not in page


def test_clear_removes_the_mapping_and_stays(admin_client, taxonomy):
    category = StoreCategoryFactory()
    category_mappings.map_category(store_category=category, jet_category=JetCategory.objects.get(jet_id=111))

    response = admin_client.post(
        reverse("mapping:save"), {"category": category.pk, "action": "clear"}, follow=True
    )

    assert not CategoryMapping.objects.exists()
    assert response.context["branch"].id == category.pk


def test_a_viewer_sees_the_mapping_but_cannot_map_or_import(viewer, taxonomy):
    category = StoreCategoryFactory()

    assert b'value="save"' not in viewer.get(reverse("mapping:categories")).content
    assert viewer.post(reverse("mapping:save"), {"category": category.pk}).status_code == 403
    assert viewer.get(reverse("mapping:taxonomy")).status_code == 403


def test_an_attribute_is_mapped_by_a_checked_id(admin_client, taxonomy):
    size = Attribute.objects.create(code="size", label="Size")
    url = reverse("admin:mapping_attributemapping_add")
    good = {"attribute": size.pk, "jet_attribute_id": "46", "unit": "oz", "vocabulary": ""}

    refused = admin_client.post(url, {**good, "jet_attribute_id": "1.41513E+14"})
    unit = admin_client.post(url, {**good, "unit": ""})
    admin_client.post(url, good)

    assert b"rounded by a spreadsheet" in refused.content
    assert b"Choose OZ." in unit.content
    assert AttributeMapping.objects.get().unit == "OZ"
    assert Event.objects.get(action="attribute mapped").after == {"jet_attribute": 46, "unit": "OZ"}


def test_other_words_must_be_jets(admin_client, taxonomy):
    form = Attribute.objects.create(code="form", label="Form")
    url = reverse("admin:mapping_attributemapping_add")
    data = {"attribute": form.pk, "jet_attribute_id": "8", "unit": "", "vocabulary": "Pack = Bundle"}

    refused = admin_client.post(url, data)
    admin_client.post(url, {**data, "vocabulary": "Pack = Set"})

    assert b"Jet does not list Bundle for" in refused.content
    assert AttributeMapping.objects.get().in_jets_words("Pack") == "Set"


def test_validate_compares_the_stores_options_with_jets_values(admin_client, taxonomy):
    form = Attribute.objects.create(code="form", label="Form", kind="select")
    for value in ("set", "Pack"):
        AttributeOption.objects.create(attribute=form, value=value)

    page = admin_client.get(
        reverse("mapping:check_attribute"), {"jet_attribute_id": "8", "attribute": form.pk}
    ).content.decode()

    assert "1 of the store" in page
    assert "Not among Jet's values: Pack" in page or "Not among Jet&#x27;s values: Pack" in page


def test_mapping_an_attribute_makes_only_its_holders_stale(admin_client, taxonomy):
    product, other = ProductFactory(attributes={"size": "8"}), ProductFactory()
    size = Attribute.objects.create(code="size", label="Size")

    admin_client.post(
        reverse("admin:mapping_attributemapping_add"),
        {"attribute": size.pk, "jet_attribute_id": "46", "unit": "OZ", "vocabulary": ""},
    )

    product.refresh_from_db()
    assert product.validation.stale_since is not None
    assert not hasattr(other, "validation") or other.validation.stale_since is None


def test_many_suggestions_are_accepted_at_once_and_undone_at_once(admin_client, taxonomy):
    top = StoreCategoryFactory(name="Kitchen")
    mugs = child(top, "Mugs")
    plates = child(top, "Plates")
    url = reverse("mapping:suggestions")

    offers = admin_client.get(url).context["offers"]
    accepted = [offer.key for offer in offers if offer.branch.id in (mugs.pk, plates.pk)]
    response = admin_client.post(url, {"accept": accepted}, follow=True)

    mapped = dict(CategoryMapping.objects.values_list("store_category__name", "jet_category__jet_id"))
    assert mapped == {"Mugs": 111, "Plates": 112}
    admin_client.post(reverse("mapping:undo"), {"request_id": response.context["undo"]})
    assert not CategoryMapping.objects.exists()


def test_accepting_nothing_is_no_success(admin_client, taxonomy):
    response = admin_client.post(reverse("mapping:suggestions"), {"accept": ["x:y"]}, follow=True)

    assert b"Nothing was selected" in response.content


def test_a_filter_keeps_the_page_inside_it(admin_client, taxonomy):
    StoreCategoryFactory(name="A mugs")
    plates = StoreCategoryFactory(name="B plates")

    response = admin_client.get(reverse("mapping:categories"), {"q": "plates", "unmapped": "1"})

    assert response.context["branch"].id == plates.pk
    assert [row.branch.name for row in response.context["rows"]] == ["B plates"]
