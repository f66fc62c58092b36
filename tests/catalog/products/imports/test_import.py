"""What rows of Magento's CSV do to the store."""

from decimal import Decimal

import pytest

from catalog.products.models import (
    Attribute,
    Product,
    ProductImage,
    ProductText,
    StockMovement,
    StoreCategory,
    Variation,
)
from catalog.rules.models import ValidationResult
from jetbridge.core.models import StoreView
from tests.catalog.products.imports.files import imported, problems

pytestmark = pytest.mark.django_db


def test_a_missing_column_and_an_empty_cell_change_nothing(tmp_path):
    imported(tmp_path, "sku,name,description,price,qty\nA,Mug,Blue,9.5,3\n")

    report = imported(tmp_path, "sku,description,price\nA,,10\n")

    mug = Product.objects.get()
    assert (report.updated, mug.name, mug.description) == (1, "Mug", "Blue")
    assert (mug.price, mug.quantity) == (Decimal(10), 3)


def test_magentos_constant_clears_a_value(tmp_path):
    imported(tmp_path, "sku,name,description,special_price,additional_attributes\nA,Mug,Blue,5,color=Red\n")

    imported(
        tmp_path,
        "sku,description,special_price,additional_attributes\n"
        "A,__EMPTY__VALUE__,__EMPTY__VALUE__,color=__EMPTY__VALUE__\n",
    )

    mug = Product.objects.get()
    assert (mug.description, mug.special_price, mug.attributes) == ("", None, {})


def test_importing_the_same_file_again_changes_nothing(tmp_path):
    content = (
        "sku,name,categories,base_image,additional_images,additional_attributes,qty\n"
        'A,Mug,Shop/Mugs,/a.jpg,"/b.jpg,/c.jpg","color=Red,size=S|M",5\n'
    )
    imported(tmp_path, content)

    report = imported(tmp_path, content)

    assert report.counts() == {
        "rows": 1, "created": 0, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 0,
    }  # fmt: skip
    assert StockMovement.objects.count() == 1


def test_an_edit_by_hand_is_overwritten_by_the_next_import_of_the_same_file(tmp_path):
    content = "sku,name,price,categories\nA,Mug,5,Shop\n"
    imported(tmp_path, content)
    Product.objects.update(price=7)
    Product.objects.get().category_links.all().delete()

    report = imported(tmp_path, content)

    assert report.updated == 1
    assert Product.objects.get().price == 5
    assert Product.objects.get().categories.get().full_path == "Shop"


def test_reserved_units_stay_and_the_difference_becomes_a_stock_movement(tmp_path):
    imported(tmp_path, "sku,name,qty\nA,Mug,10\n")
    Product.objects.update(reserved=4)

    imported(tmp_path, "sku,qty\nA,25.0000\n")

    mug = Product.objects.get()
    assert (mug.quantity, mug.reserved) == (25, 4)
    assert list(StockMovement.objects.order_by("pk").values_list("kind", "quantity_change")) == [
        ("import", 10),
        ("import", 15),
    ]


@pytest.mark.parametrize(
    ("cells", "in_stock"),
    [("0,1,0,0", False), ("0,1,1,0", True), ("0,1,1,1", False), ("5,1,0,0", True), ("5,0,0,0", False)],
)
def test_nothing_is_in_stock_that_is_not_there_unless_backorders_are_allowed(tmp_path, cells, in_stock):
    columns = "qty,is_in_stock,allow_backorders,use_config_backorders"
    imported(tmp_path, f"sku,name,{columns}\nA,Mug,{cells}\n")

    assert Product.objects.get().is_in_stock is in_stock


def test_the_configurations_stock_management_wins_over_the_rows(tmp_path):
    imported(
        tmp_path,
        "sku,name,manage_stock,use_config_manage_stock\nA,a,0,1\nB,b,Use Config,\nC,c,0,0\nD,d,0,\n",
    )

    managed = dict(Product.objects.values_list("sku", "manage_stock"))
    assert managed == {"A": True, "B": True, "C": False, "D": False}


def test_categories_become_a_tree_with_escaped_slashes(tmp_path):
    imported(tmp_path, 'sku,name,categories\nA,a,"Shop/Men/Tops\\/Tees,Shop/Women, Shop/men"\n')

    paths = list(StoreCategory.objects.values_list("full_path", flat=True))
    assert paths == ["Shop", "Shop/Men", "Shop/Men/Tops\\/Tees", "Shop/Women"]
    assert StoreCategory.objects.get(depth=3).name == "Tops/Tees"
    assert Product.objects.get().categories.count() == 3


