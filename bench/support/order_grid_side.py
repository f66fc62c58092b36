"""One installation of bench/order_grid.py in a process of its own: fills it, then opens pages as asked."""

import os
import sys
import time
from pathlib import Path
from urllib.parse import quote

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

import order_rows  # noqa: E402 - Django is set up first
import page_answers  # noqa: E402
from django.core.management import call_command  # noqa: E402

GRID, FAILED = "/admin/orders/order/", "/admin/orders/failedorder/"
# Each search is tried in each of them.
GRIDS = {
    "orders": f"{GRID}?stage=all&",
    "failed": f"{FAILED}?",
    "returns": "/admin/returns/returnrequest/?",
    "refunds": "/admin/returns/refund/?",
}


def searches(total: int) -> dict[str, str]:
    """Return what a person types, by its name; the order in the middle has all of it."""
    n = total // 2 - total // 2 % 100
    rows = order_rows
    return {
        "number": str(rows.NUMBER_BASE + n),
        "reference": str(rows.REFERENCE_BASE + n),
        "first name": f"first{n % rows.FIRST_NAMES}",
        "last name": f"last{n % rows.LAST_NAMES}",
        "city": f"city{n % rows.CITIES}",
        "ZIP": str(rows.ZIP_BASE + n % rows.ZIP_CODES),
        "phone": f"1 520 {rows.PHONE_BASE + n}",
        "e-mail": f"{rows.HASH}{n % rows.buyers(total) + 1}",
        "tracking": f"1Z{rows.TRACKING_BASE + n}",
        "SKU": f"sku-{n % rows.skus(total)}",
        "product": f"model{n % rows.MODELS}",
        "all have it": "useful",
        "two words": f"last{n % rows.LAST_NAMES} city{n % rows.CITIES}",
        "none has it": "no-such-thing",
    }


def page_urls(total: int) -> dict[str, str]:
    """Return every page that is opened, by its name."""
    middle = total // 2
    return {
        "open": GRID,
        "at risk": f"{GRID}?stage=risk",
        "to answer": f"{GRID}?stage=answer",
        "to ship": f"{GRID}?stage=ship",
        "cancel asked": f"{GRID}?stage=cancel",
        "coming": f"{GRID}?stage=coming",
        "complete": f"{GRID}?stage=complete",
        "given up": f"{GRID}?stage=given_up",
        "all": f"{GRID}?stage=all",
        "last": f"{GRID}?stage=all&from_end=1",
        "within 2 hours": f"{GRID}?deadline=2h",
        "answered late": f"{GRID}?stage=all&deadline=late",
        "order number": f"{GRID}?q={order_rows.NUMBER_BASE + middle}",
        "reference": f"{GRID}?q={order_rows.REFERENCE_BASE + middle}",
        "SKU": f"{GRID}?q=sku-{middle % order_rows.skus(total)}",
        "nothing": f"{GRID}?q=no-such-thing",
        "failed": FAILED,
        **{
            f"{grid}: {name}": f"{page}q={quote(term)}"
            for grid, page in GRIDS.items()
            for name, term in searches(total).items()
        },
    }


def main() -> None:
    """Fill the installation, then answer until asked to quit."""
    total = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    order_rows.fill(total)
    page_answers.answer_pages(page_urls(total), filled_in=time.perf_counter() - started)


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
