"""Log lines: JSON on demand, with ids; never a secret, a token or a buyer."""

import errno
import io
import json
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import OperationalError

from jetapi.errors import JetError
from jetbridge import settings as panel
from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from jetbridge.core.logs import LineFormatter
from jetbridge.jobs.runs import job_run
from orders.services import imports

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, down to debugging, as the JSON that a deployment writes."""
    formatter = panel.LOGGING["formatters"]["json"]
    stream = io.StringIO()
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": panel.LOGGING["filters"],
        "formatters": {"json": dict(formatter)},
        "handlers": {
            "all": {
                "class": "logging.StreamHandler",
                "stream": stream,
                "formatter": "json",
                "filters": panel.LOGGING["handlers"]["console"]["filters"],
            }
        },
        "root": {"handlers": ["all"], "level": "DEBUG"},
    }
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(config)
    yield stream
    root.handlers, root.level = before, level


def parsed(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_the_request_the_job_and_its_run(lines):
    with acting(job="orders.import_ready_orders", job_run_id=12, request_id="r-1"):
        logging.getLogger("somewhere").info("done")

    line = parsed(lines)[-1]
    assert line["message"] == "done"
    assert (line["request_id"], line["job"], line["job_run"]) == ("r-1", "orders.import_ready_orders", 12)
    assert {"at", "level", "logger", "call_id"} <= set(line)


def test_a_call_without_an_answer_is_warned_of_with_its_own_id_and_that_of_the_deed(lines, account, sandbox):
    sandbox.add_fault(path="/orders/", kind="status", status=503)

    with acting(request_id="r-2"), open_client(account) as jet, pytest.raises(JetError):
        jet.orders.list("ready")

    warned = [
        line
        for line in parsed(lines)
        if line["level"] == "WARNING" and line["logger"] == "jetbridge.core.call_log"
    ]
    assert warned
    assert all(line["request_id"] == "r-2" and line["call_id"] for line in warned)


def test_importing_an_order_writes_neither_secrets_nor_the_buyer_into_the_log(lines, account, sandbox):
    order_id = sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])[0]
    document = sandbox.held("orders", order_id)
    buyer = document["buyer"]["name"]
    street = document["shipping_to"]["address"]["address1"]

    with job_run("orders.import_ready_orders") as run, open_client(account) as jet:
        run.add(imports.import_ready_orders(client=jet, account=account, ids=[order_id]))

    written = lines.getvalue()
    account.refresh_from_db()
    assert "orders.import_ready_orders" in written
    for secret in (account.api_secret, settings.SECRET_KEY, buyer, street):
        assert secret
        assert secret not in written


@pytest.mark.parametrize(
    "error", [OperationalError("database or disk is full"), OSError(errno.ENOSPC, "No space left")]
)
def test_an_outage_is_one_line_without_a_traceback(lines, error):
    try:
        raise error
    except Exception:
        logging.getLogger("celery.app.trace").exception("Task %s raised", "x")

    (line,) = [each for each in parsed(lines) if each["logger"] == "celery.app.trace"]
    assert line["message"] == "Task x raised The disk is full. Free some space."
    assert "exc_info" not in line


def test_an_error_of_ours_keeps_its_traceback(lines):
    try:
        raise ValueError("ours")
    except ValueError:
        logging.getLogger("x").exception("Failed")

    (line,) = [each for each in parsed(lines) if each["logger"] == "x"]
    assert "ValueError: ours" in line["exc_info"]


def test_what_stands_in_a_name_begins_no_line_of_its_own():
    found = {**panel.LOGGING["formatters"]["plain"]}
    made = LineFormatter(found["format"])
    forged = "A\n2026-12-01 00:00:00,000 INFO x: all is well\r\x1b[2K\u2028\x85B"
    try:
        raise ValueError(forged)
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, __file__, 1, "No product %s", (forged,), sys.exc_info()
        )

    first, *rest = made.format(record).splitlines()

    assert "No product A\\n2026-12-01" in first
    assert all(line.startswith("  ") for line in rest)
    assert "ValueError: A" in "".join(rest)
