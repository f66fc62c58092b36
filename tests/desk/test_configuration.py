"""The configuration: each tab saved whole or not at all, checked, recorded in history, and its effects begun."""

import io
import json
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.html import strip_tags

from catalog.listings.models import ListingFacet
from catalog.products.models import Attribute
from catalog.rules.services import changes
from jetbridge.core import configuration
from jetbridge.core.models import Event, StoreView
from jetbridge.desk.services import configuration as settings_service
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
PRICES = {
    "price_rounding": "cents", "map_check": "advise", "list_by_default": "on",
    "cost_attribute": "cost", "minimum_margin": "",
    "price_review_percent": "20", "price_mode": "store", "price_value": "0",
    "price_attribute": "", "price_floor": "", "use_special_price": "on",
    "stock_buffer": "0", "unmanaged_quantity": "100",
}  # fmt: skip


def tab(name):
    return reverse("desk:configuration_tab", args=[name])


@pytest.mark.parametrize("name", ["store", "fields", "prices", "edits", "orders", "notifications", "files"])
def test_every_tab_opens(admin_client, name):
    ProductFactory()

    assert admin_client.get(tab(name)).status_code == 200


def test_a_tab_saves_its_own_fields_alone(admin_client):
    settings_service.save(changes={"batch_size": 50})

    data = {"notification_email": "shop@example.test", "batch_size": "1", "digest_hour": "6"}
    admin_client.post(tab("notifications"), data)

    config = configuration.current()
    assert (config.notification_email, config.batch_size) == ("shop@example.test", 50)
    assert config.digest_hour == 6


def test_a_time_zone_that_nobody_knows_is_refused(db):
    with pytest.raises(ValidationError, match="no time zone"):
        settings_service.save(changes={"time_zone": "Atlantis/Harbour"})


def test_nothing_is_half_saved_and_errors_stand_beside_their_fields(admin_client):
    data = {
        "batch_size": "0",
        "cron_batch_size": "30",
        "concurrency": "8",
        "log_days": "30",
        "log_calls": "5000",
        "anonymize_days": "365",
    }

    response = admin_client.post(tab("files"), data)

    assert response.status_code == 422
    assert b'id="id_batch_size_error"' in response.content
    assert configuration.current().concurrency == 32


def test_history_tells_before_and_after(admin_client):
    admin_client.post(tab("prices"), {**PRICES, "price_mode": "increase_percent", "price_value": "10"})

    event = Event.objects.get(action=settings_service.CHANGED)
    assert event.before == {"price_mode": "store", "price_value": "0.0000"}
    assert event.after == {"price_mode": "increase_percent", "price_value": "10"}
    assert event.user.username == "admin"


