"""
One installation of bench/grid.py in a process of its own: fills it, then opens pages as asked and times them.

Reads "open PAGE" or "weigh PAGE" from standard input and answers with a line of JSON; "quit" ends it.
"""

import os
import sys
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

import grid_rows  # noqa: E402 - Django is set up first
import page_answers  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from unfold.admin import ModelAdmin  # noqa: E402

from catalog.products.models import Product  # noqa: E402

OURS, PLAIN = "/admin/catalog/product/", "/admin/catalog/plainproduct/"


class PlainAdmin(ModelAdmin):
    """What Django's documentation teaches, in the same skin."""

    list_display = ("sku", "kind", "name", "price", "quantity", "enabled", "visibility", "updated_at")
    list_filter = ("kind", "enabled")
    search_fields = ("sku", "name")
    list_per_page = 50


class PlainProduct(Product):
    """The same table under a name of its own, so that both pages stand in one panel."""

    class Meta:
        proxy = True
        app_label = "catalog"


def page_urls(total: int) -> dict[str, str]:
    """Return every page that is opened, by its name."""
    middle = 10_000_000 + total // 2
    last = min(total, 10_000_000) // 50
    return {
        "first": OURS,
        "status": f"{OURS}?status=Available+for+Purchase",
        "few of a status": f"{OURS}?status=Archived",
        "stage": f"{OURS}?stage=sold_out",
        "problems": f"{OURS}?problems=blocks",
        "rule": f"{OURS}?problems=EAN.check_digit",
        "refused": f"{OURS}?sending=refused",
        "disabled": f"{OURS}?enabled=no",
        "category": f"{OURS}?category=7",
        "unmapped": f"{OURS}?mapped=no",
        "SKU": f"{OURS}?q=sku-{middle}",
        "start of a SKU": f"{OURS}?q=sku-{str(middle)[:-2]}",
        "last": f"{OURS}?from_end=1",
        "by price": f"{OURS}?o=5",
        "funnel": "/admin/catalog/product/funnel/",
        "identifier": f"{OURS}?q=95{middle}0",
        "words": f"{OURS}?q=useful+number",
        "plain first": PLAIN,
        "plain filtered": f"{PLAIN}?kind__exact=configurable",
        "plain SKU": f"{PLAIN}?q=SKU-{middle}",
        "plain last": f"{PLAIN}?p={last}",
    }


def main() -> None:
    """Fill the installation, then answer until asked to quit."""
    total = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    if not Product.objects.exists():
        grid_rows.fill(total)
    admin.site.register(PlainProduct, PlainAdmin)
    page_answers.answer_pages(page_urls(total), filled_in=time.perf_counter() - started)


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
