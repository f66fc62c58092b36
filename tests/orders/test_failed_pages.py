"""Failed / Pending: what fixes each cause with its link, Update Status, cancelling what was never read, the trace."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from orders import selectors
from orders.models import FailedOrder, Order, OrderItem
from orders.services import holds
from tests.factories import ProductFactory

GRID = "/admin/orders/failedorder/"
State = FailedOrder.State


@pytest.fixture
def unread(account, place, mug):
    """An order at Jet that the import could not read."""
    jet_id = place("MUG-1")
    return holds.fail_unreadable(
        account=account, jet_id=jet_id, reason="Jet's order has no items.", now=timezone.now()
    )


def test_each_cause_has_the_link_that_fixes_it(account, place, import_orders, browser):
    config = configuration.current()
    config.disabled_payment_methods = [config.payment_method]
    config.save()
    ProductFactory(sku="OFF-1", quantity=5, enabled=False)
    ProductFactory(sku="GONE-2", quantity=0)
    place(items=[{"sku": sku, "quantity": 1, "price": 1.0} for sku in ("OFF-1", "GONE-2", "ALIAS-1")])
    import_orders()
    item = OrderItem.objects.get(sku="ALIAS-1")

    grid, page = (
        browser.get(url).content.decode()
        for url in (GRID, reverse("admin:orders_order_change", args=[item.order_id]))
    )

    assert f'/change/#fix-{item.pk}">Map SKU</a>' in grid
    assert reverse("orders:choose", args=[item.order_id, item.pk]) in page
    for word in ("Enable", "Restock", "Map SKU"):
        assert f">{word}</a>" in grid
        assert f">{word}</button>" in page
    for html in (grid, page):
        assert ">Payment methods</a>" in html


def test_orders_stand_in_groups_by_cause_the_dearest_open_and_each_is_counted_once(
    account, place, import_orders, browser
):
    ProductFactory(sku="LOW-1", quantity=1)
    ProductFactory(sku="OFF-1", quantity=5, enabled=False)
    for _ in range(3):
        place("LOW-1", 2)
    place("OFF-1")
    place("ALIAS-1")
    place(items=[{"sku": sku, "quantity": 9, "price": 1.0} for sku in ("LOW-1", "ALIAS-1")])
    import_orders()

    page = browser.get(GRID)
    groups = {group.code: (group.orders, str(group.amount)) for group in page.context["groups"]}
    html = page.content.decode()

    assert sum(orders for orders, _ in groups.values()) == FailedOrder.objects.count() == 6
    assert groups["disabled"] == (1, "10.00")
    assert page.context["groups"][0].amount == max(group.amount for group in page.context["groups"])
    assert html.count('<details class="jb-fold" open>') == 1
    assert ">Enable OFF-1</button>" in html
    assert ">Map ALIAS-1</a>" in html


def test_restock_in_place_frees_all_orders_that_lack_it(account, place, import_orders, retry_orders, browser):
    product = ProductFactory(sku="LOW-1", quantity=1)
    for _ in range(3):
        place("LOW-1", 2)
    import_orders()
    page = browser.get(GRID)
    ((field, row),) = page.context["restock"].rows()
    assert (field.value(), row.orders) == (6, 3)
    assert (
        'form="jo-restock" class="jb-button jb-small jb-primary jo-group-fix">Restock 3<'
        in page.content.decode()
    )

    back = browser.post(reverse("orders:restock"), {field.html_name: field.value()})
    retry_orders()

    assert back.headers["Location"] == GRID
    product.refresh_from_db()
    assert product.quantity == 6
    assert set(Order.objects.values_list("status", flat=True)) == {Order.Status.READY}
    assert browser.get(GRID).context["groups"] == []


def test_enabling_from_the_list_leads_back_to_it(account, place, import_orders, browser):
    product = ProductFactory(sku="OFF-1", quantity=5, enabled=False)
    place("OFF-1")
    import_orders()
    item = OrderItem.objects.get()

    led = browser.post(
        reverse("orders:fix", args=[item.order_id, item.pk]), {"what": "enable", "from_list": "1"}
    )

    product.refresh_from_db()
    assert (led.headers["Location"], product.enabled) == (GRID, True)


def test_held_and_rejected_ones_have_tabs_with_their_numbers(account, browser):
    for place, state in enumerate((State.PENDING, State.FAILED, State.REJECTED, State.FIXED)):
        FailedOrder.objects.create(account=account, jet_id=str(place), state=state)

    page = browser.get(f"{GRID}?state__in=pending,failed")

    assert (page.context["held_count"], page.context["rejected_count"]) == (2, 1)
    assert {row.state for row in page.context["cl"].result_list} == {State.PENDING, State.FAILED}
    assert [row.state for row in browser.get(f"{GRID}?state__exact=rejected").context["cl"].result_list] == [
        State.REJECTED
    ]


def test_what_waits_stands_first_and_the_nearest_deadline_on_top(account, browser):
    now = timezone.now()
    rows = {
        "fixed-long-ago": {"state": State.FIXED, "resolved_at": now - timedelta(days=2)},
        "never-rejected": {},
        "mended": {"state": State.FIXED, "resolved_at": now, "reject_at": now},
        "later": {"reject_at": now + timedelta(minutes=9)},
        "sooner": {"reject_at": now + timedelta(minutes=3)},
    }
    for jet_id, fields in rows.items():
        FailedOrder.objects.create(account=account, jet_id=jet_id, **fields)

    found = browser.get(GRID).context["cl"].result_list

    expected = ["sooner", "later", "never-rejected", "mended", "fixed-long-ago"]
    assert [row.jet_id for row in found] == expected


def test_jets_ids_are_a_column_to_be_chosen(account, place, import_orders, browser):
    place("GONE-1")
    import_orders()
    failure = FailedOrder.objects.get()

    names = (failure.reference_number, failure.jet_id)

    plain = browser.get(GRID).content.decode()
    browser.post(f"{GRID}views/columns/", {"columns": ["cause", "jets_names"]})
    chosen = browser.get(GRID).content.decode()

    assert not any(name in plain for name in names)
    assert all(name in chosen for name in names)


def test_a_row_says_the_cause_and_where_it_is_fixed_and_a_rejected_one_offers_nothing(
    account, place, import_orders, browser
):
    ProductFactory(sku="OUT-1", quantity=0)
    place("OUT-1")
    import_orders()
    order = Order.objects.get()
    fix = f'href="{reverse("admin:orders_order_change", args=[order.pk])}#fix-{order.items.get().pk}"'

    held = browser.get(GRID).content.decode()
    orders = browser.get("/admin/orders/order/").content.decode()
    FailedOrder.objects.update(state=State.REJECTED, resolved_at=timezone.now())
    over = browser.get(GRID).content.decode()

    for html in (held, orders):
        assert "OUT-1 is out of stock" in html
        assert fix in html
    assert order.recipient_name in held
    assert "Why?" not in held
    assert fix not in over


def test_one_that_we_never_reject_stands_by_jets_own_clock(account, place, import_orders, browser):
    place("GONE-1")
    place("GONE-2")
    import_orders()
    first, second = Order.objects.order_by("pk")
    FailedOrder.objects.filter(order=first).update(reject_at=timezone.now() + timedelta(hours=2))
    FailedOrder.objects.filter(order=second).update(reject_at=None)

    rows = browser.get(GRID).context["cl"].result_list

    assert [row.order for row in rows] == [second, first]


def test_one_that_turns_unreadable_again_is_unresolved_again(unread, account):
    FailedOrder.objects.update(state=State.FIXED, resolved_at=timezone.now())

    holds.fail_unreadable(account=account, jet_id=unread.jet_id, reason="No items.", now=timezone.now())

    unread.refresh_from_db()
    assert (unread.state, unread.resolved_at) == (State.FAILED, None)


def test_grid_needs_no_more_queries_for_more_rows(
    account, place, import_orders, browser, django_assert_max_num_queries
):
    for _ in range(8):
        place("GONE-1")
    import_orders()
    browser.get(GRID)

    with django_assert_max_num_queries(30):
        browser.get(GRID)


@pytest.mark.parametrize(
    "fix", ["create the product", "enable the product", "restock", "allow the payment method"]
)
def test_order_goes_on_by_itself_when_its_cause_is_gone(fix, account, place, import_orders, retry_orders):
    config = configuration.current()
    if fix == "enable the product":
        product = ProductFactory(sku="MUG-1", quantity=5, enabled=False)
    elif fix != "create the product":
        product = ProductFactory(sku="MUG-1", quantity=0 if fix == "restock" else 5)
    if fix == "allow the payment method":
        config.disabled_payment_methods = [config.payment_method]
        config.save()
    place("MUG-1")
    import_orders()
    assert FailedOrder.objects.get().state == State.PENDING

    if fix == "create the product":
        ProductFactory(sku="MUG-1", quantity=5)
    elif fix == "enable the product":
        product.enabled = True
        product.save()
    elif fix == "restock":
        product.quantity = 5
        product.save()
    else:
        config.disabled_payment_methods = []
        config.save()
    FailedOrder.objects.update(last_tried_at=timezone.now() - timedelta(minutes=1))
    assert selectors.RETRY in selectors.unsent_jobs()  # the sweep nudges it within a minute
    retry_orders()
    import_orders()

    assert Order.objects.get().status == Order.Status.ACKNOWLEDGED
    assert FailedOrder.objects.get().state == State.FIXED


def test_fixed_one_stays_as_a_trace(account, place, import_orders, retry_orders, browser):
    place("MUG-1")
    import_orders()
    ProductFactory(sku="MUG-1", quantity=5)
    retry_orders()

    html = browser.get(GRID).content.decode()

    assert "Fixed" in html
    assert "the order went on" in html
    assert ">Retry</button>" not in html


def test_update_status_starts_the_job_in_the_persons_name_and_shows_what_became_of_it(
    account, place, import_orders, retry_orders, browser, settings
):
    place("GONE-1")
    import_orders()

    led = browser.post(reverse("orders:update_status"))
    waiting = browser.get(led.url, headers={"HX-Request": "true"}).content.decode()
    call_command("run_job", selectors.RETRY)
    over = browser.get(led.url, headers={"HX-Request": "true"}).content.decode()

    assert "hx-get" in waiting
    assert "(1 left out)" in over
    assert "GONE-1 does not exist" in over
    assert JobRun.objects.filter(job=selectors.RETRY).exists()


def test_update_status_closes_what_jet_closed(account, place, import_orders, retry_orders, jet, sandbox):
    jet_id = place("GONE-1")
    import_orders()
    order = Order.objects.get()
    jet.orders.acknowledge(
        jet_id,
        items=[_answer(item) for item in order.items.all()],
        status="rejected - other",
    )

    retry_orders()

    assert FailedOrder.objects.get().state == State.REJECTED
    assert Order.objects.get().status == Order.Status.REJECTED


def _answer(item):
    from jetapi.types.order_messages import ItemAcknowledgement

    return ItemAcknowledgement(item.jet_id)


def test_order_that_was_never_read_is_cancelled_at_jet(unread, browser, sandbox):
    address = reverse("orders:cancel_failed", args=[unread.pk])

    shown = browser.get(address).content.decode()
    refused = browser.post(address, {"reason": ""})
    browser.post(address, {"reason": "Jet sends nonsense"})

    unread.refresh_from_db()
    assert "never imported" in shown
    assert refused.status_code == 422
    assert unread.state == State.REJECTED
    assert sandbox.held("orders", unread.jet_id)["status"] == "complete"
    assert address not in browser.get(GRID).content.decode()


def test_cancelling_an_unread_order_that_jet_forgot_closes_its_row(account, browser):
    unread = holds.fail_unreadable(account=account, jet_id="f" * 32, reason="x", now=timezone.now())

    browser.post(reverse("orders:cancel_failed", args=[unread.pk]), {"reason": "Gone"})

    unread.refresh_from_db()
    assert unread.state == State.CANCELLED


def test_unread_order_that_can_be_read_now_goes_on_and_keeps_its_trace(unread, retry_orders):
    retry_orders()

    unread.refresh_from_db()
    assert unread.state == State.FIXED
    assert unread.order == Order.objects.get()


def test_order_that_jet_does_not_give_stops_no_other(
    unread, account, place, import_orders, retry_orders, sandbox
):
    place("GONE-1")
    import_orders()
    FailedOrder.objects.filter(pk=unread.pk).update(state=State.FAILED, order=None)
    Order.objects.filter(jet_id=unread.jet_id).delete()
    ProductFactory(sku="GONE-1", quantity=1)
    sandbox.add_fault("status", status=500, path=unread.jet_id)

    report = retry_orders()

    assert Order.objects.filter(status=Order.Status.READY).count() == 1
    assert any("Not fetched" in item.reason for item in report.items)


def test_choose_page_offers_products_that_resemble_the_sku(account, place, import_orders, browser):
    ProductFactory(sku="MUG-RED-12", name="Red mug", quantity=3)
    ProductFactory(sku="LAMP-9", name="Desk lamp", quantity=3)
    place("MUG-RED-12OZ")
    import_orders()
    order = Order.objects.get()

    html = browser.get(reverse("orders:choose", args=[order.pk, order.items.get().pk])).content.decode()

    assert 'name="product_sku" value="MUG-RED-12"' in html
    assert "LAMP-9" not in html


def test_viewer_sees_no_actions(account, place, import_orders, django_user_model):
    place("GONE-1")
    import_orders()
    viewer = django_user_model.objects.create_user("vera", password="vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(viewer)

    html = client.get(GRID).content.decode()

    assert "Cancel Order" not in html
    assert ">Retry<" not in html


def test_commands_stand_behind_the_buttons(account, place, import_orders, capsys):
    place("ALIAS-1")
    place("GONE-9")
    import_orders()
    ProductFactory(sku="ALIAS-12", quantity=5)
    order = Order.objects.get(items__sku="ALIAS-1")

    call_command("choose_product", order.number, "ALIAS-1")
    call_command("choose_product", order.number, "ALIAS-1", "ALIAS-12")
    call_command("note_order", order.number, "It is the new one")
    ProductFactory(sku="GONE-9", quantity=1)
    call_command("retry_order", "--all")
    with pytest.raises(CommandError, match="No failed order"):
        call_command("retry_order", "nobody")

    assert "ALIAS-12" in capsys.readouterr().out
    assert set(Order.objects.values_list("status", flat=True)) == {Order.Status.ACKNOWLEDGED}
    assert order.notes.get().text == "It is the new one"
