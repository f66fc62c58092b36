"""What is offered on Jet and how much is held back: shop, category, brand, product, the more special rule wins."""

import pytest
from django.urls import reverse

from catalog.listings.facets import closings
from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet
from catalog.products.models import Product, ProductCategory, StoreCategory
from catalog.products.services import categories, products
from catalog.rules.eligibility import eligibilities
from catalog.rules.models import BrandRule, Problem
from catalog.rules.quantities import explain_quantity, jet_quantity
from catalog.rules.services import brand_rules, changes
from jetbridge.core import configuration
from jetbridge.core.models import Event
from jetbridge.desk.services import configuration as settings_service
from tests.catalog.checks import check_all
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SENT = "2026-11-01T00:00:00Z"


@pytest.fixture
def tree():
    """Home / Kitchen / Mugs."""
    home = StoreCategory.add_root(name="Home", full_path="Home")
    kitchen = home.add_child(name="Kitchen", full_path="Home/Kitchen")
    mugs = kitchen.add_child(name="Mugs", full_path="Home/Kitchen/Mugs")
    return home, kitchen, mugs


def inside(category, **fields):
    product = ProductFactory(**fields)
    ProductCategory.objects.create(product=product, category=category)
    return product


def rule(category, **values):
    StoreCategory.objects.filter(pk=category.pk).update(**values)


def eligibility(product):
    return eligibilities([product], configuration.current()).get(product.pk)


def quantity(product):
    return jet_quantity(product, configuration.current(), eligibility(product))


def test_the_product_overrides_its_category_and_that_the_shop(tree):
    home, kitchen, mugs = tree
    mug = inside(mugs, quantity=10)
    settings_service.save(changes={"stock_buffer": 1})
    assert quantity(mug) == 9

    rule(home, stock_buffer=2)
    assert quantity(mug) == 8
    rule(kitchen, stock_buffer=3)
    assert quantity(mug) == 7
    rule(mugs, stock_buffer=0)
    assert quantity(mug) == 10
    mug.stock_buffer = 4
    assert quantity(mug) == 6


def test_the_explanation_names_what_held_units_back(tree):
    mug = inside(tree[2], quantity=10, reserved=2)
    rule(tree[1], stock_buffer=3)

    shown = explain_quantity(mug, configuration.current(), eligibility(mug))

    assert shown == "5: 10 on hand, less 2 reserved, less 3 held back (the buffer of category Home/Kitchen)."


def test_of_several_categories_the_deepest_that_says_something_counts(tree):
    mugs = tree[2]
    mug = inside(mugs, quantity=10)
    sale = StoreCategory.add_root(name="Sale", full_path="Sale")
    ProductCategory.objects.create(product=mug, category=sale)
    rule(sale, stock_buffer=5, listing_rule="keep_off")
    rule(mugs, stock_buffer=1, listing_rule="offer")

    assert quantity(mug) == 9
    Product.objects.filter(pk=mug.pk).update(listed_in=sale)
    mug.refresh_from_db()
    assert (quantity(mug), eligibility(mug).kept_off) == (0, "the rule of category Sale")


@pytest.mark.parametrize(
    ("shop", "category", "brand", "fields", "offered"),
    [
        (True, "", "", {}, True),
        (False, "", "", {}, False),
        (False, "offer", "", {}, True),
        (True, "keep_off", "", {}, False),
        (True, "keep_off", "offer", {}, True),
        (True, "offer", "keep_off", {}, False),
        (True, "keep_off", "keep_off", {"offered_anyway": True}, True),
        (False, "", "", {"offered_anyway": True}, True),
        (True, "offer", "offer", {"excluded": True}, False),
    ],
)
def test_the_more_special_rule_wins(tree, shop, category, brand, fields, offered):
    mug = inside(tree[2], quantity=10, **fields)
    settings_service.save(changes={"list_by_default": shop})
    rule(tree[0], listing_rule=category)
    if brand:
        BrandRule.objects.create(brand=" northwind", listing_rule=brand)

    assert (quantity(mug) == 10) is offered


def test_what_a_rule_keeps_off_is_told_and_not_uploaded(tree, account):
    mug = inside(tree[2], mapped=True)
    BrandRule.objects.create(brand="Northwind")
    check_all()

    assert Problem.objects.get(code="offering.kept_off").message == (
        "The product is kept off Jet by the rule of brand Northwind."
    )
    run = steps.draft(action="upload", ids=[mug.pk])
    assert run.plan["will_go"] == 0
    assert run.plan["left_out"][0]["code"] == "excluded"


