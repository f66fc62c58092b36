"""What rooms announce reaches those above in the same transaction, in every process, many products at once."""

import importlib
import json
import subprocess
import sys

import pytest
from django.db import transaction

from catalog.listings.models import ListingFacet
from catalog.mapping.models import CategoryMapping
from catalog.mapping.services import category_mappings
from catalog.products import changes
from catalog.products.changes import Changed, Kind
from catalog.products.intake.column_families import families
from catalog.products.models import Product, StockMovement, StoreCategory, Variation
from catalog.products.services import categories, products, stock, typed_quantities
from catalog.products.services.stock import StockLine
from catalog.rules.models import ValidationResult
from jetbridge.core.announcements import Topic
from jetbridge.home import PROJECT_ROOT
from tests.catalog.products.imports.files import imported
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory, StoreCategoryFactory

SENT = "2018-02-01T00:00:00Z"
ROOMS = ("products", "mapping", "rules")
SUBSCRIBERS = f"""
import importlib, json
from jetbridge.core.announcements import Topic
rooms = [importlib.import_module(f"catalog.{{room}}.changes") for room in {ROOMS}]
topics = [each for room in rooms for each in vars(room).values() if isinstance(each, Topic)]
from catalog.products.intake.column_families import families
columns = {{"columns of a file": list(families())}}
print(json.dumps({{topic.name: topic.subscribers for topic in topics}} | columns))
"""
PROCESSES = {
    "web": ["-c", f"import jetbridge.wsgi\n{SUBSCRIBERS}"],
    "worker": [
        "-c",
        f"from jetbridge.celery import app\napp.loader.import_default_modules()\n{SUBSCRIBERS}",
    ],
    "command": ["manage.py", "shell", "-c", SUBSCRIBERS],
}


def topics():
    rooms = [importlib.import_module(f"catalog.{room}.changes") for room in ROOMS]
    return [each for room in rooms for each in vars(room).values() if isinstance(each, Topic)]


class Broken(Exception):
    """A room above cannot follow."""


def break_off(topic, monkeypatch):
    """Let the last subscriber of a topic fail: all others have followed by then."""

    def fail(change):
        raise Broken

    monkeypatch.setattr(topic, "_subscribers", [*topic._subscribers, fail])


def edit(lamp, folder):
    with transaction.atomic():
        lamp.price = 7
        products.store(product=lamp, changed={"price"})
        products.finish(product=lamp, changed={"price"})


def link_a_child(lamp, folder):
    with transaction.atomic():
        Product.objects.filter(pk=lamp.pk).update(kind=Product.Kind.CONFIGURABLE)
        Variation.objects.create(parent=lamp, child_sku="BULB")
        products.finish(product=ProductFactory(sku="BULB"), is_new=True)


WAYS = {
    Kind.EDITED: (edit, Facet.PRICE),
    Kind.IMPORTED: (lambda lamp, folder: imported(folder, "sku,price\nLAMP,7\n"), Facet.PRICE),
    Kind.STOCK_MOVED: (
        lambda lamp, folder: stock.reserve(document="order", lines=[StockLine("1", lamp.pk, "LAMP", 1)]),
        Facet.INVENTORY,
    ),
    Kind.STOCK_SET: (
        lambda lamp, folder: typed_quantities.set_quantity(product=lamp, quantity=3),
        Facet.INVENTORY,
    ),
    Kind.CHILD_LINKED: (link_a_child, Facet.VARIATION),
    Kind.REMOVING: (lambda lamp, folder: products.delete(product=lamp), Facet.ARCHIVE),
}


@pytest.fixture
def lamp(db):
    return ListingFactory(sku="LAMP", product__sku="LAMP", product__quantity=9, first_sent_at=SENT).product


def pending():
    rows = ListingFacet.objects.filter(next_try_at__isnull=False)
    return set(rows.values_list("listing__sku", "facet"))


def stored():
    tables = (Product, StockMovement, Variation, ValidationResult, ListingFacet)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("kind", Kind)
def test_a_change_of_any_kind_is_queued_where_jet_has_the_product(kind, lamp, tmp_path):
    act, facet = WAYS[kind]

    act(lamp, tmp_path)

    assert pending() == {("LAMP", facet)}


@pytest.mark.parametrize("kind", Kind)
def test_a_change_that_cannot_be_followed_leaves_nothing_behind(kind, lamp, tmp_path, monkeypatch):
    break_off(changes.PRODUCTS, monkeypatch)
    before = stored()

    with pytest.raises(Broken):
        WAYS[kind][0](lamp, tmp_path)

    assert stored() == before


def test_a_category_that_cannot_be_followed_keeps_its_mapping(db, monkeypatch):
    category = StoreCategoryFactory(name="Mugs")
    CategoryMapping.objects.create(store_category=category, jet_category=JetCategoryFactory())
    break_off(changes.CATEGORIES, monkeypatch)

    with pytest.raises(Broken):
        categories.remove(category=category)

    assert (StoreCategory.objects.count(), CategoryMapping.objects.count()) == (1, 1)


def test_a_mapping_that_cannot_be_followed_is_not_stored(db, monkeypatch):
    break_off(importlib.import_module("catalog.mapping.changes").MAPPING, monkeypatch)
    main = JetCategoryFactory()
    pair = (StoreCategoryFactory(name="Mugs"), JetCategoryFactory(parent=main))

    with pytest.raises(Broken):
        category_mappings.map_many(pairs=[pair])

    assert not CategoryMapping.objects.exists()


def test_a_batch_of_an_import_is_one_announcement(db, tmp_path, monkeypatch):
    heard = []
    followers = [*changes.PRODUCTS._subscribers, lambda change: heard.append(change) or ()]
    monkeypatch.setattr(changes.PRODUCTS, "_subscribers", followers)

    imported(tmp_path, "sku,name\n" + "".join(f"MUG-{number},Mug\n" for number in range(90)))

    assert [(change.kind, len(change.products), change.by) for change in heard] == [
        (Kind.IMPORTED, 90, "import")
    ]


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_its_transaction_is_refused():
    with pytest.raises(RuntimeError, match="in the transaction that makes it"):
        changes.announce(Kind.EDITED, [Changed(1)])


def test_a_topic_that_nobody_follows_is_refused():
    with pytest.raises(RuntimeError, match="Nobody follows changes of lamps"):
        Topic("lamps").ask("a lamp")


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_has_the_same_subscribers_in_the_same_order(process):
    answer = subprocess.run(
        [sys.executable, *PROCESSES[process]], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )

    subscribed = json.loads(answer.stdout.splitlines()[-1])
    here = {topic.name: list(topic.subscribers) for topic in topics()}
    assert subscribed == here | {"columns of a file": list(families())}
    assert all(subscribed.values()), subscribed


def test_verdicts_are_marked_before_listings_follow():
    assert changes.PRODUCTS.subscribers == (
        "catalog.rules.services.store_changes.follow_products",
        "catalog.listings.services.store_changes.follow_products",
    )
