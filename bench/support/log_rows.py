"""Fills an installation's logs with runs, calls and events as months of work leave them: one INSERT a table."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from jetbridge.core import configuration
from jetbridge.core.models import ApiCall, Event, JobRun
from jetbridge.jobs.registry import JOBS

NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) ",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series({first}, {last})) ",
}
# The newest row is a minute old; each older one some seconds more.
MOMENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (60 + ({total} - n) * 4) || ' seconds')",
    "postgresql": "now() - (60 + ({total} - n) * 4) * interval '1 second'",
}


def fill(first: int, last: int) -> None:
    """Write rows number first to last of each log."""
    account = configuration.active_account()
    moment = MOMENT[connection.vendor].format(total=last)
    names = list(JOBS)
    job = "CASE n % {} {} END".format(
        len(names), " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(names))
    )
    outcome = (
        "CASE WHEN n % 401 = 0 THEN 'failed' WHEN n % 97 = 0 THEN 'partial' WHEN n % 3 = 0 THEN 'achieved' "
        "ELSE 'nothing' END"
    )
    with transaction.atomic():
        _insert(
            JobRun, first, last, id="n", job=job, outcome=outcome, started_at=moment, finished_at=moment,
            heartbeat_at=moment, message="'Nothing was waiting.'", done="n % 7", trigger="'beat'",
        )  # fmt: skip
        _insert(
            ApiCall, first, last, id="n", account_id=str(account.pk), at=moment,
            method="CASE WHEN n % 2 = 0 THEN 'GET' ELSE 'PUT' END",
            path="'/merchant-skus/SKU-' || CAST(n % 151 AS text) || '/price'",
            status="CASE WHEN n % 311 = 0 THEN 503 WHEN n % 61 = 0 THEN 400 ELSE 200 END",
            duration_ms="n % 700", correlation_id="'c-' || CAST(n AS text)", purpose=job,
            reference="'SKU-' || CAST(n % 151 AS text)", request_id="'r-' || CAST(n / 40 AS text)", job_run_id="n",
            request_body="'{\"price\": 9.99}'",
        )  # fmt: skip
        _insert(
            Event, first, last, id="n", at=moment, action="'changed'", kind="'catalog.product'",
            object_id="CAST(n % 151 AS text)", label="'SKU-' || CAST(n % 151 AS text)", job=job,
            message="'The price was sent.'", request_id="'r-' || CAST(n / 40 AS text)",
        )  # fmt: skip
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself some minutes after such a load.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _insert(model: type[Model], first: int, last: int, **columns: str) -> None:
    """Every column that is not named takes its field's default, as the model would give it."""
    values = {
        field.column: _default(field)
        for field in model._meta.concrete_fields
        if not field.null and field.column not in columns
    } | columns
    numbers = NUMBERS[connection.vendor].format(first=first, last=last)
    names = ", ".join(f'"{name}"' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) {numbers}'
            f"SELECT {', '.join(values.values())} FROM numbers"
        )


def _default(field: Any) -> str:
    value = field.get_default() if field.has_default() else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if value in ([], {}):
        return "'[]'" if value == [] else "'{}'"
    return f"'{value}'"
