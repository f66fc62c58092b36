"""The cancellation guard: the rate now and afterwards, a reason always, beyond the limit a second permission."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from orders.models import Order, Shipment
from orders.services import acknowledgements, cancel_guard, shipments
from orders.services.cancel_guard import Consent
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.orders.test_pages import form_of


@pytest.fixture
def limit(account):
    """Set the limit: limit(20)."""

    def setting(percent):
        config = configuration.current()
        config.cancel_limit_percent = Decimal(percent)
        config.save()

    return setting


@pytest.fixture
def login(django_user_model):
    """Log somebody of a group in: login("operations")."""

    def entered(group):
        person = django_user_model.objects.create_user(group, password=group, is_staff=True)
        person.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(person)
        return client

    return entered


@pytest.fixture
def ten(mug, place, import_orders):
    """Ten acknowledged orders of one mug each."""
    for _ in range(10):
        place("MUG-1")
    import_orders()
    return list(Order.objects.order_by("pk"))


def cancel(order, send_shipments):
    shipments.queue_shipment(order=order, draft=draft(order, cancel=1))
    send_shipments()


def test_rate_counts_orders_that_we_cancelled_or_rejected_among_those_answered(
    ten, account, place, import_orders, send_shipments
):
    cancel(ten[0], send_shipments)
    place("GONE-1")
    import_orders()
    held = Order.objects.get(status=Order.Status.HELD)

    found = cancel_guard.outlook(account=account, orders=[held.pk])

    assert (found.orders, found.given_up, found.before) == (10, 1, Decimal("10.00"))
    assert (found.adds, found.after) == (1, Decimal("18.18"))


def test_second_cancel_of_the_same_order_does_not_count_twice(ten, account, send_shipments):
    cancel(ten[0], send_shipments)

    assert cancel_guard.outlook(account=account, orders=[ten[0].pk, ten[1].pk]).after == Decimal("20.00")


def test_orders_older_than_the_window_are_not_counted(ten, account, send_shipments):
    cancel(ten[0], send_shipments)
    Order.objects.filter(pk=ten[0].pk).update(placed_at=timezone.now() - timedelta(days=31))

    found = cancel_guard.outlook(account=account, orders=[])

    assert (found.orders, found.given_up) == (9, 0)


def test_cancel_that_the_buyer_asked_for_counts_nothing_and_needs_no_reason(
    ten, account, send_shipments, limit
):
    limit(0)
    ten[0].items.update(units_cancel_requested=1)

    shipments.queue_shipment(order=ten[0], draft=shipments.requested_cancel(ten[0]))
    send_shipments()

    ten[0].refresh_from_db()
    assert (ten[0].status, ten[0].given_up_at) == (Order.Status.CANCELLED, None)


def test_rejected_order_counts(account, place, import_orders):
    ProductFactory(sku="MUG-1", quantity=0)
    place("MUG-1")
    import_orders()
    acknowledgements.queue_rejection(order=Order.objects.get(), consent=Consent("Sold out"))
    import_orders()

    assert cancel_guard.outlook(account=account, orders=[]).before == Decimal("100.00")


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"reason": " "}, {"reason": "Say why you cancel"}),
        ({"reason": "Broken"}, {"above_limit": "becomes 10.00 %"}),
    ],
)
def test_service_refuses_a_cancel_without_reason_or_word(ten, limit, fields, lacks):
    limit(5)
    with pytest.raises(shipments.ShipmentRefused) as caught:
        shipments.queue_shipment(order=ten[0], draft=draft(ten[0], cancel=1, **fields))

    (problem,) = caught.value.problems
    assert lacks[problem.field] in problem.message
    assert not Shipment.objects.exists()


def test_below_the_limit_a_reason_is_enough(ten, limit):
    limit(10)

    assert shipments.queue_shipment(order=ten[0], draft=draft(ten[0], cancel=1)).reason == "Broken"


def test_form_asks_before_a_cancel_and_keeps_what_was_typed(ten, login, limit):
    limit(20)
    order, browser = ten[0], login("merchant")
    pk = order.items.get().pk
    typed = form_of(order, **{f"ship_{pk}": 0, f"cancel_{pk}": 1})

    asked = browser.post(reverse("orders:ship", args=[order.pk]), typed)
    html = asked.content.decode()
    assert not Shipment.objects.exists()
    browser.post(
        reverse("orders:ship", args=[order.pk]),
        {**typed, "confirmed": "1", "reason": "It broke in the store"},
    )

    assert "cancel 1 x MUG-1" in html
    assert "0.00 %" in html
    assert "10.00 %" in html
    assert f'name="cancel_{pk}" value="1"' in html
    assert 'name="above_limit"' not in html
    assert Shipment.objects.get().reason == "It broke in the store"


def test_beyond_the_limit_the_form_asks_for_a_word_and_takes_it_only_from_who_may(ten, login, limit):
    limit(5)
    order = ten[0]
    pk, address = order.items.get().pk, reverse("orders:ship", args=[order.pk])
    typed = form_of(order, **{f"ship_{pk}": 0, f"cancel_{pk}": 1, "confirmed": "1", "reason": "Broken"})

    barred = login("operations").post(address, {**typed, "above_limit": "on"})
    merchant = login("merchant")
    unsaid = merchant.post(address, typed)
    assert not Shipment.objects.exists()
    merchant.post(address, {**typed, "above_limit": "on"})

    assert "beyond your limit" in barred.content.decode()
    assert "jb-danger" not in barred.content.decode()
    assert unsaid.status_code == 422
    assert Shipment.objects.get().user.username == "merchant"


def test_service_heeds_the_permission_whatever_the_page_said(ten, limit, django_user_model):
    limit(5)
    person = django_user_model.objects.create_user("omar", password="omar", is_staff=True)
    person.groups.add(Group.objects.get(name="operations"))

    with pytest.raises(shipments.ShipmentRefused, match="permission"):
        shipments.queue_shipment(order=ten[0], draft=draft(ten[0], cancel=1, above_limit=True), user=person)


def test_reject_page_is_guarded_as_well(account, mug, place, import_orders, login, limit):
    limit(5)
    mug.quantity = 0
    mug.save()
    place("MUG-1")
    import_orders()
    order = Order.objects.get()
    address, reported = (
        reverse("orders:reject", args=[order.pk]),
        {"status": "rejected - other", "reason": "Sold out"},
    )
    merchant = login("merchant")

    shown = merchant.get(address).content.decode()
    unsaid = merchant.post(address, reported)
    order.refresh_from_db()
    assert not order.is_being_answered
    merchant.post(address, {**reported, "above_limit": "on"})

    order.refresh_from_db()
    assert "100.00 %" in shown
    assert unsaid.status_code == 422
    assert order.acknowledgement.status == "rejected - other"


def test_command_line_is_guarded_as_well(ten, limit):
    limit(5)
    number = ten[0].number

    with pytest.raises(CommandError, match="Say why"):
        call_command("ship_order", number, "--cancel-all")
    with pytest.raises(CommandError, match=r"becomes 10\.00 %"):
        call_command("ship_order", number, "--cancel-all", "--reason", "Broken")
    call_command("ship_order", number, "--cancel-all", "--reason", "Broken", "--above-limit")

    assert Order.objects.get(number=number).status == Order.Status.CANCELLED


def test_reject_command_is_guarded_and_waits_for_jet(account, place, import_orders, limit, capsys):
    limit(5)
    place("GONE-1")
    import_orders()
    number = Order.objects.get().number

    with pytest.raises(CommandError, match="Say why"):
        call_command("reject_order", number)
    call_command("reject_order", number, "--reason", "Unknown", "--above-limit", "--dry-run")
    assert Order.objects.get().status == Order.Status.HELD
    call_command("reject_order", number, "--reason", "Unknown", "--above-limit")

    assert Order.objects.get().status == Order.Status.REJECTED
    assert "Nothing was sent" in capsys.readouterr().out


def test_reject_at_the_deadline_is_a_rule_and_not_guarded(account, place, import_orders, retry_orders, limit):
    limit(0)
    config = configuration.current()
    config.reject_after_minutes = 0
    config.save()
    place("GONE-1")
    import_orders()
    retry_orders()
    import_orders()

    assert Order.objects.get().status == Order.Status.REJECTED


def test_rate_is_asked_in_a_fixed_number_of_queries(ten, account, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        cancel_guard.outlook(account=account, orders=[order.pk for order in ten])
