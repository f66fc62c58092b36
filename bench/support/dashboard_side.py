"""One installation of bench/dashboard.py in a process of its own: fills it, opens the dashboard when asked."""

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
import log_rows  # noqa: E402
import order_rows  # noqa: E402
import page_answers  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

# A shop of any age took so many orders in the last thirty days; the others are older.
RECENT, DAYS = 3_000, 30
AGED = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ({minutes}) || ' minutes')",
    "postgresql": "now() - ({minutes}) * interval '1 minute'",
}


def age_orders(total: int) -> None:
    """Spread the orders over time, the newest last."""
    minutes = f"({total} - id) * {DAYS * 24 * 60} / {RECENT}"
    moment = AGED[connection.vendor].format(minutes=minutes)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE orders_order SET placed_at = {moment}")
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def main() -> None:
    """Fill the installation, then answer until asked to quit."""
    total = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    grid_rows.fill(total)
    order_rows.fill(total)
    log_rows.fill(1, total)
    age_orders(total)
    page_answers.answer_pages({"dashboard": "/admin/"}, filled_in=time.perf_counter() - started)


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
