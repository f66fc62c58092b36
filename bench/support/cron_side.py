"""One installation of bench/cron.py in a process of its own: fills its logs, opens the pages that it is asked for."""

import os
import sys
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

import log_rows  # noqa: E402 - Django is set up first
import page_answers  # noqa: E402
from django.core.management import call_command  # noqa: E402

JOB = "catalog.sync_prices"
PAGES = {
    "cron status": "/admin/cron/",
    "job": f"/admin/cron/{JOB}/",
    "job, achieved": f"/admin/cron/{JOB}/?outcome=achieved",
    "calls": "/admin/core/apicall/",
    "calls, refused": "/admin/core/apicall/?answer=refused",
    "calls of a job": f"/admin/core/apicall/?job={JOB}",
    "calls of a SKU": "/admin/core/apicall/?q=SKU-47",
    "last calls": "/admin/core/apicall/?from_end=1",
    "history": "/admin/core/event/",
    "one request": "/admin/core/event/?q=r-77",
}


def main() -> None:
    """Fill the installation, then answer until asked to quit."""
    total = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    log_rows.fill(1, total)
    pages = PAGES | {"run": f"/admin/cron/runs/{total // 2}/"}
    page_answers.answer_pages(pages, filled_in=time.perf_counter() - started)


if __name__ == "__main__":
    main()
