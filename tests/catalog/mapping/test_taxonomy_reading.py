"""Dirty taxonomy files: what is sound is read, what is not is named with file, line and reason."""

import pytest

from catalog.mapping.taxonomy.files import TaxonomyUnreadable, read_taxonomy
from catalog.mapping.taxonomy.taxonomy_rows import BadRow
from tests.catalog.mapping import samples


def read(**changed):
    return read_taxonomy(samples.files(**changed))


def reasons(taxonomy, file="categories.csv"):
    return {row.line: row.code for row in taxonomy.bad if row.file == file}


def test_paths_are_root_first_and_values_stand_as_jet_wrote_them():
    taxonomy = read()

    assert taxonomy.categories[111].path == "Home > Kitchen > Mugs"
    assert taxonomy.categories[112].tax_code == "Generators "
    assert taxonomy.values[46, "_OZ"].unit == "OZ"
    assert taxonomy.values[8, "Set"].unit == ""
    assert taxonomy.bad == []


def test_files_are_told_apart_by_their_headers_and_columns_by_name():
    shuffled = "JetTaxCode;Level;name;ID;PARENT_ID\nGeneric;0;Home;100;0\n"

    taxonomy = read_taxonomy({"a.csv": shuffled.encode(), "b.csv": samples.ATTRIBUTES.encode()})

    assert taxonomy.categories[100].tax_code == "Generic"
    assert set(taxonomy.parts) == {"categories", "attributes"}


def test_windows_1252_and_utf_16_are_read():
    header = "id,Name,Parent_id\n"

    windows = read(categories=(header + "1,Caf\xe9 \u2019s,0\n").encode("cp1252"), links="")
    utf16 = read(categories=(header + "1,Caf\xe9 \u2019s,0\n").encode("utf-16"), links="")

    assert windows.categories[1].name == utf16.categories[1].name == "Caf\xe9 \u2019s"


def test_ids_that_a_spreadsheet_rounded_are_refused_with_all_that_leans_on_them():
    taxonomy = read(
        attributes=samples.ATTRIBUTES + "1.41513E+14,Scent,Scent,0,0,0\n",
        values=samples.VALUES + "9,1.41513E+14,Rose,NULL,0\n",
        links=samples.LINKS + "1.41513E+14,111,1\n",
    )

    assert [(row.file, row.line, row.code) for row in taxonomy.bad] == [
        ("attributes.csv", 5, "rounded_id"),
        ("values.csv", 5, "rounded_id"),
        ("links.csv", 5, "rounded_id"),
    ]


def test_fifteen_digit_ids_keep_every_digit():
    taxonomy = read(attributes=samples.ATTRIBUTES + "404891793019313,Age,Age,1,0,0\n")

    assert 404891793019313 in taxonomy.attributes


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("111,Cups,110,1,2,X", "duplicate"),
        ("abc,Cups,110,1,2,X", "bad_id"),
        ("120,,110,1,2,X", "empty"),
        ("120,Cups,999,1,2,X", "unknown_parent"),
        ("120,Cups,120,1,2,X", "unknown_parent"),
        ("120,Cups,110,1,1,X", "level"),
        ("120,Cups,110,yes,2,X", "flag"),
        ("120,Cups,110,1", "columns"),
        ('120,"Cups,110,1,2,X', "quote"),
        ("120,Cu\0ps,110,1,2,X", "encoding"),
        (f"120,{'x' * 256},110,1,2,X", "too_long"),
    ],
)
def test_a_bad_row_costs_itself_alone(row, code):
    taxonomy = read(categories=samples.CATEGORIES + row + "\n113,Bowls,110,1,2,X\n")

    assert reasons(taxonomy) == {6: code}
    assert 113 in taxonomy.categories


def test_children_of_a_refused_category_are_refused_too():
    taxonomy = read(categories=samples.CATEGORIES.replace("110,Kitchen,100,1,1", "110,Kitchen,100,1,7"))

    assert reasons(taxonomy) == {3: "level", 4: "unknown_parent", 5: "unknown_parent"}


def test_links_resolve_to_sound_rows_only_and_once():
    taxonomy = read(links=samples.LINKS + "119,111,1\n119,999,1\n5,111,1\n")

    assert reasons(taxonomy, "links.csv") == {
        5: "duplicate",
        6: "unknown_category",
        7: "unknown_attribute",
    }
    assert len(taxonomy.links) == 3


def test_links_may_come_alone_when_the_rest_is_stored():
    taxonomy = read_taxonomy(
        {"links.csv": samples.LINKS.encode()}, known_categories={111}, known_attributes={119, 46}
    )

    assert set(taxonomy.links) == {(111, 119), (111, 46)}


def test_a_doubled_column_leaves_the_file_out():
    taxonomy = read(links="attribute_id,category_id,category_id\n1,2,3\n")

    assert taxonomy.bad == [
        BadRow("links.csv", 1, "header", "the column category_id stands twice; file left out")
    ]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfe\0"])
def test_what_is_no_taxonomy_is_refused_in_words(content):
    with pytest.raises(TaxonomyUnreadable, match=r"not Jet's taxonomy.*x\.csv"):
        read_taxonomy({"x.csv": content})


def test_the_real_files_are_read_to_the_row():
    taxonomy = read_taxonomy(samples.real_files())

    sizes = [
        len(each) for each in (taxonomy.categories, taxonomy.attributes, taxonomy.values, taxonomy.links)
    ]
    assert sizes == [3575, 177, 5738, 10912]
    assert len(taxonomy.bad) == 39 + (27102 - 5738) + (28935 - 10912)