def test_a_new_rule_closes_on_jet_what_it_keeps_off_and_its_removal_opens_it_again(account):
    acme = ListingFactory(product=ProductFactory(attributes={"brand": "Acme "}), first_sent_at=SENT)
    ListingFactory(first_sent_at=SENT)
    brand = BrandRule(brand="ACME")

    brand_rules.save_brand_rule(rule=brand)
    changes.follow()

    assert list(Listing.objects.filter(archive_requested=True)) == [acme]
    delivery = ListingFacet.objects.get(facet=Facet.ARCHIVE)
    assert delivery.queued_by == "kept off Jet by the rule of brand ACME"
    brand_rules.drop_brand_rule(rule=brand)
    changes.follow()
    assert not Listing.objects.filter(archive_requested=True).exists()
    assert Event.objects.filter(action="listing rule removed").exists()


def test_what_a_person_archived_is_not_opened_by_a_rule(account, tree):
    mug = ListingFactory(product=inside(tree[2]), first_sent_at=SENT)
    closings.queue_archive([mug], archived=True, by="person")

    categories.set_rule(category=tree[2], listing_rule="offer", stock_buffer=None)
    changes.follow()

    mug.refresh_from_db()
    assert mug.archive_requested


def test_a_category_buffer_corrects_quantities_on_jet(account, tree):
    few = ListingFactory(product=inside(tree[2], quantity=9), first_sent_at=SENT, live_quantity=9)
    ListingFactory(first_sent_at=SENT, live_quantity=10)

    categories.set_rule(category=tree[0], listing_rule="", stock_buffer=4)
    changes.follow()

    delivery = ListingFacet.objects.get(next_try_at__isnull=False)
    assert (delivery.listing, delivery.facet) == (few, Facet.INVENTORY)
    body = Facet.INVENTORY.build(few, Facet.INVENTORY.gather([few]))
    assert body["fulfillment_nodes"][0]["quantity"] == 5


def test_a_brand_rule_is_read_when_a_quantity_is_worded(account):
    mug = ListingFactory(first_sent_at=SENT)
    BrandRule.objects.create(brand="Northwind")

    body = Facet.INVENTORY.build(mug, Facet.INVENTORY.gather([mug]))

    assert body["fulfillment_nodes"][0]["quantity"] == 0


def test_what_waits_for_its_first_upload_is_not_sent_any_more(account):
    mug = ListingFactory()
    ListingFacet.objects.create(listing=mug, facet=Facet.DETAILS, next_try_at=SENT)

    brand_rules.save_brand_rule(rule=BrandRule(brand="Northwind"))
    changes.follow()

    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists()


def test_a_product_that_gets_a_kept_off_brand_is_closed(account):
    mug = ListingFactory(first_sent_at=SENT)
    BrandRule.objects.create(brand="Acme")
    product = mug.product
    product.attributes = {**product.attributes, "brand": "Acme"}
    product.save()

    products.finish(product=product, changed={"attributes"})

    mug.refresh_from_db()
    assert mug.archive_requested


def test_offering_only_what_a_rule_says_walks_all_products(account):
    ListingFactory(first_sent_at=SENT)

    settings_service.save(changes={"list_by_default": False})
    changes.follow()

    assert Listing.objects.get().archive_requested


def test_the_pages_set_rules(admin_client, tree):
    category = reverse("admin:catalog_storecategory_change", args=[tree[1].pk])
    admin_client.post(
        category, {"name": "Kitchen", "parent": tree[0].pk, "listing_rule": "keep_off", "stock_buffer": "2"}
    )
    admin_client.post(reverse("admin:catalog_brandrule_add"), {"brand": "Acme", "listing_rule": "keep_off"})

    kitchen = StoreCategory.objects.get(pk=tree[1].pk)
    assert (kitchen.listing_rule, kitchen.stock_buffer, kitchen.full_path) == ("keep_off", 2, "Home/Kitchen")
    twice = admin_client.post(
        reverse("admin:catalog_brandrule_add"), {"brand": " acme ", "listing_rule": "offer"}
    )
    assert b"There is a rule for this brand already." in twice.content
    assert changes.waiting().count() == 2
    listed = admin_client.get(reverse("admin:catalog_storecategory_changelist")).content.decode()
    assert "Kept off" in listed
    brand = BrandRule.objects.get()
    admin_client.post(reverse("admin:catalog_brandrule_delete", args=[brand.pk]), {"post": "yes"})
    assert not BrandRule.objects.exists()


def test_many_products_cost_few_queries(django_assert_max_num_queries, tree):
    BrandRule.objects.create(brand="Acme")
    products, config = [inside(tree[2]) for _ in range(20)], configuration.current()

    with django_assert_max_num_queries(4):
        assert len(eligibilities(products, config)) == 20
