"""Lists page by page: each row once though rows come and change meanwhile; what changed since is never missed."""

import re
from collections import Counter
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Listing
from catalog.products.models import Product
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from orders.models import Order
from returns.models import ReturnRequest
from tests.api.programs import program_of, somebody
from tests.core.doors import world
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


def walk(program, address, key, between=lambda: None):
    """Return what all pages of a list hold, with something happening between each two."""
    found, cursor, sep = [], "", "&" if "?" in address else "?"
    for _ in range(50):
        page = program.get(f"{address}{sep}limit=2{cursor and '&cursor=' + cursor}").json()
        found += [row[key] for row in page["items"]]
        if page["next"] is None:
            return found
        cursor = page["next"]
        between()
    raise AssertionError("the list has no end")


def test_each_row_comes_once_though_rows_come_and_go_meanwhile(warehouse):
    skus = [ProductFactory(sku=f"P-{n}").sku for n in range(7)]
    fresh = iter(range(100))

    def between():
        ProductFactory(sku=f"NEW-{next(fresh)}")
        Product.objects.filter(sku="P-0").update(name="Changed")
        Product.objects.filter(sku="P-5").delete()

    found = walk(warehouse, "products", "sku", between)

    assert found == [sku for sku in reversed(skus) if sku != "P-5" or sku in found]
    assert len(found) == len(set(found))


def test_what_changes_while_it_is_followed_comes_again_and_nothing_is_left_out(warehouse, three):
    start = timezone.now() - timedelta(days=1)
    for at, each in enumerate(three):
        Order.objects.filter(pk=each.pk).update(updated_at=start + timedelta(hours=at))
    changed = iter([three[0].pk, None, None])

    def between():
        if key := next(changed):
            Order.objects.filter(pk=key).update(has_cancel_request=True)

    since = quote(start.isoformat())
    found = walk(warehouse, f"orders?changed_since={since}", "number", between)

    numbers = [each.number for each in three]
    assert found == [*numbers, numbers[0]]


def test_whatever_is_written_of_an_order_dates_it(warehouse, acknowledged, send_shipments):
    def moved():
        before = Order.objects.get().updated_at
        return lambda: Order.objects.get().updated_at > before

    check = moved()
    Order.objects.filter(pk=acknowledged.pk).update(has_cancel_request=False)
    assert check()
    check, row = moved(), Order.objects.get()
    row.save(update_fields=["has_cancel_request"])
    assert check()
    check = moved()
    body = {"tracking": "1Z", "carrier": "UPS", "items": [{"sku": "MUG-1", "quantity": 1}]}
    warehouse.post(f"orders/{row.number}/ship", body)
    assert check()
    check = moved()
    send_shipments()
    assert check()


def test_what_jet_says_of_a_listing_dates_it_and_a_look_does_not(warehouse, account, mug):
    row = ListingFactory(product=mug, first_sent_at=timezone.now(), status=Listing.Status.AVAILABLE)

    def changed(since):
        address = f"listings?changed_since={quote(since.isoformat())}"
        return [each["sku"] for each in warehouse.get(address).json()["items"]]

    since = timezone.now()
    Listing.objects.filter(pk=row.pk).update(status_at=since, status_due_at=None)
    Listing.objects.filter(pk=row.pk).update(compared_at=since)
    assert changed(since) == []
    row.refresh_from_db()
    row.status = Listing.Status.ARCHIVED
    Listing.objects.bulk_update([row], ["status", "status_at"])
    assert changed(since) == ["MUG-1"]

    Listing.objects.filter(pk=row.pk).update(status=Listing.Status.AVAILABLE)
    since = timezone.now()
    updates.queue_updates([row], [Facet.PRICE])
    with pytest.raises(CommandError, match="Jet does not know it"):
        call_command("run_job", "catalog.sync_prices")
    assert changed(since) == ["MUG-1"]


