"""The dashboard: what needs a person now, what is set up, how trade goes, and no more than the viewer may see."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from catalog.listings.models import UploadFile
from catalog.rules.models import ValidationResult
from jetbridge.core import configuration, history
from jetbridge.core.models import Configuration
from jetbridge.desk import overview
from orders.models import Customer, FailedOrder, Order
from tests.factories import CategoryMappingFactory, ListingFactory, ProductFactory

PAGE = "/admin/"


@pytest.fixture
def shop(db):
    account = configuration.active_account()
    account.api_user, account.fulfillment_node_id = "u", "n-1"
    account.keep_secret("s", address="")
    account.save()
    return account


@pytest.fixture
def place(shop):
    buyer = Customer.objects.create(account=shop, hash_email="h")

    def make(status=Order.Status.ACKNOWLEDGED, **given):
        number = Order.objects.count() + 1
        placed = timezone.now() - timedelta(days=given.pop("days", 0))
        return Order.objects.create(
            account=shop, customer=buyer, jet_id=f"o{number}", status=status, placed_at=placed, **given
        )

    return make


def cards(account, viewer):
    return {card.title: card for card in overview.needs(account, viewer)}


def card_of(title, cause, tone="red", minutes=None):
    deadline = minutes and timezone.now() + timedelta(minutes=minutes)
    return overview.Card(title, 1, "", "/", "", tone, "", deadline, cause)


def test_cards_of_one_cause_stand_together_and_what_is_lost_first_leads():
    found = overview.by_cause(
        [
            card_of("held", "orders", minutes=9),
            card_of("ship", "shipping", "blue", minutes=1),
            card_of("at risk", "orders", minutes=2),
            card_of("today", "shipping", "amber", minutes=5),
            card_of("files", "catalog"),
        ]
    )

    assert [[card.title for card in group] for group in found] == [
        ["at risk", "held"],
        ["files"],
        ["today", "ship"],
    ]


def test_all_that_may_need_somebody_is_at_most_six_cards(shop):
    needs = overview._built_needs(shop)
    causes = {need.cause or need.permission.partition(".")[0] for need in needs}

    assert len(causes | {"orders", "jobs"}) <= 6


def test_an_empty_panel_says_what_to_do_first(admin_client):
    # The schedules are as old as the test database; in a long run its jobs would count as late.
    PeriodicTask.objects.update(date_changed=timezone.now())

    html = admin_client.get(PAGE).content.decode()

    assert "First steps: 0 of 10" in html
    assert html.count("(to do)") == 10
    assert "Nothing needs you right now." in html


def test_the_first_steps_stay_until_the_first_order_came(admin_client, shop, place):
    CategoryMappingFactory()
    ListingFactory(first_sent_at=timezone.now(), status="Available for Purchase")
    Configuration.objects.update_or_create(pk=1, defaults={"image_base_url": "https://img.example.test"})

    page = admin_client.get(PAGE)

    assert "First steps: 9 of 10" in page.content.decode()
    assert page.context["next_step"].title == "Your first order"

    place(Order.Status.ACKNOWLEDGED)

    assert "First steps" not in admin_client.get(PAGE).content.decode()


def test_an_order_at_risk_shows_the_nearest_deadline(place, shop, merchant):
    soon = timezone.now() + timedelta(minutes=2)
    place(Order.Status.READY, due_at=soon)
    place(Order.Status.READY, due_at=soon + timedelta(minutes=1))

    card = cards(shop, merchant)["Orders at risk"]

    assert (card.count, card.deadline, card.tone) == (2, soon, "red")


def test_each_thing_to_do_is_a_card_with_its_page(place, shop, merchant):
    place(due_at=timezone.now() + timedelta(days=1), has_cancel_request=True)
    FailedOrder.objects.create(account=shop, jet_id="f1")
    UploadFile.objects.create(
        account=shop, kind="Price", name="p.json.gz", status="Processed with errors", error_count=1
    )
    ValidationResult.objects.create(product=ProductFactory(), worst="blocks", blocks=1)
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(days=2))

    found = cards(shop, merchant)

    assert set(found) == {
        "Held and failed orders",
        "Cancels requested",
        "To ship",
        "Rejected files",
        "Products with problems",
        "Late jobs",
    }
    assert found["To ship"].url == "/admin/orders/order/?stage=ship"


def test_a_paused_job_is_not_forgotten(shop, merchant):
    PeriodicTask.objects.update(date_changed=timezone.now())
    PeriodicTask.objects.filter(name="catalog.sync_prices").update(enabled=False)

    found = cards(shop, merchant)

    assert (found["Paused jobs"].count, found["Paused jobs"].url) == (1, "/admin/cron/")
    assert "Late jobs" not in found


def test_every_card_leads_to_a_page_that_opens(admin_client, place, shop, merchant):
    place(due_at=timezone.now(), has_cancel_request=True)
    place(Order.Status.READY, due_at=timezone.now())
    FailedOrder.objects.create(account=shop, jet_id="f1")

    answers = [admin_client.get(card.url).status_code for card in overview.needs(shop, merchant)]

    assert set(answers) == {200}


def test_days_hold_two_weeks_with_the_empty_ones(place, shop):
    place(base_total=Decimal("10.00"))
    place(base_total=Decimal("5.50"))
    place(base_total=Decimal("7.00"), days=3)
    place(days=40)

    days = overview.days(shop)

    assert len(days) == 14
    assert (days[-1].orders, days[-1].revenue, days[-1].share) == (2, Decimal("15.50"), 100)
    assert (days[-4].orders, days[-4].share) == (1, 50)
    assert sum(day.orders for day in days) == 3


def test_two_weeks_are_summed_up_in_words_and_each_day_stands_in_a_table(admin_client, place):
    place(base_total=Decimal("10.00"))
    place(base_total=Decimal("5.50"), days=3)

    html = admin_client.get(PAGE).content.decode()

    assert "2 orders of goods worth" in html
    assert "15.50" in html
    table = html.partition("<summary>As a table</summary>")[2].partition("</table>")[0]
    assert table.count("<tr>") == 15
    assert all(price in table for price in ("10.00", "5.50"))


def test_rates_are_judged_against_jets_targets(place, shop):
    now = timezone.now()
    clock = {"ready_at": now - timedelta(hours=1), "acknowledge_by": now - timedelta(minutes=45)}
    for _ in range(2):
        place(acknowledged_at=clock["ready_at"], **clock)
    place(Order.Status.REJECTED, acknowledged_at=now, given_up_at=now, **clock)
    place(Order.Status.READY, **clock)

    soon, at_last, accepted, given_up = overview.rates(shop)

    assert (soon.words, soon.met) == ("50.0 % (2 of 4)", False)
    assert (at_last.words, at_last.met) == ("100.0 % (3 of 3)", True)
    assert (accepted.words, accepted.met) == ("66.7 % (2 of 3)", False)
    assert (given_up.words, given_up.met) == ("33.3 % (1 of 3)", False)


def test_without_orders_no_rate_is_claimed(shop):
    assert {rate.words for rate in overview.rates(shop)} == {"no orders yet"}


def test_events_stand_with_who_and_what(admin_client, admin_user, shop):
    history.record("configured", shop, message="API user was changed.")

    html = admin_client.get(PAGE).content.decode()

    assert "API user was changed." in html
    assert "Not recorded" in html


def test_the_page_takes_a_bounded_number_of_queries(admin_client, place, django_assert_max_num_queries):
    for _ in range(30):
        history.record("touched", place(due_at=timezone.now()))
    admin_client.get(PAGE)

    with django_assert_max_num_queries(50):
        admin_client.get(PAGE)


def test_a_person_without_a_group_sees_nothing_of_the_business(client, place):
    place(due_at=timezone.now())
    client.force_login(Person.objects.create_user("nobody", is_staff=True))

    html = client.get(PAGE).content.decode()

    assert "Latest orders" not in html
    assert "To ship" not in html
    assert "Remove it" not in html


def test_a_viewer_sees_the_dashboard_without_the_demos_button(client, place):
    ProductFactory(is_demo=True)
    viewer = Person.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)

    html = client.get(PAGE).content.decode()

    assert "Latest orders" in html
    assert "Remove it" not in html


def test_what_is_practice_is_said_in_the_menu_of_test_and_takes_no_line_of_the_page(client, place):
    ProductFactory(is_demo=True)
    client.force_login(Person.objects.create_superuser("root"))

    html = client.get(PAGE).content.decode()

    assert "Remove it" in html.split('class="jb-mode"')[1].split("</details>")[0]
    assert html.count("demo data") == 1


def test_the_dashboard_takes_fewer_than_20_queries_for_everybody(client, shop):
    merchant = Person.objects.create_user("mara", password="mara", is_staff=True)
    merchant.groups.add(Group.objects.get(name="owner"))
    client.force_login(merchant)
    client.get("/admin/")

    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/admin/")

    assert answer.status_code == 200
    assert len(queries) < 20