def test_saving_what_is_set_already_writes_no_history(admin_client):
    admin_client.post(tab("notifications"), {"notification_email": ""})

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price_mode": "decrease_percent", "price_value": Decimal(100)}, "price_value"),
        ({"price_mode": "increase_fixed", "price_value": Decimal(0)}, "price_value"),
        ({"price_mode": "attribute", "price_attribute": ""}, "price_attribute"),
        ({"price_mode": "attribute", "price_attribute": "nowhere"}, "price_attribute"),
        ({"price_floor": Decimal(0)}, "price_floor"),
        ({"minimum_margin": Decimal(100)}, "minimum_margin"),
        ({"minimum_margin": Decimal(10)}, "cost_attribute"),
        ({"price_rounding": "up_42"}, "price_rounding"),
        ({"map_check": "pray"}, "map_check"),
        ({"price_review_percent": 0}, "price_review_percent"),
        ({"cron_batch_size": 0}, "cron_batch_size"),
        ({"return_address1": "1 Main St"}, "return_city"),
        (
            {"return_address1": "1", "return_city": "C", "return_state": "N1", "return_zip": "12345"},
            "return_state",
        ),
        (
            {"return_address1": "1", "return_city": "C", "return_state": "NJ", "return_zip": "1234"},
            "return_zip",
        ),
        ({"image_base_url": "ftp://x"}, "image_base_url"),
        ({"batch_size": 5001}, "batch_size"),
        ({"payment_method": "bitcoin"}, "payment_method"),
        ({"disabled_payment_methods": ["bitcoin"]}, "disabled_payment_methods"),
        ({"field_mapping": {"brand": "nowhere"}}, "field_mapping"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(changes, field):
    with pytest.raises(ValidationError) as refused:
        settings_service.save(changes=changes)

    assert field in refused.value.message_dict
    assert not Event.objects.exists()


def test_a_mapped_code_must_exist_and_the_error_stands_in_its_row(admin_client):
    Attribute.objects.create(code="maker", label="Maker")
    mapping = configuration.current().field_mapping

    refused = admin_client.post(tab("fields"), {**mapping, "brand": "nowhere"})
    admin_client.post(tab("fields"), {**mapping, "brand": "maker", "EAN": ""})

    assert "The store has no attribute &#x27;nowhere&#x27;." in refused.content.decode()
    saved = configuration.current().field_mapping
    assert saved["brand"] == "maker"
    assert "EAN" not in saved


def test_the_mapping_shows_what_a_real_product_holds(admin_client):
    ProductFactory(sku="MUG-1", name="Blue mug", attributes={"brand": "Acme"})

    page = admin_client.get(tab("fields"), {"sample": "MUG-1"}).content.decode()

    assert "Blue mug" in page
    assert "Acme" in page


def test_a_changed_price_rule_sends_prices_again_by_a_job(admin_client, account):
    ListingFactory(first_sent_at="2026-11-01T00:00:00Z")

    response = admin_client.post(
        tab("prices"), {**PRICES, "price_mode": "increase_fixed", "price_value": "5"}, follow=True
    )

    assert b"Waits for the worker" in response.content
    assert not ListingFacet.objects.exists()
    changes.follow()
    assert ListingFacet.objects.get(next_try_at__isnull=False).facet == Facet.PRICE
    page = strip_tags(admin_client.get(reverse("desk:configuration_follows")).content.decode())
    assert "1 product walked, 0 checked again, 1 prices and quantities sent again" in page


def test_a_changed_buffer_sends_quantities_only(account):
    ListingFactory(first_sent_at="2026-11-01T00:00:00Z")

    settings_service.save(changes={"stock_buffer": 3})
    changes.follow()

    assert ListingFacet.objects.get(next_try_at__isnull=False).facet == Facet.INVENTORY


@pytest.mark.parametrize(("mode", "value"), [("decrease_fixed", "10"), ("decrease_percent", "99.95")])
def test_a_rule_that_leaves_a_product_no_price_is_refused_before_it_is_saved(admin_client, mode, value):
    ProductFactory(sku="DEAR", price=Decimal(50))
    ProductFactory(sku="CHEAP", price=Decimal("7.50"))
    ProductFactory(sku="FREE", price=Decimal(0))
    typed = {**PRICES, "price_mode": mode, "price_value": value}

    refused = admin_client.post(tab("prices"), typed)

    assert refused.status_code == 422
    assert (
        "1 product would get a price of zero or less, for example CHEAP ($7.50)" in refused.content.decode()
    )
    assert configuration.current().price_mode == "store"
    admin_client.post(tab("prices"), {**typed, "price_floor": "5"})
    assert configuration.current().price_mode == mode


def test_a_low_special_price_counts_too():
    ProductFactory(sku="REDUCED", price=Decimal(50), special_price=Decimal(3))

    with pytest.raises(ValidationError, match="REDUCED"):
        settings_service.save(changes={"price_mode": "decrease_fixed", "price_value": Decimal(5)})


def test_a_draft_is_shown_with_its_preview_and_put_in_force(admin_client):
    ProductFactory(sku="DEAR", price=Decimal(50))
    typed = {**PRICES, "price_mode": "decrease_fixed", "price_value": "10", "draft": "1"}

    shown = admin_client.post(tab("prices"), typed, follow=True).content.decode()

    assert configuration.current().price_mode == "store"
    assert "Draft, not in force" in shown
    assert "$40.00" in shown
    assert 'value="decrease_fixed" selected' in shown
    assert "$40.00" not in admin_client.get(tab("prices")).content.decode()

    admin_client.post(reverse("desk:price_draft", args=["apply"]))
    config = configuration.current()
    assert (config.price_mode, config.price_value, config.price_draft) == ("decrease_fixed", 10, None)
    actions = set(Event.objects.values_list("action", flat=True))
    assert {"price draft saved", "price draft put in force", settings_service.CHANGED} <= actions
    settings_service.undo_last(tab="prices")
    assert configuration.current().price_mode == "store"


def test_settings_are_told_in_words_and_a_draft_that_is_in_force_is_gone(admin_client):
    typed = {**PRICES, "price_mode": "decrease_fixed", "price_value": "10.50"}
    drafted = admin_client.post(tab("prices"), {**typed, "draft": "1"}, follow=True).content.decode()
    assert '<td data-label="Draft">Decrease by fixed amount</td>' in drafted
    assert '<td data-label="Draft">10.5</td>' in drafted

    page = admin_client.post(tab("prices"), typed, follow=True).content.decode()

    assert configuration.current().price_draft is None
    assert "Store price as it is → Decrease by fixed amount" in strip_tags(page)


def test_a_draft_that_leaves_no_price_stays_a_draft(admin_client):
    ProductFactory(sku="CHEAP", price=Decimal(4))
    admin_client.post(
        tab("prices"), {**PRICES, "price_mode": "decrease_fixed", "price_value": "10", "draft": "1"}
    )

    page = admin_client.post(reverse("desk:price_draft", args=["apply"]), follow=True).content.decode()

    assert "The draft is not in force: 1 product would get a price of zero or less" in page
    assert configuration.current().price_draft is not None
    admin_client.post(reverse("desk:price_draft", args=["discard"]))
    assert configuration.current().price_draft is None


def test_the_preview_says_what_holds_a_price_up(admin_client):
    ProductFactory(sku="DEAR", price=Decimal(50), attributes={"cost": "45"})

    page = admin_client.get(
        reverse("desk:price_preview"), {**PRICES, "minimum_margin": "20", "price_rounding": "up_99"}
    ).content.decode()

    assert "$56.25" in page
    assert "held by a margin of 20 %" in page


def test_a_price_rule_is_undone():
    settings_service.save(changes={"price_mode": "decrease_percent", "price_value": Decimal(20)})
    settings_service.save(changes={"price_value": Decimal(30)})

    settings_service.undo_last(tab="prices")

    assert configuration.current().price_value == 20


def test_the_preview_shows_what_the_rule_makes_and_what_it_refuses(admin_client):
    ProductFactory(sku="DEAR", price=Decimal("50"))
    ProductFactory(sku="CHEAP", price=Decimal("4"))

    page = admin_client.get(
        reverse("desk:price_preview"), {**PRICES, "price_mode": "decrease_fixed", "price_value": "10"}
    ).content.decode()

    assert "$40.00" in page
    assert "-20.0 %" in page
    assert "It must be above zero." in page
    assert configuration.current().price_mode == "store"


def test_a_viewer_looks_but_does_not_save(client):
    person = User.objects.create_user("victor", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client.force_login(person)

    assert b"disabled" in client.get(tab("files")).content
    assert client.post(tab("files"), {"batch_size": "9"}).status_code == 403
    assert client.post(reverse("desk:save_account", args=["test"])).status_code == 403
    assert client.get(reverse("desk:switch_mode", args=["live"])).status_code == 403
    assert configuration.current().batch_size == 30


def run(**options):
    out = io.StringIO()
    call_command("configure", json=True, stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_sets_what_the_page_sets():
    StoreView.objects.create(code="en", name="English")

    said = run(
        image_base_url="https://img.example.test", store_view="en", auto_cancel="no", map=["brand=name"]
    )

    config = configuration.current()
    assert (config.image_base_url, config.store_view.code, config.auto_cancel) == (
        "https://img.example.test",
        "en",
        False,
    )
    assert config.field_mapping["brand"] == "name"
    assert set(said["changed"]) == {"image_base_url", "store_view", "auto_cancel", "field_mapping"}


def test_a_dry_run_of_the_command_checks_and_changes_nothing():
    said = run(batch_size="60", dry_run=True)

    assert said["changed"] == []
    assert configuration.current().batch_size == 30
    with pytest.raises(CommandError, match="batch_size"):
        run(batch_size="0", dry_run=True)


@pytest.mark.parametrize("options", [{"auto_cancel": "maybe"}, {"batch_size": "many"}, {"store_view": "fr"}])
def test_the_command_refuses_nonsense(options):
    with pytest.raises(CommandError):
        run(**options)
