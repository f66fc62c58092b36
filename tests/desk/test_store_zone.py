"""The store's time zone: asked for until it is chosen, and followed by every room."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from catalog.products.models import Product
from catalog.rules.models import CatalogChange
from catalog.rules.prices import offered_price
from catalog.rules.services import changes
from jetbridge.core import configuration, store_days
from jetbridge.core.models import JobRun
from jetbridge.desk import overview
from jetbridge.desk.forms.configuration import form_of
from jetbridge.desk.forms.pages import RunFilterForm
from jetbridge.desk.services import configuration as settings_service
from orders.forms.shipments import ship_defaults
from orders.management.lookups import moment
from orders.models import Customer, Order
from orders.services.refreshes import Span
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
ASKED = "In which time zone is the store?"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def order_of(account, number, **values):
    buyer, _ = Customer.objects.get_or_create(account=account, hash_email="h")
    return Order.objects.create(account=account, jet_id=number, number=number, customer=buyer, **values)


def store(admin_client, **values):
    """Post the tab as a browser does: all of its fields, these with other values."""
    form = form_of("store")(instance=configuration.current())
    shown = {name: form[name].value() or "" for name in form.fields}
    return admin_client.post(reverse("desk:configuration_tab", args=["store"]), {**shown, **values})


def test_the_zone_is_asked_for_until_it_is_chosen(admin_client):
    pages = (reverse("admin:index"), reverse("desk:configuration"))

    assert all(ASKED in admin_client.get(page).content.decode() for page in pages)
    assert ASKED not in admin_client.get(reverse("desk:cron")).content.decode()
    assert store(admin_client, time_zone="UTC").status_code == 302

    assert configuration.current().time_zone == "UTC"
    assert not any(ASKED in admin_client.get(page).content.decode() for page in pages)


def test_a_person_who_may_not_choose_is_not_asked(client, django_user_model):
    viewer = django_user_model.objects.create_user("v", is_staff=True)
    client.force_login(viewer)

    assert ASKED not in client.get(reverse("admin:index")).content.decode()


def test_the_return_address_proposes_else_the_browser(admin_client):
    page = reverse("desk:configuration_tab", args=["store"])

    assert 'data-jb-browser-zone=""' in admin_client.get(page).content.decode()
    settings_service.save(
        changes={
            "return_address1": "1 Main St", "return_city": "Austin", "return_state": "TX", "return_zip": "73301",
        }
    )  # fmt: skip
    assert '<option value="America/Chicago" selected>' in admin_client.get(page).content.decode()
    assert store_days.zone().key == "America/Chicago"


def test_each_page_names_the_zone_once(admin_client):
    settings_service.save(changes={"time_zone": "Asia/Kathmandu"})

    page = admin_client.get(reverse("desk:cron")).content.decode()

    assert page.count("Times and days are those of Asia/Kathmandu (+0545).") == 1


@pytest.mark.parametrize(
    ("zone", "before", "begun", "last", "over"),
    [
        # A special price of 8 March 2026 alone: in New York the clock jumps ahead that day.
        ("America/New_York", "03-08 04:59", "03-08 05:00", "03-09 03:59", "03-09 04:00"),
        ("Asia/Kathmandu", "03-07 18:14", "03-07 18:15", "03-08 18:14", "03-08 18:15"),
        ("UTC", "03-07 23:59", "03-08 00:00", "03-08 23:59", "03-09 00:00"),
    ],
)
def test_a_special_price_holds_in_the_shops_day(time_machine, zone, before, begun, last, over):
    settings_service.save(changes={"time_zone": zone})
    day = date(2026, 3, 8)
    ProductFactory(sku="A", price=10, special_price=7, special_price_from=day, special_price_to=day)

    def price(at):
        time_machine.move_to(utc(f"2026-{at}"), tick=False)
        return offered_price(Product.objects.get(), configuration.current(), store_days.today())

    assert [price(at) for at in (before, begun, last, over)] == [10, 7, 7, 10]


def test_another_zone_sends_the_prices_whose_day_it_turns(time_machine):
    time_machine.move_to(utc("2026-03-08 19:00"), tick=False)
    # Below 8 dollars nothing is left: the result says so.
    settings_service.save(changes={"price_mode": "decrease_fixed", "price_value": 8})
    CatalogChange.objects.all().delete()
    ProductFactory(sku="TURNS", price=10, special_price=7, special_price_from=date(2026, 3, 9))
    ProductFactory(sku="STAYS", price=10, special_price=7, special_price_from=date(2026, 3, 8))

    settings_service.save(changes={"time_zone": "Asia/Kathmandu"})
    changes.follow()

    assert [(each.walked, each.marked) for each in CatalogChange.objects.all()] == [(2, 1)]


@pytest.mark.parametrize(
    ("zone", "now", "ship_at"),
    [
        # The evening before the clock jumps ahead, and the one before it goes back.
        ("America/New_York", "2026-03-08 04:30", "2026-03-08 13:00"),
        ("America/New_York", "2026-11-01 03:30", "2026-11-01 14:00"),
        ("Asia/Kathmandu", "2026-11-01 18:14", "2026-11-02 03:15"),
        ("Asia/Kathmandu", "2026-11-01 18:15", "2026-11-03 03:15"),
    ],
)
def test_a_parcel_is_proposed_for_nine_of_the_shops_tomorrow(account, zone, now, ship_at):
    settings_service.save(changes={"time_zone": zone})
    order = order_of(account, "1")

    proposed = ship_defaults(order, carrier=("UPS", "Ground"), now=utc(now))["ship_at"]

    assert proposed == utc(ship_at)


def test_filters_by_day_take_the_shops_days():
    settings_service.save(changes={"time_zone": "America/New_York"})
    at = [utc(f"2026-11-0{each}") for each in ("1 03:59", "1 04:00", "2 04:59", "2 05:00")]
    JobRun.objects.bulk_create(
        JobRun(job=f"{place}", started_at=each, heartbeat_at=each) for place, each in enumerate(at)
    )
    form = RunFilterForm({"since": "2026-11-01", "until": "2026-11-01"})

    assert set(form.apply(JobRun.objects.all()).values_list("job", flat=True)) == {"1", "2"}
    first = Span(since=date(2026, 11, 1), until=date(2026, 11, 1))
    assert [first.holds(each) for each in at] == [False, True, True, False]


def test_the_dashboards_days_are_the_shops(account, time_machine):
    time_machine.move_to(utc("2026-11-02 05:00"), tick=False)
    settings_service.save(changes={"time_zone": "America/New_York"})
    for number, at in enumerate(("11-01 03:59", "11-01 04:00", "11-02 04:59", "11-02 05:00")):
        order_of(account, f"{number}", placed_at=utc(f"2026-{at}"))

    shown = {f"{each.day:%m-%d}": each.orders for each in overview.days(account) if each.orders}

    assert shown == {"10-31": 1, "11-01": 2, "11-02": 1}


def test_what_a_person_types_without_an_offset_is_the_shops_clock():
    settings_service.save(changes={"time_zone": "Asia/Kathmandu"})

    assert moment("2026-11-01") == utc("2026-11-01 03:15")
    assert moment("2026-11-01 09:00+00:00") == utc("2026-11-01 09:00")
