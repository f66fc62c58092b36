"""Opens pages of this process's installation as standard input asks, and answers with lines of JSON."""

import gc
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext


def work_on_page(client: Client, url: str) -> float:
    """Open a page and return the seconds that processors worked on it, the database server's too."""
    gc.collect()
    reset_queries()
    started = time.process_time() + server_worked()
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    seconds = time.process_time() + server_worked() - started
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return seconds


def server_worked() -> float:
    """Return the seconds that PostgreSQL's process behind our connection worked so far; SQLite works in ours."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    shown = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not shown.exists():
        raise SystemExit("The database server must run on this machine: its working time is read from /proc.")
    return int(shown.read_text().split()[0]) / 1e9


def open_page(client: Client, url: str) -> float:
    """Open a page and return the seconds that it took."""
    gc.collect()
    reset_queries()
    started = time.perf_counter()
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return seconds


def weigh(client: Client, url: str) -> dict[str, float]:
    """Return the queries and the bytes of a page, and the seconds that it took the first time."""
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers={"accept-encoding": "gzip"})
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return {"queries": len(queries), "bytes": len(answer.content), "seconds": seconds}


def explain(client: Client, url: str) -> dict[str, Any]:
    """Return the database's plan of the query of a page that took longest."""
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    asked = [each for each in queries.captured_queries if each["sql"].startswith("SELECT")]
    slowest = max(asked, key=lambda each: float(each["time"]))
    with connection.cursor() as cursor:
        prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{prefix} {slowest['sql']}")
        plan = [str(row[-1])[:200] for row in cursor.fetchall()]
    return {"plan": [f"{slowest['time']} s: {slowest['sql'][:400]}", *plan]}


def answer_pages(pages: Mapping[str, str], *, filled_in: float) -> None:
    """Answer "open PAGE", "work PAGE", "weigh PAGE" and "explain PAGE" until asked to quit."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)[0])
    print(json.dumps({"seconds": filled_in}), flush=True)
    for line in sys.stdin:
        order, _, name = line.strip().partition(" ")
        if order == "quit":
            return
        if order == "weigh":
            shown: dict[str, Any] = {**weigh(client, pages[name])}
        elif order == "explain":
            shown = explain(client, pages[name])
        else:
            measure = work_on_page if order == "work" else open_page
            shown = {"seconds": measure(client, pages[name])}
        print(json.dumps(shown), flush=True)
