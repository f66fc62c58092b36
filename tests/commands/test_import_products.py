"""The command import_products: JSON, exit codes, dry run."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.products.models import Product

pytestmark = pytest.mark.django_db


def run(path, content, *options, capsys):
    path.write_text(content)
    call_command("import_products", str(path), "--json", *options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_summary_names_counts_and_each_bad_row(tmp_path, capsys):
    found = run(tmp_path / "a.csv", 'sku,name,price\nA,"two\nlines",1\nB,b,dear\n', capsys=capsys)

    assert found == {
        "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1,
        "errors": [
            {
                "row": 4, "sku": "B", "column": "price", "code": "not_a_number",
                "message": "'dear' is not a number. Write 1234.50, without currency and commas.",
            }
        ],
        "kind": "Products", "disables": 0, "closes": 0, "zeroes": 0, "notices": [], "readings": [],
    }  # fmt: skip


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    found = run(tmp_path / "a.csv", "sku,name\nA,a\n", "--dry-run", capsys=capsys)

    assert found["created"] == 1
    assert not Product.objects.exists()


def test_a_missing_file_is_wrong_usage():
    with pytest.raises(CommandError) as caught:
        call_command("import_products", "/nowhere/products.csv")

    assert caught.value.returncode == 2


def test_a_file_that_is_no_csv_is_refused_with_its_name(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(CommandError, match=r"book\.xlsx: This is a zip archive, but no Excel workbook"):
        call_command("import_products", str(path))


def test_a_file_of_bad_rows_only_has_failed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sku,price\nA,1\n")

    with pytest.raises(CommandError, match="1 failed"):
        call_command("import_products", str(path))
