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
    "additional_attributes", "base_image", "additional_images", "configurable_variations",
)  # fmt: skip
SIGNS = "abcXYZ059 ,;|\"'=/%<>&-.:é–日"


def texts(signs=SIGNS, longest=20):
    return st.text(st.sampled_from(signs), min_size=1, max_size=longest).map(str.strip).filter(bool)


names_ = texts(SIGNS.replace('"', "")).filter(lambda text: ROOT not in text)
paths = st.lists(names_, min_size=1, max_size=3)
pictures = st.lists(texts("abc, _-%").map(lambda text: f"/m/{text}.jpg"), max_size=3, unique=True)
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
    view: str = ""
    is_broken: bool = False
    sku: str = field(default="", init=False)


products = st.builds(
    Written, texts(), texts(SIGNS + "\n"), st.integers(1, 10**7), st.integers(1, 9999), st.lists(paths, max_size=3),
    attributes, pictures, st.one_of(st.just(""), texts()), st.sampled_from([False, False, False, True]),
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


ways = st.builds(
    Way, st.sampled_from(",;\t|"), st.sampled_from([",", "|||", ";"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]), st.sampled_from([0, 0, 2, 64]), st.booleans(),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["", "", ",,"]),
)  # fmt: skip


def attribute_cell(product, way):
    def quoted(value):
        return '"' + value.replace('"', '""') + '"'

    def written(value):
        return "|".join(map(quoted, value)) if isinstance(value, list) else quoted(value)

    return way.separator.join(f"{code}={written(value)}" for code, value in product.attributes.items())


def cells(product, way):
    paths_ = ["/".join([ROOT, *(name.replace("/", "\\/") for name in each)]) for each in product.paths]
    return [
        product.sku, "", "simple", product.name, product.description, f"{product.cents / 100:.2f}",
        f"{product.units}.0000", way.separator.join(paths_), attribute_cell(product, way), *product.pictures[:1],
        *([""] if not product.pictures else []), way.separator.join(product.pictures[1:]), "",
    ]  # fmt: skip


def written(catalogue, way):
    """Return the file, and how many records stand in it."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=way.delimiter, lineterminator=way.ending, quoting=way.quotes)
    if way.says_delimiter:
        target.write(f"sep={way.delimiter}{way.ending}")
    writer.writerow(COLUMNS)
    count = 1
    for product in catalogue:
        count += 1
        if product.is_broken:
            target.write(way.delimiter.join([product.sku, "", "simple", '"5" wide"', *[""] * 8]) + way.ending)
            continue
        line = io.StringIO()
        csv.writer(line, delimiter=way.delimiter, lineterminator="\r\n", quoting=way.quotes).writerow(
            cells(product, way)
        )
        target.write(
            line.getvalue().removesuffix("\r\n") + way.trailing.replace(",", way.delimiter) + way.ending
        )
        if product.view:
            count += 1
            writer.writerow([product.sku, "de", "", product.view, *[""] * 8])
    variations = "|".join(f"sku={each.sku}{way.separator}axis=v{each.sku}" for each in catalogue)
    writer.writerow(["PARENT", "", "configurable", "Parent", "", "", "", "", "", "", "", variations])
    content = target.getvalue()
    try:
        raw = content.encode(way.encoding)
    except UnicodeEncodeError:
        raw = content.encode("utf-8")
    return b"\0" * way.nuls + raw, count


def expected(product):
    return {
        "name": product.name, "price": product.cents, "quantity": product.units,
        "description": product.description.replace("\r\n", "\n"),
        "categories": {"/".join([ROOT, *(name.replace("/", "\\/") for name in each)]) for each in product.paths},
        "attributes": product.attributes, "images": product.pictures, "view": product.view,
    }  # fmt: skip


def stored(product):
    text = ProductText.objects.filter(product=product).first()
    return {
        "name": product.name, "price": int(product.price * 100), "quantity": product.quantity,
        "description": product.description.replace("\r\n", "\n"),
        "categories": {each.full_path for each in product.categories.all()}, "attributes": product.attributes,
        "images": [each.path for each in product.images.all()], "view": text.name if text else "",
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
    failed = {each.sku for each in report.errors}
    assert failed >= {each.sku for each in catalogue if each.is_broken}
    for product in catalogue:
        if product.sku in failed:
            continue
        found = stored(Product.objects.get(sku=product.sku))
        if found != expected(product):
            # Only of an encoding that nothing names may more be said than that it was a guess.
            assert "not in UTF-8" in "".join(report.notices), (found, expected(product))
    sound = [each.sku for each in catalogue if each.sku not in failed]
    assert list(Variation.objects.exclude(child=None).values_list("child_sku", flat=True)) == sound
