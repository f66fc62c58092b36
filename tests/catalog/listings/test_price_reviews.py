"""Large price changes wait for a person's yes; nothing else waits with them."""

import json
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.listings import badges, selectors
from catalog.listings.facets import updates
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet, PriceReview
from catalog.listings.services import direct_updates, price_reviews, product_sync, upload_files
from catalog.listings.tasks import sync
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, Event, JobRun
from jetbridge.inbox.models import Notification
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
State = PriceReview.State


@pytest.fixture
def listed(account, jet):
    """A product that Jet has at 10.00 with 10 units; price changes above 20 % are reviewed."""
    listing = ListingFactory(product=ProductFactory(sku="MUG", price=Decimal(10), mapped=True))
    product_sync.queue_update(product=listing.product, account=account)
    direct_updates.send_pending(client=jet, account=account)
    Configuration.objects.update(price_review=True, price_review_percent=20)
    return Listing.objects.get()


def reprice(listing, price, **fields):
    Product.objects.filter(pk=listing.product_id).update(price=Decimal(price), **fields)
    updates.product_changed([listing.product_id], [Facet.PRICE, Facet.INVENTORY], by="edit")


def price_on_jet(jet):
    return jet.products.get("MUG").price


def delivery():
    return ListingFacet.objects.get(facet=Facet.PRICE)


def test_a_large_change_waits_and_the_quantity_does_not(listed, jet, account):
    reprice(listed, 15, quantity=7)

    sync.sync_prices()
    sync.sync_inventory()

    assert price_on_jet(jet) == 10
    assert Listing.objects.get().live_quantity == 7
    review = PriceReview.objects.get()
    assert (review.state, review.old_price, review.new_price, review.change_percent) == ("open", 10, 15, 50)
    assert review.reason == "edit"
    run = JobRun.objects.get(job="catalog.sync_prices")
    assert (run.outcome, run.skipped) == ("nothing", 1)
    assert "waits for a person's yes" in run.items[0]["reason"]
    assert (delivery().answer, delivery().next_try_at) == ("held", None)
    assert not selectors.unsent_jobs()


def test_people_are_told_once_and_the_history_tells(listed):
    for price in (15, 16):
        reprice(listed, price)
        sync.sync_prices()

    line = Notification.objects.get(kind="price_review")
    assert (line.url, line.count) == ("/admin/catalog/price-reviews/", 2)
    assert PriceReview.objects.get().new_price == 16
    held = Event.objects.filter(action="price held for review")
    assert [event.after for event in held.order_by("pk")] == [{"price": "15.00"}, {"price": "16.00"}]


@pytest.mark.parametrize("price", [12, 8, "10.01"])
def test_a_change_up_to_the_share_goes_at_once(listed, jet, price):
    reprice(listed, price)

    sync.sync_prices()

    assert float(price_on_jet(jet)) == float(price)
    assert not PriceReview.objects.exists()


def test_off_by_default_everything_goes(listed, jet):
    Configuration.objects.update(price_review=False)
    reprice(listed, 99)

    sync.sync_prices()

    assert price_on_jet(jet) == 99
    assert Configuration._meta.get_field("price_review").default is False


def test_an_accepted_price_is_sent_by_the_job(listed, jet, merchant):
    reprice(listed, 15)
    sync.sync_prices()

    assert price_reviews.decide(reviews=PriceReview.objects.all(), accept=True, by=merchant) == 1
    assert "catalog.sync_prices" in selectors.unsent_jobs()
    sync.sync_prices()

    assert price_on_jet(jet) == 15
    review = PriceReview.objects.get()
    assert (review.state, review.decided_by, review.taken_up_at is not None) == ("accepted", merchant, True)
    assert Event.objects.get(action="price change accepted").before == {"price": "10.00"}


def test_a_yes_is_for_the_price_that_was_shown(listed, jet, merchant):
    reprice(listed, 15)
    sync.sync_prices()
    price_reviews.decide(reviews=PriceReview.objects.all(), accept=True, by=merchant)

    reprice(listed, 50)
    sync.sync_prices()

    assert price_on_jet(jet) == 10
    assert PriceReview.objects.get(state=State.OPEN).new_price == 50


def test_a_declined_price_is_not_asked_for_again_until_it_changes(listed, jet, merchant):
    reprice(listed, 15)
    sync.sync_prices()
    price_reviews.decide(reviews=PriceReview.objects.all(), accept=False, by=merchant)

    reprice(listed, 15)
    sync.sync_prices()
    assert list(PriceReview.objects.values_list("state", flat=True)) == ["declined"]
    assert "was declined" in delivery().errors[0]

    reprice(listed, 14)
    sync.sync_prices()
    assert set(PriceReview.objects.values_list("state", flat=True)) == {"declined", "open"}
    assert price_on_jet(jet) == 10


def test_a_declined_price_can_still_be_accepted(listed, jet, merchant):
    reprice(listed, 15)
    sync.sync_prices()
    price_reviews.decide(reviews=PriceReview.objects.all(), accept=False, by=merchant)

    price_reviews.decide(reviews=PriceReview.objects.all(), accept=True, by=merchant)
    sync.sync_prices()

    assert price_on_jet(jet) == 15


