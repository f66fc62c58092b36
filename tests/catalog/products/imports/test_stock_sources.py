"""Magento's stock sources and advanced prices: what they change, and what they leave alone."""

import csv
from decimal import Decimal

import pytest

from catalog.products.intake.importer import import_products
from catalog.products.models import Product, SourceQuantity, StockMovement, StockSource
from tests.catalog.products.imports.files import imported, problems, sample
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

HEAD = "source_code,sku,status,quantity\n"
PRICES = "sku,tier_price_website,tier_price_customer_group,tier_price_qty,tier_price,tier_price_value_type\n"


def quantities():
    return dict(Product.objects.values_list("sku", "quantity"))


def test_a_file_of_sources_moves_stock_and_leaves_the_products_status_alone():
    import_products(path=sample("cases", "c14a_msi_products.csv"))
    path = sample("cases", "c14b_msi_stock_sources.csv")
    with path.open(newline="") as source:
        rows = list(csv.DictReader(source))
    expected = {
        sku: sum(int(float(row["quantity"])) for row in rows if row["sku"] == sku and row["status"] == "1")
        for sku in ("DT14-A", "DT14-B")
    }

    report = import_products(path=path)

    assert (report.rows, report.updated, report.failed) == (len(rows), 3, 0)
    assert quantities() == expected == {"DT14-A": 0, "DT14-B": 77}
    assert set(Product.objects.values_list("enabled", flat=True)) == {True}
    assert report.losses == {"disables": 0, "closes": 1, "zeroes": 1}
    assert import_products(path=path).unchanged == len(rows)


def test_a_source_that_a_file_does_not_name_keeps_its_units(tmp_path):
    ProductFactory(sku="A", quantity=1)
    imported(tmp_path, f"{HEAD}east,A,1,5.5\nwest,A,1,7\n")

    report = imported(tmp_path, f"{HEAD}east,A,1,2\n")

    assert (report.updated, quantities()) == (1, {"A": 9})
    assert StockMovement.objects.latest("pk").quantity_change == 9 - 12
    assert SourceQuantity.objects.get(source__code="west").quantity == 7


def test_the_chosen_sources_make_up_the_quantity_and_stay_chosen(tmp_path):
    ProductFactory(sku="A", quantity=0)
    ProductFactory(sku="B", quantity=0)
    content = f"{HEAD}east,A,1,5\nwest,A,1,7\nwest,B,1,3\n"
    imported(tmp_path, content)

    chosen = imported(tmp_path, f"{HEAD}east,A,1,6\n", sources=("east",))
    later = imported(tmp_path, f"{HEAD}west,A,1,9\nnorth,A,1,100\n")

    assert quantities() == {"A": 6, "B": 0}
    assert "1 product beside those in the file" in chosen.notices[0]
    assert chosen.losses["zeroes"] == 1
    assert (later.updated, later.readings[0].choice) == (2, "east")
    assert dict(StockSource.objects.values_list("code", "counted")) == {
        "east": True, "north": False, "west": False,
    }  # fmt: skip


def test_a_preview_of_sources_stores_nothing(tmp_path):
    ProductFactory(sku="A", quantity=4)

    report = imported(tmp_path, f"{HEAD}east,A,1,0\n", dry_run=True)

    assert (report.updated, report.losses["zeroes"], quantities()) == (1, 1, {"A": 4})
    assert not StockSource.objects.exists()


def test_each_record_of_sources_is_counted_once_with_its_reason(tmp_path):
    ProductFactory(sku="A", quantity=4)
    rows = (
        "east,A,1,4",
        "east,a,1,6",
        ",A,1,3",
        "east,A,maybe,1",
        "east,A,1,many",
        "east,,1,1",
        "east,NONE,1,1",
    )
    content = "\n".join([HEAD.strip(), *rows, "east,A"])

    report = imported(tmp_path, content)

    assert report.counts() == {
        "rows": 8, "created": 0, "updated": 1, "unchanged": 0, "skipped": 1, "failed": 6,
    }  # fmt: skip
    assert problems(report) == [
        (2, "sku", "doubled_sku"), (4, "source_code", "source_missing"), (5, "status", "unknown_word"),
        (6, "quantity", "not_a_number"), (7, "sku", "sku_missing"), (8, "sku", "unknown_sku"),
        (9, "", "column_count"),
    ]  # fmt: skip
    assert quantities() == {"A": 6}


def test_of_advanced_prices_only_what_everybody_pays_for_one_unit_counts(tmp_path):
    for sku in ("A", "B", "C"):
        ProductFactory(sku=sku, price="10", special_price=None)
    everybody = "All Websites [USD],ALL GROUPS"

    report = imported(
        tmp_path,
        f"{PRICES}A,{everybody},1.0000,8.5,Fixed\nB,{everybody},1,15,Discount\nA,{everybody},100,5,Fixed\n"
        "A,All Websites [USD],Wholesale,1,4,Fixed\nC,base,ALL GROUPS,1,4,Fixed\n"
        f"C,{everybody},1,12,Fixed\nC,{everybody},1,dear,Fixed\nNONE,{everybody},1,5,Fixed\n",
    )

    prices = dict(Product.objects.order_by("sku").values_list("sku", "special_price"))
    assert prices == {"A": Decimal("8.5"), "B": Decimal("8.5"), "C": None}
    assert report.counts() == {
        "rows": 8, "created": 0, "updated": 2, "unchanged": 0, "skipped": 4, "failed": 2,
    }  # fmt: skip
    assert {code for _, _, code in problems(report)} == {"price_ignored", "not_a_number", "unknown_sku"}
    assert set(Product.objects.values_list("price", flat=True)) == {Decimal(10)}


def test_advanced_prices_twice_change_nothing_the_second_time(tmp_path):
    ProductFactory(sku="A", price="10", special_price=None)
    content = f"{PRICES}A,All Websites [USD],ALL GROUPS,1,8,Fixed\n"

    imported(tmp_path, content)

    assert imported(tmp_path, content).unchanged == 1
