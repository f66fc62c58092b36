"""What follows from a changed setting: only verdicts that may differ are judged again, only what differs is sent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.listings import selectors
from catalog.listings.models import ListingFacet
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.mapping.services import attribute_mappings
from catalog.products.models import Attribute, Product, Variation
from catalog.products.services import stock
from catalog.products.services.stock import StockLine
from catalog.rules import tasks
from catalog.rules.models import CatalogChange, Problem, ValidationResult, note_change
from catalog.rules.services import changes, stale_results, validations
from jetbridge.core.models import JobRun, StoreView
from jetbridge.desk.services import configuration as settings_service
from tests.catalog.checks import check_all
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SENT = "2026-11-01T00:00:00Z"


def judged(*skus, **fields):
    """Make products and judge them."""
    made = [ProductFactory(sku=sku, mapped=True, **fields) for sku in skus]
    check_all()
    return made


def stale():
    rows = ValidationResult.objects.filter(stale_since__isnull=False)
    return set(rows.values_list("product__sku", flat=True))


def wanted():
    rows = ListingFacet.objects.filter(next_try_at__isnull=False)
    return set(rows.values_list("listing__sku", "facet"))


def test_a_price_rule_touches_only_verdicts_that_it_turns():
    judged("DEAR", price=Decimal(50), jet_fields={"map_price": "6"})
    judged("CHEAP", price=Decimal(4), jet_fields={"map_price": "3.50"})

    settings_service.save(changes={"price_mode": "decrease_fixed", "price_value": Decimal("0.4")})
    changes.follow()
    assert stale() == set()
    settings_service.save(changes={"price_value": Decimal("0.6"), "map_check": "refuse"})
    changes.follow()

    assert stale() == {"CHEAP"}
    validations.refresh()
    assert Problem.objects.get(code="price.missing").product.sku == "CHEAP"


def test_a_price_that_falls_below_map_is_told():
    judged("CHEAP", price=Decimal(4), jet_fields={"map_price": "3.50"})

    settings_service.save(changes={"price_mode": "decrease_fixed", "price_value": Decimal("0.6")})
    changes.follow()
    validations.refresh()

    assert Problem.objects.get().code == "price.below_map"


def test_only_prices_that_differ_are_sent_again(account):
    for sku, price in (("DEAR", 50), ("CHEAP", 4)):
        ListingFactory(product=ProductFactory(sku=sku, price=Decimal(price)), first_sent_at=SENT)

    settings_service.save(changes={"price_floor": Decimal(10)})
    changes.follow()

    assert wanted() == {("CHEAP", Facet.PRICE)}


def test_a_stock_buffer_judges_again_what_it_sells_out(account):
    few, many = judged("FEW", quantity=2)[0], judged("MANY", quantity=9)[0]
    for product in (few, many):
        ListingFactory(product=product, first_sent_at=SENT)

    settings_service.save(changes={"stock_buffer": 3})
    changes.follow()

    assert stale() == {"FEW"}
    assert wanted() == {("FEW", Facet.INVENTORY), ("MANY", Facet.INVENTORY)}


def test_a_mapped_field_touches_products_with_either_code():
    Attribute.objects.create(code="maker", label="Maker")
    judged("OLD", attributes={"brand": "Acme", "ean": "9525000000016"})
    judged("NEW", attributes={"maker": "Acme", "ean": "9525000000023"})
    judged("NEITHER", attributes={"ean": "9525000000030"})
    mapping = settings_service.configuration.current().field_mapping

    settings_service.save(changes={"field_mapping": {**mapping, "brand": "maker"}})
    changes.follow()

    assert stale() == {"OLD", "NEW"}


def test_a_field_mapped_to_a_column_touches_all():
    judged("A", "B")
    mapping = settings_service.configuration.current().field_mapping

    settings_service.save(changes={"field_mapping": {**mapping, "mfr_part_number": "sku"}})
    changes.follow()

    assert stale() == {"A", "B"}


def test_a_store_view_touches_products_with_texts_in_it():
    view = StoreView.objects.create(code="de", name="German")
    judged("PLAIN")
    german = judged("GERMAN")[0]
    german.texts.create(store_view=view, name="Tasse")

    settings_service.save(changes={"store_view": view})
    changes.follow()

    assert stale() == {"GERMAN"}


def test_an_image_base_touches_relative_paths_only():
    judged("WEB")
    judged("RELATIVE", image="/m/u/mug.jpg")

    settings_service.save(changes={"image_base_url": "https://images.example.test"})
    changes.follow()
    assert stale() == {"RELATIVE"}

    validations.refresh()
    settings_service.save(changes={"image_base_url": "https://other.example.test"})
    assert not changes.waiting().exists()


def test_settings_without_meaning_for_products_walk_nothing():
    judged("A")

    settings_service.save(changes={"batch_size": 60, "notification_email": "a@example.test"})

    assert not CatalogChange.objects.exists()
    assert changes.follow().note == "No setting changed that concerns products."


def test_a_walk_that_died_goes_on_where_it_was(monkeypatch, account):
    monkeypatch.setattr(changes, "CHUNK", 2)
    for number in range(5):
        ListingFactory(product=ProductFactory(sku=f"S{number}", price=Decimal(4)), first_sent_at=SENT)
    settings_service.save(changes={"price_floor": Decimal(10)})
    assert "catalog.follow_changes" in selectors.unsent_jobs()

    with pytest.raises(ZeroDivisionError):
        changes.follow(heartbeat=lambda: 1 // 0)
    assert len(wanted()) == 2
    changes.follow()

    change = CatalogChange.objects.get()
    assert (change.walked, change.resent, len(wanted())) == (5, 5, 5)
    assert change.done_at is not None
    assert "catalog.follow_changes" not in selectors.unsent_jobs()


def test_a_walk_that_fails_is_reported_and_holds_up_nothing_else(monkeypatch, account):
    judged("CHEAP", price=Decimal(4))
    settings_service.save(changes={"price_floor": Decimal(10)})
    note_change(CatalogChange.Scope.ALL, reason="another")

    def broken(*_):
        raise ValueError("odd data")

    monkeypatch.setitem(changes.WALKS, CatalogChange.Scope.OFFER, broken)
    report = changes.follow()

    assert [item.reference for item in report.items] == ["configuration: lowest price"]
    assert "odd data" in report.items[0].reason
    assert stale() == {"CHEAP"}
    assert [change.scope for change in changes.waiting()] == [CatalogChange.Scope.OFFER]


def test_a_chunk_that_another_worker_walked_is_not_counted_twice(monkeypatch):
    monkeypatch.setattr(changes, "CHUNK", 2)
    judged("A", "B", "C")
    change = note_change(CatalogChange.Scope.ALL, reason="test")
    once = changes._mark

    def overtaken(row, ids):
        CatalogChange.objects.filter(pk=row.pk, cursor=row.cursor).update(cursor=ids[-1], walked=len(ids))
        monkeypatch.setitem(changes.WALKS, row.scope, once)
        return once(row, ids)

    monkeypatch.setitem(changes.WALKS, change.scope, overtaken)

    changes.follow()

    change.refresh_from_db()
    assert (change.walked, stale()) == (3, {"A", "B", "C"})


def test_the_validation_job_walks_first_and_leaves_no_old_verdict(account):
    judged("CHEAP", price=Decimal(4), jet_fields={"map_price": "5"})
    check_all()
    settings_service.save(changes={"map_check": "refuse"})

    tasks.refresh_validation()

    assert list(Problem.objects.values_list("code", flat=True)) == ["price.missing"]
    assert JobRun.objects.get(job="catalog.refresh_validation").done == 1


def test_a_page_takes_no_verdict_for_current_before_the_walk_came_by(admin_client):
    mug = judged("MUG")[0]
    page = reverse("admin:catalog_product_change", args=[mug.pk])
    assert "being checked again" not in admin_client.get(page).content.decode()

    settings_service.save(changes={"price_floor": Decimal(10)})
    assert "being checked again" in admin_client.get(page).content.decode()

    changes.follow()
    assert "being checked again" not in admin_client.get(page).content.decode()


def test_an_attribute_mapping_touches_products_with_the_code_and_parents_that_differ_in_it():
    size = Attribute.objects.create(code="size", label="Size")
    judged("WITH", attributes={"size": "M", "brand": "Acme", "ean": "9525000000016"})
    judged("WITHOUT")
    parent = judged("PARENT", kind="configurable", variation_codes=["size"])[0]
    Variation.objects.create(parent=parent, child_sku="LATER")
    jet = JetAttribute.objects.create(jet_id=50, name="Size", variant=True)

    attribute_mappings.save_mapping(mapping=AttributeMapping(attribute=size, jet_attribute=jet))

    assert stale() == {"WITH", "PARENT"}


def test_a_large_branch_is_left_to_the_job(monkeypatch):
    monkeypatch.setattr(stale_results, "AT_ONCE", 1)
    for product in judged("A", "B"):
        path = product.categories.get().path
    judged("OUTSIDE")
    Product.objects.get(sku="A").category_links.update(category=product.categories.get())

    stale_results.mark_products_below([path])
    assert stale() == set()
    changes.follow()

    assert stale() == {"A", "B"}


def test_the_last_unit_sold_makes_the_verdict_old():
    mug = judged("MUG", quantity=2)[0]

    stock.reserve(document="o1", lines=[StockLine("1", mug.pk, mug.sku, 1)])
    assert stale() == set()
    stock.reserve(document="o2", lines=[StockLine("1", mug.pk, mug.sku, 1)])

    assert stale() == {"MUG"}


def test_a_special_price_that_began_since_the_verdict_makes_it_old():
    today = timezone.localdate()
    begun = judged("BEGUN", special_price=Decimal(5), special_price_from=today)[0]
    judged("LATER", special_price=Decimal(5), special_price_from=today + timedelta(days=2))
    ValidationResult.objects.update(checked_at=timezone.now() - timedelta(days=1))

    assert changes.mark_dated() == 1

    assert stale() == {begun.sku}
    validations.refresh()
    assert changes.mark_dated() == 0
