"""Every file that leaves for a spreadsheet: no cell of it is calculated, whatever stands in the database."""

import ast
import csv
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from openpyxl import load_workbook

from catalog.mapping.product_exports import FORMATS, ProductResource
from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.models import ImportFile
from jetbridge.core import spreadsheets
from tests.core.doors import walk, world

ROOT = Path(__file__).parents[3]
ROOMS = ("jetbridge", "catalog", "orders", "returns")
SHEETS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
OPENERS = "=+-@＝＋－＠\t\r\n"
# Who writes tables of another kind: the demo's own data, and files that we read ourselves.
WRITERS = {
    "jetbridge/core/spreadsheets.py",
    "jetbridge/desk/demo/store_csv.py",
    "jetbridge/desk/demo/taxonomy.py",
    "catalog/mapping/taxonomy/zip_files.py",
    "catalog/products/intake/workbooks.py",
}
PAGES = {
    "/admin/catalog/imports/<int:pk>/bad-rows/",
    "/admin/mapping/taxonomy/<int:pk>/skipped.csv",
    "/admin/orders/export/",
    "/admin/orders/parcels/<int:pk>/bad-rows/",
    "/admin/orders/parcels/orders-to-ship.csv",
    "/admin/returns/refund/export.csv",
}


@pytest.fixture
def filled(db, tmp_path):
    """A row of every table, and the file of an import's bad rows as the importer writes it."""
    world.fill()
    kept = tmp_path / "bad.csv"
    with BadRows(kept, ["sku", "name"]) as rows:
        record = Record(2, [world.FORMULA, "＝1+1"], "")
        rows.add(record, [RowProblem(row=2, sku="", column="", code="x", message=world.FORMULA)])
    ImportFile.objects.get(pk=1).bad_rows.save("bad.csv", ContentFile(kept.read_bytes()))


def cells(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer["Content-Type"].startswith("text/csv"):
        return [
            cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row
        ]
    sheet = load_workbook(io.BytesIO(content)).active
    assert not [cell.coordinate for row in sheet.rows for cell in row if cell.data_type == "f"]
    return [str(cell.value or "") for row in sheet.rows for cell in row]


def calculated(answer):
    """Return the cells that a spreadsheet would take for a formula."""
    return [
        cell for cell in cells(answer) if cell.lstrip(" \u200b\ufeff")[:1] and cell.lstrip(" ")[0] in OPENERS
    ]


def test_no_table_that_an_address_gives_holds_a_formula(filled, admin_client):
    given, astray = set(), {}

    with walk.undrawn():
        for route, pattern in walk.routes():
            answer = admin_client.get(walk.address(route, pattern)) if "(?P" not in route else None
            if answer is None or not answer.get("Content-Type", "").startswith(SHEETS):
                continue
            given.add(f"/{route}")
            if found := calculated(answer):
                astray[route] = found

    assert astray == {}
    assert given == PAGES, "an attachment is new, or the world has no row for it any more"


@pytest.mark.parametrize("place", range(len(FORMATS)))
def test_no_export_of_products_holds_a_formula(filled, admin_client, place):
    columns = dict.fromkeys(ProductResource().fields, "on")
    form = {
        "format": str(place),
        "resource": "0",
        **{f"productresource_{name}": on for name, on in columns.items()},
    }

    answer = admin_client.post(reverse("admin:catalog_product_export"), form)

    assert "attachment" in answer["Content-Disposition"]
    if answer["Content-Type"].startswith(SHEETS):
        assert len(cells(answer)) > 2 * 10
        assert calculated(answer) == []


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\n=1",
        "\r=1",
        "\t=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u200b=1",
        " =1",
        "\nx",
    ],
)
def test_what_a_spreadsheet_would_calculate_is_quoted_and_comes_back_as_it_was(text):
    assert spreadsheets.safe_cell(text) == f"'{text}"
    assert spreadsheets.original_cell(f"'{text}") == text


@pytest.mark.parametrize("text", ["", "Mug", "-5", "+1.5", "1,000.00", "a=b", "'t is", "12-13"])
def test_plain_words_and_numbers_stay_as_they_are(text):
    assert spreadsheets.safe_cell(text) == text
    assert spreadsheets.original_cell(text) == text


def _names(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    } | {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_tables_are_written_and_files_are_named_in_one_place():
    files = {
        str(file.relative_to(ROOT)): _names(file) for room in ROOMS for file in (ROOT / room).rglob("*.py")
    }

    assert {name for name, said in files.items() if {"csv.writer", "csv.DictWriter"} & said} == WRITERS
    assert {name for name, said in files.items() if "Content-Disposition" in said} == {
        "jetbridge/panel/attachments.py"
    }
