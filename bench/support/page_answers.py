"""Opens pages of this process's installation as it is told on standard input, and answers with lines of JSON."""

import gc
import json
import sys
import time
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext


def open_page(client: Client, url: str) -> float:
    """Open a page and return the seconds that it took."""
    gc.collect()
    reset_queries()
    started = time.perf_counter()
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return seconds


def weigh(client: Client, url: str) -> dict[str, int]:
    """Return the queries and the bytes of a page."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers={"accept-encoding": "gzip"})
    return {"queries": len(queries), "bytes": len(answer.content)}


def answer_pages(pages: Mapping[str, str], *, filled_in: float) -> None:
    """Answer "open PAGE" and "weigh PAGE" until told to quit."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)[0])
    print(json.dumps({"seconds": filled_in}), flush=True)
    for line in sys.stdin:
        order, _, name = line.strip().partition(" ")
        if order == "quit":
            return
        told = weigh(client, pages[name]) if order == "weigh" else {"seconds": open_page(client, pages[name])}
        print(json.dumps(told), flush=True)
