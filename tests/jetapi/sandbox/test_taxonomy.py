"""The category tree: the small one, a folder of CSV files, and Jet's real ones."""

import csv
import os
from pathlib import Path

import pytest

from jetapi.sandbox import Sandbox, taxonomy
from tests.jetapi.sandbox.conftest import MUG, Merchant

SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES") or Path(__file__).parents[4] / "shared" / "data")
FILES = {
    "Jet_Taxonomy": """id,Name,Parent_id,active,Level,JetTaxCode
10,Caf\xe9,0,1,0,Generic Taxable Product
11,Cups,10,1,1,Paper Products
3.79164E+14,Broken,10,1,1,x
11,Cups again,10,1,1,x
12,,10,1,1,x
""",
    "Jet_Taxonomy_attribute": """id,description,display_name,free_text,variant
119,Color,Color,0,1
60,Volume,Volume,2,0
1.41513E+14,Lost,Lost,1,0
""",
    "Jet_Taxonomy_attribute_value": """ID,attribute_id,value,units,retired
1,119,Red,NULL,0
2,119,Red,NULL,0
3,119,"Blue, dark",NULL,0
4,60,1,ml,0
5,1.41513E+14,x,NULL,0
""",
    "Jet_Taxonomy_mapping": """attribute_id,category_id,active
119,11,1
119,11,1
60,11,1
7,11,1
119,99,1
""",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        encoding = "cp1252" if name == "Jet_Taxonomy" else "utf-8"
        (tmp_path / f"{name}.csv").write_bytes(text.encode(encoding))
    return tmp_path


@pytest.fixture
def reader(folder):
    box = Sandbox(taxonomy=folder)
    with box.serve() as url, (merchant := Merchant(url)).session:
        merchant.box = box
        yield merchant
    box.close()


def test_sound_rows_are_read_and_dirty_ones_counted(folder):
    tree = taxonomy.read(folder)

    assert set(tree.nodes) == {10, 11}
    assert set(tree.attributes) == {119, 60}
    assert list(tree.attributes[119].values) == ["Red", "Blue, dark"]
    assert list(tree.links[11]) == [119, 60]
    assert tree.skipped == 7


def test_a_node_has_its_path_leaf_first(reader):
    assert reader.get("/taxonomy/links/v1?limit=1&offset=1") == {"node_urls": ["/taxonomy/nodes/11"]}
    node = reader.get("/taxonomy/nodes/11")
    assert node["jet_node_path"] == "Cups/Caf\xe9"
    assert (node["parent_id"], node["jet_level"], node["suggested_tax_code"]) == (10, 1, "Paper Products")


def test_attributes_tell_values_and_units(reader):
    color, volume = reader.get("/taxonomy/nodes/11/attributes")["attributes"]

    assert (color["attribute_id"], color["free_text"], color["variant"]) == (119, False, True)
    assert color["values"] == ["Red", "Blue, dark"]
    assert (volume["free_text"], volume["units"]) == (True, ["ml"])


def test_a_node_without_attributes_and_an_unknown_one_are_404(reader):
    for path in ("/taxonomy/nodes/10/attributes", "/taxonomy/nodes/12", "/taxonomy/nodes/x"):
        assert reader.call("GET", path).status_code == 404


def test_a_category_that_is_not_in_the_tree_holds_the_listing_back(reader):
    reader.list_mug("A", jet_browse_node_id=11)
    reader.list_mug("B", jet_browse_node_id=404891793019313)
    reader.box.review()

    assert reader.get("/merchant-skus/A")["status"] == "Available for Purchase"
    assert reader.get("/merchant-skus/B")["sub_status"] == ["Invalid category"]


def test_the_small_tree_is_there_without_a_folder(merchant):
    urls = merchant.get("/taxonomy/links/1.03")["node_urls"]

    assert "/taxonomy/nodes/4000188" in urls
    assert merchant.get("/taxonomy/nodes/4000188")["jet_node_path"] == "Mugs & Cups/Tableware/Home & Kitchen"
    assert merchant.put("/merchant-skus/M", {**MUG, "jet_browse_node_id": 1}).status_code == 201


def test_a_missing_file_is_said_at_the_start(tmp_path):
    with pytest.raises(FileNotFoundError, match="Jet_Taxonomy"):
        Sandbox(taxonomy=tmp_path)


@pytest.mark.skipif(not (SAMPLES / "jet_taxonomy").is_dir(), reason="Jet's real taxonomy files are not here")
def test_the_real_files_are_read_as_far_as_they_are_sound():
    tree = taxonomy.read(SAMPLES / "jet_taxonomy")

    assert (len(tree.nodes), len(tree.attributes)) == (3575, 177)
    assert sum(len(each.values) for each in tree.attributes.values()) == 5738
    assert sum(map(len, tree.links.values())) == 10912

    # The same counted by rows alone: an id that a spreadsheet shortened is none.
    nodes, attributes, values, links = (rows_of(SAMPLES / "jet_taxonomy" / f"{name}.csv") for name in FILES)
    sound = {row["id"] for row in attributes if row["id"].isdigit()}
    known = {row["id"] for row in nodes}
    assert (len(known), len(sound)) == (len(tree.nodes), len(tree.attributes))
    assert (
        len({(row["attribute_id"], row["value"]) for row in values if row["attribute_id"] in sound}) == 5738
    )
    pairs = {(row["attribute_id"], row["category_id"]) for row in links}
    assert sum(attribute in sound and node in known for attribute, node in pairs) == 10912


def rows_of(path):
    encoding = "cp1252" if path.stem == "Jet_Taxonomy" else "utf-8"
    with path.open(newline="", encoding=encoding) as source:
        return list(csv.DictReader(source))