def test_a_listing_is_dated_with_its_parts_by_whatever_queues_them(warehouse, account, mug):
    row = ListingFactory(product=mug, first_sent_at=timezone.now(), status=Listing.Status.AVAILABLE)
    steps = {
        "queued": lambda: updates.queue_updates([row], [Facet.PRICE]),
        "an order holds units": lambda: stock.reserve(
            document="order 1", lines=[StockLine("1", mug.pk, mug.sku, 1)]
        ),
        "edited": lambda: updates.product_changed([mug.pk], [Facet.PRICE]),
    }
    dated = {}
    for name, step in steps.items():
        before = Listing.objects.get().updated_at
        step()
        dated[name] = Listing.objects.get().updated_at > before

    assert dated == dict.fromkeys(steps, True)


def test_a_parameter_that_an_address_does_not_know_is_refused_by_name(warehouse):
    for address in (
        "jobs?changed_since=2026-01-01T00:00:00Z",
        "me?x=1",
        "orders?sku=A",
        "webhooks?limit=1&page=2",
    ):
        answer = warehouse.get(address)
        assert answer.status_code in (403, 422), address
    assert warehouse.get("jobs?changed=1").json()["errors"][0]["field"] == "changed"
    assert warehouse.get("listings?status=Archived&limit=5").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=501", "limit=x", "cursor=x", "cursor=%00", "cursor=W10", "cursor=" + "A" * 500,
        "changed_since=yesterday", "changed_since=2026-03-01T12:00:00", "changed_since=0001-01-01T00:00:00%2B14:00",
        "changed_since=9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["orders", "products", "listings", "returns", "refunds", "notifications"])
def test_a_question_without_sense_is_refused(warehouse, address, query):
    answer = warehouse.get(f"{address}?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"] or "%00" in query


def test_a_cursor_of_another_list_is_refused(warehouse):
    for n in range(3):
        ProductFactory(sku=f"P-{n}")
    cursor = warehouse.get("products?limit=1").json()["next"]

    for address in (
        f"orders?cursor={cursor}",
        f"products?cursor={cursor}&changed_since=2026-01-01T00:00:00Z",
    ):
        answer = warehouse.get(address)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_page_asks_a_fixed_number_of_questions(warehouse, three, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        assert len(warehouse.get("orders").json()["items"]) == 3


def test_jobs_are_paged_by_name(warehouse):
    names = walk(warehouse, "jobs", "name")

    assert names == sorted(set(names))
    assert "orders.import_ready_orders" in names


# Of each list whose rows have addresses of their own, the column that stands in these.
NAMED = {"orders": "jet_id", "products": "sku", "listings": "sku", "returns": "id", "mass-actions": "id"}


def without_brackets(question):
    """What a question asks inside brackets reads no row of its own."""
    bare, found = re.subn(r"\([^()]*\)", "", question)
    return without_brackets(bare) if found else bare


def test_each_address_of_one_row_reads_it_once():
    world.fill()
    for model, column in ((Order, "jet_id"), (Product, "sku"), (Listing, "sku"), (ReturnRequest, "jet_id")):
        model.objects.update(**{column: "A-1"})
    owner = program_of(somebody("otto", "owner"))
    paths = owner.get("openapi.json").json()["paths"]
    own = {
        path for path, how in paths.items() if re.fullmatch(r"/api/v1/[\w-]+/{\w+}", path) and "get" in how
    }
    twice = {}
    for name, column in NAMED.items():
        key = 1 if name == "mass-actions" else owner.get(name).json()["items"][0][column]
        with CaptureQueriesContext(connection) as asked:
            assert owner.get(f"{name}/{quote(str(key), safe='')}").status_code == 200, name
        questions = [without_brackets(each["sql"]) for each in asked]
        # One of keys alone reads none either.
        found = [re.match(r'SELECT ".+?", .*? FROM "(\w+)"', question) for question in questions]
        tables = Counter(each[1] for each in found if each)
        twice |= {(name, table): count for table, count in tables.items() if count > 1}

    assert {path.split("/")[3] for path in own} == NAMED.keys()
    assert twice == {}
