"""Cells with several values: one splitter, told the separator once, that knows what a value begins with."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.products.intake.attribute_cells import options_of, split_attributes
from catalog.products.intake.cell_words import attribute_words
from catalog.products.intake.multi_values import Splitter, quoted
from catalog.products.intake.variation_cells import split_variations
from catalog.products.models import Product, ProductImage, StoreCategory, Variation
from tests.catalog.products.imports.files import imported

ROOT = "Default Category"
# How fast this machine draws is not what is asked.
quietly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEPARATORS = [",", "|", "|||", ";", "^"]


@pytest.mark.parametrize(
    ("cell", "paths"),
    [
        (
            f"{ROOT}/Chairs, stools and sofas,{ROOT}/Home",
            [f"{ROOT}/Chairs, stools and sofas", f"{ROOT}/Home"],
        ),
        (f"{ROOT}/A|{ROOT}/B, b", [f"{ROOT}/A", f"{ROOT}/B, b"]),
        (f"{ROOT}/A|||{ROOT}/B", [f"{ROOT}/A", f"{ROOT}/B"]),
        (f"{ROOT}/A;{ROOT}/B", [f"{ROOT}/A", f"{ROOT}/B"]),
        (f"{ROOT}/A^{ROOT}/B", [f"{ROOT}/A", f"{ROOT}/B"]),
        (f"{ROOT}/A\n{ROOT}/B", [f"{ROOT}/A", f"{ROOT}/B"]),
        (f"{ROOT}/A|{ROOT}/B|x", [f"{ROOT}/A", f"{ROOT}/B|x"]),
        (f"{ROOT}/A,,{ROOT}/B,", [f"{ROOT}/A", f"{ROOT}/B"]),
        (f"{ROOT}/Bread; rolls", [f"{ROOT}/Bread; rolls"]),
        (f"{ROOT}/A,{ROOT}", [f"{ROOT}/A", ROOT]),
        (f"{ROOT}/A, {ROOT}/B", [f"{ROOT}/A", f" {ROOT}/B"]),
        (f"{ROOT}/Plugs,sockets/Two", [f"{ROOT}/Plugs,sockets/Two"]),
        (f"{ROOT}/A,Other/B", [f"{ROOT}/A", "Other/B"]),
        ("Men,Women", ["Men", "Women"]),
        ("Chairs, stools", ["Chairs, stools"]),
        (f'"{ROOT}/A,b",{ROOT}/C', [f"{ROOT}/A,b", f"{ROOT}/C"]),
        (rf"{ROOT}/Plugs \/ Sockets,{ROOT}/B", [rf"{ROOT}/Plugs \/ Sockets", f"{ROOT}/B"]),
        (ROOT, [ROOT]),
    ],
)
def test_a_category_begins_at_a_known_root(cell, paths):
    assert Splitter(roots=lambda: {"other"}).paths(cell) == paths


def test_what_no_root_decides_is_remarked():
    splitter = Splitter()

    assert splitter.paths(f"{ROOT}/A,New/B") == [f"{ROOT}/A,New/B"]
    assert splitter.doubts == {"name": f"{ROOT}/A,New/B"}


@pytest.mark.parametrize(
    ("cell", "images"),
    [
        ("/a/1.jpg,/a/2.jpg", ["/a/1.jpg", "/a/2.jpg"]),
        ("/a/1.jpg, b.png", ["/a/1.jpg", "b.png"]),
        ("/a/one, two.jpg,/b.jpg", ["/a/one, two.jpg", "/b.jpg"]),
        ("/a/1.jpg|/a/2.jpg", ["/a/1.jpg", "/a/2.jpg"]),
        ("/a/1.jpg|||/a/2.jpg", ["/a/1.jpg", "/a/2.jpg"]),
        ("/a/1.jpg;/a/2.jpg", ["/a/1.jpg", "/a/2.jpg"]),
        ("a.jpg\nb.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg,,b.jpg,", ["a.jpg", "b.jpg"]),
        ("https://cdn.example/a;w=1.jpg", ["https://cdn.example/a;w=1.jpg"]),
        (
            "https://cdn.example/w_100,h_200/a.jpg,https://cdn.example/b.jpg?x=1,2",
            ["https://cdn.example/w_100,h_200/a.jpg", "https://cdn.example/b.jpg?x=1,2"],
        ),
        ("https://cdn.example/image,1", ["https://cdn.example/image,1"]),
        ("https://cdn.example/a,1.jpg,m/b.jpg", ["https://cdn.example/a,1.jpg", "m/b.jpg"]),
        ("one,two", ["one", "two"]),
        ("/m/a.jpg,/m/b;c.jpg", ["/m/a.jpg", "/m/b;c.jpg"]),
        ("/m/,,,.jpg,/m/b.jpg", ["/m/,,,.jpg", "/m/b.jpg"]),
    ],
)
def test_an_image_begins_with_a_scheme_a_slash_or_behind_an_ending(cell, images):
    assert Splitter().images(cell) == images


def test_labels_belong_to_as_many_images():
    assert Splitter().labels("Front, left,Back", 2) == ["Front, left", "Back"]
    assert Splitter().labels("Front,,Back", 3) == ["Front", "", "Back"]
    assert Splitter("|").labels("Front, left|Back", 2) == ["Front, left", "Back"]
    assert Splitter().labels('"Front,left",Back', 2) == ["Front,left", "Back"]
    splitter = Splitter()
    assert splitter.labels("one,two", 3) == []
    assert splitter.doubts == {"labels": "one,two"}


@pytest.mark.django_db
def test_labels_that_fit_no_image_are_left_out_and_said(tmp_path):
    report = imported(tmp_path, 'sku,name,additional_images,additional_image_labels\nA,a,/1.jpg,"one,two"\n')

    assert list(ProductImage.objects.values_list("label", flat=True)) == [""]
    assert ["“one,two”" in each for each in report.notices] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_chosen_separator_reaches_every_cell(tmp_path, separator):
    values = {
        "categories": ["Shop/One, two", "Shop/Three"],
        "additional_images": ["/1.jpg", "/2.jpg"],
        "additional_image_labels": ["Left", "Right"],
        "additional_attributes": ["color=Red", "note=a, b"],
        "configurable_variation_labels": ["size=Shirt size", "color=Tint"],
    }
    cells = {name: separator.join(parts) for name, parts in values.items()}
    variations = f"sku=A{separator}size=S{separator}color=Red|sku=B{separator}size=M{separator}color=Red"
    row = ",".join(
        f'"{each}"' for each in ("P", "configurable", "Shirt", "/0.jpg", *cells.values(), variations)
    )

    if separator == ",":
        row = row.replace("note=a, b", "note=plain")
    report = imported(
        tmp_path,
        f"sku,product_type,name,base_image,{','.join(cells)},configurable_variations\n{row}\n",
        separator=separator,
    )

    product = Product.objects.get()
    assert (report.created, report.notices) == (1, [])
    assert set(StoreCategory.objects.values_list("full_path", flat=True)) == {
        "Shop",
        "Shop/One, two",
        "Shop/Three",
    }
    assert list(ProductImage.objects.values_list("path", "label")) == [
        ("/0.jpg", ""), ("/1.jpg", "Left"), ("/2.jpg", "Right"),
    ]  # fmt: skip
    assert product.attributes["color"] == "Red"
    assert product.variation_codes == ["size", "color"]
    assert list(Variation.objects.values_list("child_sku", flat=True)) == ["A", "B"]


@quietly
@given(
    st.lists(
        st.text(st.sampled_from('ab ,|";/^='), min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1
    ),
    st.sampled_from(SEPARATORS),
)
def test_quoted_values_come_back_as_they_went_in(values, separator):
    cell = separator.join(quoted(f"{ROOT}/{value}") for value in values)

    assert Splitter(separator).paths(cell) == [f"{ROOT}/{value}" for value in values]


@settings(quietly, max_examples=500)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/m/", "https://cdn.example/w_1,h_2/"]),
            st.text(st.sampled_from("ab, _-%;|^"), min_size=1, max_size=8).map(str.strip).filter(bool),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(SEPARATORS),
)
def test_whole_images_come_back_as_they_went_in_whatever_signs_their_names_hold(images, separator):
    images = [f"{place}{name}.jpg" for place, name in images]

    assert Splitter(separator).images(separator.join(images)) == images


VALUE = st.one_of(
    st.text(st.sampled_from('ab ,|";/^='), min_size=1, max_size=8).map(str.strip).filter(bool),
    st.sampled_from(["a|sku=b", '"|sku=', "x,size=9|sku=C", '=""|sku=,']),
)


@quietly
@given(
    st.lists(st.tuples(VALUE, VALUE, VALUE), min_size=1, unique_by=lambda each: each[0]),
    st.sampled_from(SEPARATORS),
)
def test_what_looks_like_another_child_within_quotes_is_none(children, separator):
    cell = "|".join(
        separator.join(
            f"{code}={quoted(value)}" for code, value in zip(("sku", "size", "color"), each, strict=True)
        )
        for each in children
    )

    found = split_variations(cell, Splitter(separator))

    skus, sizes, colors = zip(*children, strict=True)
    assert found.skus == list(skus)
    assert found.options == {"size": list(dict.fromkeys(sizes)), "color": list(dict.fromkeys(colors))}


OPTION = st.one_of(
    st.text(st.sampled_from('a,|";/^=~{<[\u2665'), min_size=1, max_size=6),
    st.sampled_from(["b|||x=y", "w" * 101, '"|||x="', "+", "-"]),
)


@quietly
@given(
    st.dictionaries(
        st.sampled_from(["made", "note", "size"]),
        OPTION | st.lists(OPTION, min_size=2, max_size=3, unique=True),
        min_size=1,
    )
)
def test_attributes_come_back_as_they_went_out(attributes):
    cell = attribute_words(attributes)

    read = split_attributes(cell, Splitter(",").separator_of_pairs(cell))

    assert {code: options_of(value) for code, value in read.items()} == attributes


def test_a_quote_that_stands_alone_joins_no_children():
    found = split_variations('sku=A,size=5"|sku=B,size="6|sku=C,size= "7, 8"', Splitter())

    assert (found.skus, found.options) == (["A", "B", "C"], {"size": ['5"', '"6', "7, 8"]})


@pytest.mark.django_db
def test_an_attribute_without_a_code_is_said_and_takes_no_other_along(tmp_path):
    report = imported(tmp_path, 'sku,name,additional_attributes\nA,a,"größe=5,color=Red"\n')

    assert Product.objects.get().attributes == {"color": "Red"}
    assert ["“größe=5”" in each for each in report.notices] == [True]
