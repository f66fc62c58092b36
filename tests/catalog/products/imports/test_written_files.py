"""
A machine writes Magento's files from a catalogue that it knows, in every way in which exports write and break them.

What comes out is what went in, or the difference stands in the list of errors; no record vanishes.
"""

import csv
import io
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.models import Attribute, Product, ProductText, Variation

ROOT = "Default Category"
COLUMNS = (
    "sku", "store_view_code", "product_type", "name", "description", "price", "qty", "categories",
    "additional_attributes", "base_image", "base_image_label", "additional_images", "additional_image_labels",
    "hide_from_product_page", "configurable_variations", "configurable_variation_labels",
)  # fmt: skip
# What a spreadsheet makes of a SKU of digits.
SHORTENED = "1.23457E+11"
REMARKS = {"doubled_sku"}
SIGNS = "abcXYZ059 ,;|\"'=/%<>&-.:é–日"


def texts(signs=SIGNS, longest=20):
    return st.text(st.sampled_from(signs), min_size=1, max_size=longest).map(str.strip).filter(bool)


names_ = texts(SIGNS.replace('"', "")).filter(lambda text: ROOT not in text)
paths = st.lists(names_, min_size=1, max_size=3)


def pictures_in(*places):
    names = texts("abc, _-%;")
    return st.lists(
        st.builds("{}{}.jpg".format, st.sampled_from(places), names),
        max_size=3,
        unique_by=lambda path: path.removeprefix("/"),
    )


# Behind an address a path without a slash begins only where it holds no separator.
pictures = st.one_of(pictures_in("/m/", "m/"), pictures_in("/m/", "https://cdn.example/w_1,h_2/"))
labels = st.lists(st.one_of(st.just(""), texts()), min_size=3, max_size=3)
attributes = st.dictionaries(
    st.sampled_from(["color", "note", "care", "size"]),
    st.one_of(texts(), st.lists(texts(longest=8), min_size=2, max_size=3, unique=True)),
)


@dataclass
class Written:
    """One product of the catalogue."""

    name: str
    description: str
    cents: int
    units: int
    paths: list[list[str]]
    attributes: dict[str, str | list[str]]
    pictures: list[str]
    labels: list[str]
    hidden: list[bool]
    axis: str
    view: str = ""
    # What befell its record.
    damage: str = ""
    sku: str = field(default="", init=False)


products = st.builds(
    Written, texts(), texts(SIGNS + "\n"), st.integers(1, 10**7), st.integers(1, 9999), st.lists(paths, max_size=3),
    attributes, pictures, labels, st.lists(st.booleans(), min_size=3, max_size=3), texts(),
    st.one_of(st.just(""), texts()), st.sampled_from(["", "", "", "", "quote", "cells", "spreadsheet"]),
)  # fmt: skip


@dataclass
class Way:
    """How a file is written."""

    delimiter: str
    separator: str
    encoding: str
    ending: str
    nuls: int
    says_delimiter: bool
    quotes: int
    trailing: str
    decimal: str
    views_first: bool


ways = st.builds(
    Way, st.sampled_from(",;\t|"), st.sampled_from([",", "|||", ";", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]), st.sampled_from([0, 0, 2, 64]), st.booleans(),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["", "", ",,"]),
    st.sampled_from(".,"), st.booleans(),
)  # fmt: skip


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


def attribute_cell(product, way):
    def written(value):
        return "|".join(map(quoted, value)) if isinstance(value, list) else quoted(value)

    return way.separator.join(f"{code}={written(value)}" for code, value in product.attributes.items())


def full_paths(product):
    return ["/".join([ROOT, *(name.replace("/", "\\/") for name in each)]) for each in product.paths]


def path_cell(path, way):
    """Before a separator like it, nothing but quotes shows whether a name's last sign belongs to the name."""
    return quoted(path) if path[-1] in way.separator else path


def gallery(product):
    return list(zip(product.pictures, product.labels, product.hidden, strict=False))


def record(**cells):
    return [cells.get(name, "") for name in COLUMNS]


def own_record(product, way):
    join, (base, *others) = way.separator.join, gallery(product) or [("", "", False)]
    return record(
        sku=SHORTENED if product.damage == "spreadsheet" else product.sku, product_type="simple",
        name=product.name, description=product.description,
        price=f"{product.cents / 100:.2f}".replace(".", way.decimal), qty=f"{product.units}{way.decimal}0000",
        categories=join(path_cell(path, way) for path in full_paths(product)),
        additional_attributes=attribute_cell(product, way),
        base_image=base[0], base_image_label=base[1], additional_images=join(path for path, _, _ in others),
        # A label that holds the separator stands in quotes; who writes none of them writes no cell.
        additional_image_labels=join(label and quoted(label) for _, label, _ in others),
        hide_from_product_page=join(quoted(path) for path, _, hidden in gallery(product) if hidden),
    )  # fmt: skip