def test_a_price_that_comes_near_again_overtakes_its_review(listed, jet):
    reprice(listed, 15)
    sync.sync_prices()
    reprice(listed, 11)
    sync.sync_prices()

    assert price_on_jet(jet) == 11
    assert PriceReview.objects.get().state == State.OVERTAKEN


def test_a_first_price_is_never_held(account, jet):
    Configuration.objects.update(price_review=True)
    product = ProductFactory(mapped=True, price=Decimal(500))
    product_sync.queue_update(product=product, account=account)

    direct_updates.send_pending(client=jet, account=account)

    assert Listing.objects.get().live_price == 500


def test_files_leave_a_held_price_out(listed, account):
    other = ListingFactory(
        product=ProductFactory(sku="CUP", price=Decimal(5)), first_sent_at="2026-11-01T00:00:00Z"
    )
    Product.objects.filter(pk=listed.product_id).update(price=Decimal(15))
    updates.queue_update([listed, other], Facet.PRICE, via_file=True)

    (file,) = upload_files.build_files(account=account)

    assert list(file.content) == ["CUP"]
    assert PriceReview.objects.get().listing == listed


def test_a_mass_action_says_that_the_price_waits(listed, account, jet):
    run = steps.draft(action="sync", ids=[listed.product_id])
    Product.objects.filter(pk=listed.product_id).update(price=Decimal(15))
    steps.start(run)
    steps.expand()

    direct_updates.send_pending(client=jet, account=account)

    item = run.items.get()
    assert (item.state, item.code) == ("skipped", "held")
    assert "under Price Reviews" in item.reason
    run.refresh_from_db()
    assert run.state == "done"


def test_the_page_accepts_and_declines_one_and_many(admin_client, account):
    for number in range(5):
        listing = ListingFactory(product=ProductFactory(sku=f"S{number}"))
        PriceReview.objects.create(listing=listing, old_price=10, new_price=15, change_percent=50)
    reviews = list(PriceReview.objects.order_by("pk"))
    url = reverse("catalog:decide_price_reviews")

    page = admin_client.get(reverse("catalog:price_reviews")).content.decode()
    assert page.count("+50.0 %") == 5
    admin_client.post(url, {"decision": f"accept:{reviews[0].pk}"})
    admin_client.post(url, {"decision": "decline", "review": [reviews[1].pk, reviews[2].pk]})
    said = admin_client.post(url, {"decision": "accept", "all": "1"}, follow=True).content.decode()

    assert "2 price changes accepted: to be sent to Jet." in said
    states = list(PriceReview.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["accepted", "declined", "declined", "accepted", "accepted"]
    declined = admin_client.get(reverse("catalog:price_reviews"), {"state": "declined"}).context["rows"]
    assert [review.listing.sku for review, _ in declined] == ["S2", "S1"]
    nothing = admin_client.post(url, {"decision": "accept", "review": [reviews[0].pk]}, follow=True)
    assert b"Nothing was chosen that still waits." in nothing.content


def test_the_command_lists_accepts_and_declines(account, capsys):
    for sku in ("A", "B", "C"):
        listing = ListingFactory(product=ProductFactory(sku=sku))
        PriceReview.objects.create(listing=listing, old_price=10, new_price=15, change_percent=50)

    def run(*args, **options):
        call_command("price_reviews", *args, json=True, **options)
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    assert [row["sku"] for row in run()["reviews"]] == ["A", "B", "C"]
    assert run("B", decline=True) == {"declined": 1, "waiting": 2}
    with pytest.raises(CommandError, match="No price change waits for: B"):
        run("A", "B", accept=True)
    with pytest.raises(CommandError, match="--all"):
        run(accept=True)
    assert run(accept=True, all=True) == {"accepted": 2, "waiting": 0}


def test_the_dashboard_asks_for_the_yes(admin_client, account):
    assert "Price changes to review" not in admin_client.get("/admin/").content.decode()
    PriceReview.objects.create(
        listing=ListingFactory(product=ProductFactory()), old_price=10, new_price=15, change_percent=50
    )

    assert "Price changes to review" in admin_client.get("/admin/").content.decode()


def test_the_menu_counts_what_waits(rf, account):
    listing = ListingFactory(product=ProductFactory())
    PriceReview.objects.create(listing=listing, old_price=10, new_price=15, change_percent=50)

    assert badges.price_reviews(rf.get("/")) == "1"


def test_a_viewer_sees_and_does_not_decide(client, account):
    person = User.objects.create_user("victor", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client.force_login(person)

    assert client.get(reverse("catalog:price_reviews")).status_code == 200
    assert client.post(reverse("catalog:decide_price_reviews"), {"decision": "accept"}).status_code == 403


def test_the_page_costs_few_queries(admin_client, account, django_assert_max_num_queries):
    for number in range(60):
        listing = ListingFactory(product=ProductFactory(sku=f"S{number}"))
        PriceReview.objects.create(listing=listing, old_price=10, new_price=15, change_percent=50)
    configuration.current()

    with django_assert_max_num_queries(12):
        assert admin_client.get(reverse("catalog:price_reviews")).status_code == 200