def test_a_product_stands_in_exactly_the_categories_of_its_cell(tmp_path):
    imported(tmp_path, 'sku,name,categories\nA,a,"Shop/Men,Shop/Sale"\n')

    imported(tmp_path, "sku,categories\nA,Shop/Women\n")

    assert [each.name for each in Product.objects.get().categories.all()] == ["Women"]


@pytest.mark.parametrize("order", ["before", "after", "another file"])
def test_children_are_linked_wherever_they_stand(tmp_path, order):
    head = "sku,product_type,name,additional_attributes,configurable_variations\n"
    parent = 'P,configurable,Shirt,,"sku=P-S,size=S,color=Red|sku=P-M,size=M,color=Red"\n'
    children = 'P-S,simple,Shirt S,"size=S,color=Red",\nP-M,simple,Shirt M,"size=M,color=Red",\n'
    if order == "another file":
        imported(tmp_path, head + parent)
        imported(tmp_path, head + children)
    else:
        imported(tmp_path, head + (children + parent if order == "before" else parent + children))

    links = Variation.objects.values_list("parent__sku", "child__sku", "position")
    assert list(links) == [("P", "P-S", 0), ("P", "P-M", 1)]
    assert Product.objects.get(sku="P").variation_codes == ["size", "color"]
    assert Attribute.objects.get(code="size").kind == Attribute.Kind.SELECT


def test_an_attribute_turns_into_a_select_when_a_parent_names_it(tmp_path):
    imported(tmp_path, "sku,name,additional_attributes\nP-S,Shirt S,size=S\n")
    assert Attribute.objects.get(code="size").kind == Attribute.Kind.TEXT

    imported(
        tmp_path,
        "sku,product_type,name,configurable_variations,configurable_variation_labels\n"
        'P,configurable,Shirt,"sku=P-S,size=S|sku=P-M,size=M",size=Shirt size\n',
    )

    size = Attribute.objects.get(code="size")
    assert (size.kind, [each.value for each in size.options.all()]) == ("select", ["S", "M"])


def test_variations_with_the_same_values_are_imported_for_jets_rules_to_judge(tmp_path):
    report = imported(
        tmp_path,
        'sku,product_type,name,configurable_variations\nP,configurable,S,"sku=A,size=S|sku=B,size=s|sku=C"\n',
    )

    assert (report.created, problems(report)) == (1, [])
    assert list(Variation.objects.values_list("child_sku", flat=True)) == ["A", "B", "C"]


def test_attributes_get_kinds_options_and_labels(tmp_path):
    rows = "".join(
        f'S{n},x,"color={("Red", "Blue")[n % 2]},feature=A|B,eco=Yes,depth={n}.5,ean=0{n}2345678901{n},'
        f'note=Text number {n}"\n'
        for n in range(1, 7)
    )
    imported(tmp_path, f"sku,name,additional_attributes\n{rows}")

    kinds = dict(Attribute.objects.values_list("code", "kind"))
    assert kinds == {
        "color": "select", "feature": "multiselect", "eco": "boolean",
        "depth": "number", "ean": "text", "note": "text",
    }  # fmt: skip
    assert [str(each) for each in Attribute.objects.get(code="color").options.all()] == ["Blue", "Red"]
    assert Product.objects.get(sku="S1").attributes["feature"] == ["A", "B"]


def test_a_text_attribute_keeps_its_bars(tmp_path):
    Attribute.objects.create(code="note", label="Note", kind=Attribute.Kind.TEXT)

    imported(tmp_path, "sku,name,additional_attributes\nA,a,note=one|two\n")

    assert Product.objects.get().attributes == {"note": "one|two"}


def test_a_store_views_row_changes_only_its_texts(tmp_path):
    imported(tmp_path, "sku,store_view_code,name,price\nA,,Mug,5\n")

    report = imported(
        tmp_path, 'sku,store_view_code,name,price,additional_attributes\nA,de,Tasse,9,"color=Rot"\n'
    )

    text = ProductText.objects.get()
    assert (text.store_view.code, text.name, text.attributes) == ("de", "Tasse", {"color": "Rot"})
    assert (report.updated, Product.objects.get().price) == (1, 5)
    assert StoreView.objects.get().code == "de"


def test_a_store_views_row_may_stand_above_its_product(tmp_path):
    report = imported(tmp_path, "sku,store_view_code,name,price\nA,de,Tasse,\nA,,Mug,5\n")

    assert (report.created, report.updated) == (1, 1)
    assert Product.objects.get().name == "Mug"
    assert ProductText.objects.get().name == "Tasse"