def parent_record(catalogue, way):
    variations = (f"sku={each.sku}{way.separator}axis={quoted(each.axis)}" for each in catalogue)
    return record(
        sku="PARENT", product_type="configurable", name="Parent", configurable_variations="|".join(variations),
        configurable_variation_labels='axis="Axis, as ""we"" say|it"',
    )  # fmt: skip


def line_of(cells, way):
    # What ends lines decides which texts are quoted.
    line = io.StringIO()
    csv.writer(line, delimiter=way.delimiter, lineterminator="\r\n", quoting=way.quotes).writerow(cells)
    return line.getvalue().removesuffix("\r\n")


def lines_of(product, way):
    """Give the lines of a product: what damage left of its record, and that of its store view."""
    own = line_of(own_record(product, way), way) + way.trailing.replace(",", way.delimiter)
    if product.damage == "quote":
        own = way.delimiter.join([product.sku, "", "simple", '"5" wide"', *[""] * (len(COLUMNS) - 4)])
    elif product.damage == "cells":
        own = line_of(own_record(product, way)[:-2], way)
    view = [line_of(record(sku=product.sku, store_view_code="de", name=product.view), way)]
    if product.damage or not product.view:
        return [own]
    return [*view, own] if way.views_first else [own, *view]


def written(catalogue, way):
    """Return the file, and how many records stand in it."""
    says = [f"sep={way.delimiter}"] if way.says_delimiter else []
    records = [line for product in catalogue for line in lines_of(product, way)]
    records.append(line_of(parent_record(catalogue, way), way))
    content = "".join(line + way.ending for line in (*says, line_of(COLUMNS, way), *records))
    try:
        raw = content.encode(way.encoding)
    except UnicodeEncodeError:
        raw = content.encode("utf-8")
    return b"\0" * way.nuls + raw, len(records)


def expected(product):
    return {
        "name": product.name, "price": product.cents, "quantity": product.units,
        "description": product.description.replace("\r\n", "\n"),
        "categories": {*full_paths(product)}, "attributes": product.attributes, "images": gallery(product),
        "view": product.view,
    }  # fmt: skip


def stored(product):
    text = ProductText.objects.filter(product=product).first()
    return {
        "name": product.name, "price": int(product.price * 100), "quantity": product.quantity,
        "description": product.description.replace("\r\n", "\n"),
        "categories": {each.full_path for each in product.categories.all()}, "attributes": product.attributes,
        "images": [(each.path, each.label, each.hidden) for each in product.images.all()],
        "view": text.name if text else "",
    }  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(catalogue=st.lists(products, min_size=1, max_size=5), way=ways)
def test_what_comes_out_is_what_went_in_or_stands_among_the_errors(tmp_path, catalogue, way):
    # How an attribute was first read decides how it is read again.
    assert not Attribute.objects.exists()
    for number, product in enumerate(catalogue):
        product.sku = f"S{number}"
    content, count = written(catalogue, way)
    path = tmp_path / "products.csv"
    path.write_bytes(content)

    report = import_products(path=path, options=ImportOptions(separator=way.separator))

    counts = report.counts()
    assert counts.pop("rows") == sum(counts.values()) == count
    refused = {each.sku for each in report.errors if each.code not in REMARKS}
    # What became of a SKU in a spreadsheet nobody knows: the refused one is named.
    failed = {each.sku for each in catalogue if each.damage or each.sku in refused}
    assert refused >= {
        SHORTENED if each.damage == "spreadsheet" else each.sku for each in catalogue if each.damage
    }
    for product in catalogue:
        if product.sku in failed:
            continue
        found = stored(Product.objects.get(sku=product.sku))
        if found != expected(product):
            # Only of an encoding that nothing names may more be said than that it was a guess.
            assert "not in UTF-8" in "".join(report.notices), [
                (k, found[k], v) for k, v in expected(product).items() if found[k] != v
            ]
    sound = [each.sku for each in catalogue if each.sku not in failed]
    assert list(Variation.objects.exclude(child=None).values_list("child_sku", flat=True)) == sound
    if "not in UTF-8" not in "".join(report.notices):
        axis = Attribute.objects.get(code="axis")
        assert {each.value for each in axis.options.all()} == {each.axis for each in catalogue}
        assert (axis.label, axis.kind) == ('Axis, as "we" say|it', "select")
