"""Finding an order: by whatever is on the screen, the parcel or the telephone, in every grid that is about orders."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User as Person
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import ApiCall
from jetbridge.panel.models import SavedView
from orders import filters, words
from orders.models import Customer, FailedOrder, Order, OrderWord, Shipment
from orders.models.words import keep_new_words, keep_words
from orders.services import imports, privacy, refreshes
from returns.models import Refund, ReturnRequest
from tests.query_plans import queries, steps

GRIDS = {
    "orders": "/admin/orders/order/?stage=all",
    "failed": "/admin/orders/failedorder/?",
    "returns": "/admin/returns/returnrequest/?",
    "refunds": "/admin/returns/refund/?",
}
SEARCHES = {
    "number": "{number}",
    "reference": "{reference_number}",
    "Jet's ID": "{jet_id}",
    "buyer": "jorgen O'Br",
    "start of a word": "obrien-sm",
    "city": "tucs",
    "ZIP": "85701",
    "phone": "+1 (520) 555-0134",
    "phone without code": "5550134",
    "hashed e-mail": "a1b2c3d4e5f6a7b8c9d0@x",
    "tracking": "1Z999AA1012",
    "SKU": "mug-1",
    "product": "stoneware mu",
    "two things": "tucson stonew",
}
NOT_FOUND = ("brien tucs ump", "ucson", "toneware", "555013", "ug-1", "tucson 99999")


@pytest.fixture
def known(acknowledged):
    """The order that is looked for, with a failure, a return and a refund; beside it one of somebody else."""
    order = acknowledged
    Customer.objects.filter(pk=order.customer_id).update(
        name="Jörgen O'Brien", hash_email="a1b2c3d4e5f6a7b8c9d0@x", phone=""
    )
    Order.objects.filter(pk=order.pk).update(
        recipient_name="Ann OBrien-Smith",
        city="Tucson",
        zip_code="85701-1234",
        recipient_phone="520.555.0134",
    )
    order.items.update(title="Stoneware Mug, Moss")
    Shipment.objects.create(
        order=order, sequence=1, alt_shipment_id="s", tracking_number="1Z999AA10123456784"
    )
    keep_words([order.pk])
    other = Order.objects.create(
        account=order.account, customer=Customer.objects.create(account=order.account, hash_email="other"),
        jet_id="f" * 32, number="100999999", recipient_name="Umpire Zed", city="Troy",
    )  # fmt: skip
    keep_words([other.pk])
    for each in (order, other):
        state = FailedOrder.State.PENDING
        FailedOrder.objects.create(account=each.account, order=each, jet_id=each.jet_id, state=state)
        ReturnRequest.objects.create(account=each.account, order=each, jet_id=f"r{each.pk}")
        Refund.objects.create(account=each.account, order=each, alt_refund_id=f"R-{each.pk}")
    order.refresh_from_db()
    return order


def found(browser, grid, term):
    page = browser.get(GRIDS[grid], {"q": term, **({"stage": "all"} if grid == "orders" else {})})
    rows = list(page.context["cl"].result_list)
    return [row.pk if grid == "orders" else row.order_id for row in rows]


@pytest.mark.parametrize("grid", GRIDS)
def test_each_grid_finds_by_each_of_an_orders_names(known, browser, grid):
    said = vars(known)
    missing = [
        name for name, term in SEARCHES.items() if found(browser, grid, term.format(**said)) != [known.pk]
    ]
    assert missing == []
    assert [term for term in NOT_FOUND if found(browser, grid, term)] == []


def test_an_import_and_a_sync_write_the_words(account, mug, place, import_orders, jet):
    place("MUG-1")
    import_orders()
    order = Order.objects.get()
    held = jet.orders.get(order.jet_id)
    name = held.shipping_to.recipient.name
    assert filters.search(Order.objects.all(), name.split()[0]).get() == order

    Order.objects.update(recipient_name="Bob Oldname")
    refreshes.sync_one(client=jet, account=account, jet_id=order.jet_id)
    assert set(OrderWord.objects.values_list("word", flat=True)) == words.of(Order.objects.get())


def test_words_that_an_import_left_out_when_it_died_are_written_by_the_next(account, mug, place, jet):
    imports.import_ready_orders(client=jet, account=account, ids=[place("MUG-1")])
    OrderWord.objects.all().delete()
    keep_new_words(account)
    assert filters.search(Order.objects.all(), "mug-1").count() == 1


def test_words_leave_with_the_buyer_and_the_goods_stay(known):
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=timezone.now())
    FailedOrder.objects.all().delete()
    Refund.objects.all().delete()
    ReturnRequest.objects.all().delete()
    Shipment.objects.update(next_try_at=None)
    privacy.forget(orders=[known])

    left = set(OrderWord.objects.filter(order=known).values_list("word", flat=True))
    assert left == {"mug-1", "stoneware", "mug", "moss"}
    keep_words([known.pk])
    assert set(OrderWord.objects.filter(order=known).values_list("word", flat=True)) == left


def test_retention_takes_the_words_of_old_buyers(known):
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=timezone.now() - timedelta(days=400))
    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)
    assert not OrderWord.objects.filter(word__in=["tucson", "85701-1234", "5550134", "brien"]).exists()


def test_a_frequent_word_is_found_without_counting_all_of_it(known, browser, monkeypatch):
    monkeypatch.setattr(filters, "CAP", 0)
    assert found(browser, "orders", "tucson") == [known.pk]
    assert found(browser, "orders", "tucson stoneware") == [known.pk]
    assert found(browser, "returns", "tucson stoneware") == [known.pk]
    assert found(browser, "returns", "tucson zed") == []


@pytest.mark.parametrize("grid", ["orders.order", "orders.failedorder", "returns.returnrequest", "returns.refund",
                                  "catalog.uploadfile", "core.apicall"])  # fmt: skip
def test_each_grid_keeps_filters_and_columns(browser, merchant, grid):
    app, model = grid.split(".")
    page = f"admin:{app}_{model}"
    url = reverse(f"{page}_changelist")
    assert "Saved filters" in browser.get(url).content.decode()
    browser.post(reverse(f"{page}_save_view"), {"query": "q=mug", "name": "Mugs"})
    view = SavedView.objects.get(person=merchant, grid=grid)
    assert browser.get(f"{url}?{view.query}&view={view.pk}").status_code == 200

    own = [each for each in browser.get(url).context["grid_bar"]["columns"] if each.shown]
    fixed = browser.get(url).context["grid_bar"]["fixed"]
    browser.post(reverse(f"{page}_columns"), {"columns": [*fixed, own[0].name]})
    shown = browser.get(url).context["cl"].list_display
    assert own[0].name in shown
    assert own[-1].name not in shown


@pytest.mark.parametrize(("column", "most"), [("1", 1), ("-1", 1)])
def test_orders_are_sorted_by_what_an_index_serves(known, browser, column, most):
    rows = list(browser.get(f"/admin/orders/order/?stage=all&o={column}").context["cl"].result_list)
    numbers = [row.pk for row in rows]
    assert numbers == sorted(numbers, reverse=column.startswith("-"))


def test_one_exact_hit_stands_first_in_the_global_search(known, browser):
    for term in (known.number, known.reference_number, "1Z999AA10123456784"):
        html = browser.get(reverse("admin:search"), {"s": term}).content.decode()
        assert html.index(known.get_absolute_url()) < html.index("Look in Products")
        assert html.split("href=")[1].startswith(f'"{known.get_absolute_url()}"')
    html = browser.get(reverse("admin:search"), {"s": "MUG-1"}).content.decode()
    assert f"/admin/catalog/product/{known.items.get().product_id}/change/" in html.split("href=")[1]


def test_the_api_log_finds_our_numbers(known, browser):
    path = f"/api/orders/{known.jet_id}/acknowledge"
    ApiCall.objects.create(
        account=known.account, method="PUT", path=path, reference=known.jet_id, status=204, at=timezone.now()
    )
    ApiCall.objects.create(
        account=known.account,
        method="GET",
        path="/api/orders/x",
        reference="x",
        status=200,
        at=timezone.now(),
    )
    for term in (known.number, known.reference_number, "1Z999AA10123456784"):
        rows = browser.get("/admin/core/apicall/", {"q": term}).context["cl"].result_list
        assert {row.reference for row in rows} == {known.jet_id}


def test_nobody_keeps_views_of_what_he_may_not_see(client, django_user_model):
    person: Person = django_user_model.objects.create_user("sam", password="sam", is_staff=True)
    client.force_login(person)
    assert (
        client.post(reverse("admin:orders_order_save_view"), {"query": "q=1", "name": "a"}).status_code == 403
    )


LISTS = ("orders/order", "orders/failedorder", "returns/returnrequest", "returns/refund")
# Steps of SQLite that read all parcels, words or orders of an account, where a search asks for a few.
READS_ALL = re.compile(
    r"^SCAN (?:orders_shipment|orders_orderword)\b"
    r"| USING INDEX order_(?:account|status|changed|placed_status|due) \(account_id=\?\)$"
    r"| orders_order USING \w+ INDEX \w+ \(account_id=\?\)$"
)
TERMS = ("q=1z99999", "q=no-such-thing", "q=0123456789abcdef0123-4")
LATE = "stage=all&deadline=late"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's plans are read here")
@pytest.mark.parametrize("grid", LISTS)
def test_no_search_reads_all_of_an_accounts_orders_words_or_parcels(known, browser, grid):
    asked = [*TERMS, LATE] if grid == "orders/order" else TERMS
    steps = [step for each in asked for step in _steps(browser, f"/admin/{grid}/?{each}")]

    assert len(steps) > 10
    assert [step for step in steps if READS_ALL.search(step)] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's plans are read here")
@pytest.mark.parametrize("grid", LISTS)
def test_a_frequent_word_is_looked_for_among_the_few_of_each_order(known, browser, monkeypatch, grid):
    monkeypatch.setattr(filters, "CAP", 0)

    steps = _steps(browser, f"/admin/{grid}/?q=tucson", "order_id = (")

    assert [step for step in steps if "order_by_word" in step] == []
    assert [step for step in steps if "(order_id=? AND word>? AND word<?)" in step]


def _steps(browser, address, part="orders_"):
    """Return the steps of SQLite's plans for what a list asks of orders."""
    asked = [each for each in queries(browser, address) if part in each[0].replace('"', "")]
    return [step for sql, params in asked for step in steps(sql, params)]