def test_a_product_known_under_a_store_view_only_is_made_from_that_row(tmp_path):
    content = "sku,store_view_code,name,price\nA,uk,Colour mug,5\nA,pl,Kubek,5\n"

    report = imported(tmp_path, content)

    assert (report.created, report.updated) == (1, 1)
    assert Product.objects.get().name == "Colour mug"
    assert imported(tmp_path, content).unchanged == 2


def test_a_failed_product_takes_its_store_views_along(tmp_path):
    report = imported(tmp_path, "sku,store_view_code,name,price\nA,,Mug,dear\nA,de,Tasse,\n")

    assert problems(report) == [(2, "price", "not_a_number"), (3, "sku", "product_failed")]


def test_a_doubled_sku_is_reported_and_the_later_row_counts(tmp_path):
    report = imported(tmp_path, "sku,name,price\nabc,Mug,1\nABC,Mug,2\n")

    assert problems(report) == [(3, "sku", "doubled_sku")]
    assert (report.created, report.updated) == (1, 1)
    mug = Product.objects.get()
    assert (mug.sku, mug.price) == ("abc", 2)


def test_all_faults_of_a_row_are_told_at_once(tmp_path):
    report = imported(
        tmp_path,
        f"sku,name,price,weight,visibility,qty,special_price_from_date\nA,{'x' * 256},-1,heavy,Hidden,many,soon\n",
    )

    assert problems(report) == [
        (2, "name", "too_long"),
        (2, "visibility", "unknown_word"),
        (2, "price", "negative"),
        (2, "special_price_from_date", "not_a_date"),
        (2, "weight", "not_a_number"),
        (2, "qty", "not_a_number"),
    ]
    assert report.failed == 1


def test_a_file_that_names_base_and_additional_images_names_the_whole_gallery(tmp_path):
    imported(tmp_path, 'sku,name,base_image,additional_images\nA,a,/a.jpg,"/b.jpg,/c.jpg"\n')

    imported(
        tmp_path,
        "sku,base_image,base_image_label,additional_images,swatch_image,hide_from_product_page\n"
        "A,b.jpg,Front,/a.jpg,/s.jpg,/a.jpg\n",
    )

    images = list(ProductImage.objects.values_list("path", "label", "is_main", "is_swatch", "hidden"))
    assert images == [
        ("/b.jpg", "Front", True, False, False),
        ("/a.jpg", "", False, False, True),
        ("/s.jpg", "", False, True, False),
    ]


def test_a_file_of_additional_images_only_adds_them(tmp_path):
    imported(tmp_path, "sku,name,base_image\nA,a,/a.jpg\n")

    imported(tmp_path, 'sku,additional_images\nA,"/b.jpg,/c.jpg"\n')

    images = list(ProductImage.objects.values_list("path", "is_main"))
    assert images == [("/a.jpg", True), ("/b.jpg", False), ("/c.jpg", False)]


def test_no_selection_is_no_image(tmp_path):
    imported(tmp_path, "sku,name,base_image,small_image\nA,a,/a.jpg,no_selection\n")

    assert ProductImage.objects.get().path == "/a.jpg"


def test_changed_products_lose_their_verdicts_and_unchanged_ones_keep_them(tmp_path):
    imported(tmp_path, "sku,name,price\nA,a,1\nB,b,1\n")
    ValidationResult.objects.update(stale_since=None)

    imported(tmp_path, "sku,price\nA,2\nB,1\n")

    stale = ValidationResult.objects.filter(stale_since__isnull=False)
    assert [each.product.sku for each in stale] == ["A"]


def test_a_preview_counts_and_writes_nothing(tmp_path):
    imported(tmp_path, "sku,name,price\nA,a,1\n")

    report = imported(
        tmp_path,
        "sku,name,price,categories\nA,a,2,\nB,b,1,Shop\nC,c,dear,\nB,b,3,\n",
        dry_run=True,
    )

    assert report.counts() == {
        "rows": 4, "created": 1, "updated": 2, "unchanged": 0, "skipped": 0, "failed": 1,
    }  # fmt: skip
    assert Product.objects.get().price == 1
    assert not StoreCategory.objects.exists()
    sample = report.samples["updated"][0]
    assert sample["changes"] == [{"field": "price", "before": "1.0000", "after": "2.0000"}]
    assert sample["in_words"] == [{"field": "Price", "before": "1.00", "after": "2.00"}]


def test_types_of_extensions_are_kept_as_other(tmp_path):
    imported(tmp_path, "sku,name,product_type\nA,a,giftcard\nB,b,Virtual\n")

    assert list(Product.objects.order_by("sku").values_list("kind", flat=True)) == ["other", "virtual"]
