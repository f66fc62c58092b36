"""The pages of those who watch never read a long table from end to end: each query goes by an index."""

import pytest
from django.db import connection
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.models import ApiCall, Event
from tests.query_plans import queries, steps

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's plans are read here"),
]

# What grows with the shop and with its age.
LONG = (
    "catalog_product", "catalog_listing", "catalog_listingfacet", "catalog_validationresult", "catalog_problem",
    "catalog_uploadfile", "catalog_uploadfileitem", "orders_order", "orders_orderitem", "orders_failedorder",
    "orders_shipment", "returns_returnrequest", "returns_refund", "core_apicall", "core_jobrun", "core_event",
    "core_notification", "core_bulkrunitem",
)  # fmt: skip
PAGES = (
    "/admin/",
    "/admin/cron/",
    "/admin/cron/catalog.sync_prices/",
    "/admin/cron/catalog.sync_prices/?outcome=failed",
    "/admin/core/apicall/",
    "/admin/core/apicall/?q=MUG-1",
    "/admin/core/apicall/?q=200",
    "/admin/core/apicall/?answer=refused",
    "/admin/core/apicall/?job=catalog.sync_prices",
    "/admin/core/event/",
    "/admin/core/event/?q=r-1",
    "/admin/core/notification/?read=no",
)


def scans(sql: str, params) -> list[str]:
    """
    Return the steps of a query's plan that read a long table without any index.

    What asks for the first rows of a table by its key, and for no others, stops there.
    """
    if " LIMIT " in sql and " WHERE " not in sql:
        return []
    return [
        step
        for step in steps(sql, params)
        if step.startswith("SCAN ") and step.split()[1] in LONG and "USING" not in step
    ]


@pytest.fixture
def more_than_a_page(account, admin_user):
    """Rows for two pages: a single one is read without a limit."""
    now = timezone.now()
    ApiCall.objects.bulk_create(
        ApiCall(account=account, at=now, method="GET", path="/x", status=200, correlation_id="c")
        for _ in range(60)
    )
    Event.objects.bulk_create(history.build("touched", admin_user) for _ in range(60))


@pytest.mark.parametrize("page", PAGES)
def test_no_query_of_the_page_reads_a_long_table_whole(admin_client, more_than_a_page, page):
    asked = queries(admin_client, page)

    assert len(asked) > 3
    assert [(step, sql) for sql, params in asked for step in scans(sql, params)] == []


def test_a_status_looked_up_in_the_log_comes_in_the_order_of_its_index(admin_client, more_than_a_page):
    asked = queries(admin_client, "/admin/core/apicall/?q=200")

    rows = [each for each in asked if " ORDER BY " in each[0] and '"core_apicall"."status" = ' in each[0]]
    assert rows
    assert [step for sql, params in rows for step in steps(sql, params) if "ORDER BY" in step] == []
