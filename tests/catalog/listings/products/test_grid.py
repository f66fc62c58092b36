"""The products grid: what a row shows, filters, search, the funnel, and how many queries a page takes."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.listings.grid import stages as product_stages
from catalog.listings.models import Listing, ListingFacet
from catalog.products.models import ProductCategory
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from tests.factories import CategoryMappingFactory, ListingFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db
GRID = reverse("admin:catalog_product_changelist")
Status = Listing.Status


def skus(client, query=""):
    return {product.sku for product in client.get(f"{GRID}?{query}").context["cl"].result_list}


def test_a_row_tells_status_prices_quantities_problems_and_the_last_refusal(admin_client):
    listing = ListingFactory(
        product__sku="MUG-1", product__quantity=7, status=Status.MISSING_DATA, sub_statuses=["Missing image"],
        live_price=Decimal("18.50"), live_quantity=4, last_error="Details: Jet: no such category",
    )  # fmt: skip
    ListingFacet.objects.create(listing=listing, facet="details", sent_at=timezone.now() - timedelta(hours=2))
    ValidationResult.objects.create(
        product=listing.product, worst="blocks", blocks=1, advice=1, checked_at=timezone.now()
    )
    Problem.objects.create(
        product=listing.product, code="b", severity="advice", field="bullets", message="Bullets help"
    )
    Problem.objects.create(
        product=listing.product, code="a", severity="blocks", field="EAN", message="Wrong check digit"
    )

    page = admin_client.get(GRID).content.decode()

    for words in (
        "MUG-1",
        "Missing Listing Data",
        "Missing image",
        "$19.99",
        "$18.50",
        "2 problems",
    ):
        assert words in page
    assert "Wrong check digit" in page
    assert "Bullets help" not in page
    assert "Details: Jet: no such category" in page


def test_a_row_shows_jets_figure_only_where_it_differs_and_advice_as_a_count(admin_client):
    listing = ListingFactory(
        product__sku="MUG-1", status=Status.AVAILABLE, product__price=5, product__quantity=7,
        live_price=Decimal("5.00"), live_quantity=7,
    )  # fmt: skip
    advice = {"product": listing.product, "severity": "advice", "code": "b", "field": "bullets"}
    ValidationResult.objects.create(
        product=listing.product, worst="advice", advice=1, checked_at=timezone.now()
    )
    Problem.objects.create(**advice, message="Bullets help")

    page = admin_client.get(GRID).content.decode()

    assert "$5.00" in page
    assert ">Jet $" not in page
    assert 'aria-label="1 problem: Bullets help"' in page
    assert ">Bullets help<" not in page


def test_a_page_of_fifty_weighs_what_it_may(full_store, admin_client):
    Configuration.objects.filter(pk=1).update(image_base_url="https://shop.example/media")

    page = admin_client.get(GRID).content

    assert len(page) < 250_000
    assert len(re.findall(rb"<[a-z]", page)) < 1_900


def test_a_row_says_that_jet_refused_it_so_often_that_it_is_stopped(admin_client):
    listing = ListingFactory(status=Status.MISSING_DATA)
    ListingFacet.objects.create(listing=listing, facet="price", failures=3, blocked_at=timezone.now())

    page = admin_client.get(GRID).content.decode()

    assert "Stopped after 3 refusals" in page
    assert "choose Retry blocked products" in page


def queries_of(client, query=""):
    """Return the statements of one whole page view: login, permissions, header, menu and all."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{GRID}?{query}")
    assert page.status_code == 200
    return [each["sql"] for each in queries]


@pytest.fixture
def full_store(db):
    """Two pages of products that have everything a row can show."""
    category = CategoryMappingFactory().store_category
    for number in range(55):
        listing = ListingFactory(
            product__sku=f"GRID-{number}", product__image=f"/{number}.jpg", status=Status.AVAILABLE,
            sub_statuses=["Missing image"], last_error="Details: Jet: no such category",
        )  # fmt: skip
        ListingFacet.objects.create(listing=listing, facet="price", sent_at=timezone.now())
        ProductCategory.objects.create(product=listing.product, category=category)
        ValidationResult.objects.create(product=listing.product, worst="blocks", blocks=1)
        Problem.objects.create(product=listing.product, code="x", severity="blocks", field="f", message="m")
    return category


@pytest.mark.parametrize(
    "query",
    [
        "", "from_end=1", "p=2", "q=grid-1", "o=4", "status=Available+for+Purchase&stock=in", "problems=x",
        "stage=mapped", "sending=waiting", "category={category}&status=Available+for+Purchase&q=grid",
    ],
)  # fmt: skip
def test_a_whole_page_takes_at_most_twelve_queries_however_many_rows_it_shows(
    full_store, viewer_client, query
):
    viewer_client.get(GRID)

    taken = queries_of(viewer_client, query.format(category=full_store.pk))

    assert len(taken) <= 12, "\n".join(taken)


def test_a_full_page_is_below_forty_kilobytes_on_the_wire(full_store, admin_client):
    Configuration.objects.filter(pk=1).update(image_base_url="https://shop.example/media")

    page = admin_client.get(GRID, headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 40_000


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=Available+for+Purchase", {"LIVE"}),
        ("status=Not+Uploaded", {"BUNDLE", "NEW"}),
        ("problems=blocks", {"LIVE"}),
        ("problems=EAN.check_digit", {"LIVE"}),
        ("problems=unknown", {"BUNDLE", "NEW"}),
        ("kind=bundle", {"BUNDLE"}),
        ("enabled=no", {"BUNDLE"}),
        ("stock=none", {"BUNDLE"}),
        ("demo=yes", {"NEW"}),
        ("price_from=10&price_to=30", {"LIVE", "NEW"}),
        ("price_from=ten", set()),
        ("sending=waiting", {"LIVE"}),
        ("stage=sold_out", {"LIVE"}),
        ("stage=nonsense", set()),
    ],
)
def test_filters_keep_what_they_name(admin_client, query, found):
    live = ListingFactory(product__sku="LIVE", status=Status.AVAILABLE, live_quantity=0)
    ListingFacet.objects.create(listing=live, facet="price", next_try_at=timezone.now())
    ValidationResult.objects.create(product=live.product, worst="blocks", blocks=1, checked_at=timezone.now())
    Problem.objects.create(
        product=live.product, code="EAN.check_digit", severity="blocks", field="EAN", message="m"
    )
    ProductFactory(sku="NEW", is_demo=True)
    ProductFactory(sku="BUNDLE", kind="bundle", enabled=False, quantity=0, price=Decimal(99))

    assert skus(admin_client, query) == found


def test_the_drawer_offers_the_rules_that_are_broken_now(admin_client):
    for code in ("EAN.check_digit", "image.missing", "EAN.check_digit"):
        Problem.objects.create(
            product=ProductFactory(), code=code, severity="blocks", field="EAN", message="m"
        )

    page = admin_client.get(f"{GRID}?problems=EAN.check_digit")
    choices = admin_client.get(
        reverse("catalog:product_choices", args=["problems"]) + "?problems=image.missing"
    )

    assert "EAN: wrong check digit" in [each.value for each in page.context["cl"].active_filters]
    assert reverse("catalog:product_choices", args=["problems"]) in page.content.decode()
    assert [pair for pair in choices.context["choices"] if "." in pair[0]] == [
        ("EAN.check_digit", "EAN: wrong check digit"),
        ("image.missing", "Image: missing"),
    ]
    assert '<option value="image.missing" selected>' in choices.content.decode()


def test_the_drawer_offers_the_stores_tree_and_names_the_chosen_category(admin_client):
    parent = StoreCategoryFactory(name="Lamps")
    parent.add_child(name="Desk", full_path="Default Category/Lamps/Desk")

    page = admin_client.get(f"{GRID}?category={parent.pk}")
    choices = admin_client.get(reverse("catalog:product_choices", args=["category"]))

    assert [each.value for each in page.context["cl"].active_filters] == ["Lamps"]
    assert [words.strip("\u00a0") for _, words in choices.context["choices"]] == ["Lamps", "Desk"]
    assert admin_client.get(reverse("catalog:product_choices", args=["kind"])).status_code == 404


def test_another_accounts_listing_counts_for_nothing(admin_client):
    ListingFactory(product__sku="A", account=configuration.account("live"), status=Status.AVAILABLE)

    assert skus(admin_client, "status=Available+for+Purchase") == set()
    assert skus(admin_client, "status=Not+Uploaded") == {"A"}


def test_a_mapped_category_maps_what_stands_below_it_and_a_chosen_one_counts_alone(admin_client):
    parent = StoreCategoryFactory(name="Lamps")
    child = parent.add_child(name="Desk", full_path="Default Category/Lamps/Desk")
    CategoryMappingFactory(store_category=parent)
    unmapped = StoreCategoryFactory(name="Other")
    ProductCategory.objects.create(product=ProductFactory(sku="BELOW"), category=child)
    elsewhere = ProductFactory(sku="ELSEWHERE", listed_in=unmapped)
    ProductCategory.objects.create(product=elsewhere, category=child)
    ProductFactory(sku="NOWHERE")

    assert skus(admin_client, "mapped=yes") == skus(admin_client, "stage=mapped") == {"BELOW"}
    assert skus(admin_client, "mapped=no") == {"ELSEWHERE", "NOWHERE"}
    assert skus(admin_client, f"category={parent.pk}") == {"BELOW", "ELSEWHERE"}


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("mug-1", {"MUG-1", "MUG-10"}),
        ("ＭＵＧ－１", {"MUG-1", "MUG-10"}),
        ("9520000000097", {"PEN"}),
        ("952-0000-000097", {"PEN"}),
        ("b00pen1234", {"PEN"}),
        ("blue pen", {"PEN"}),
        ("50%_off", set()),
        ("nothing", set()),
    ],
)
def test_search_finds_by_sku_first_then_identifier_then_words_of_the_name(admin_client, term, found):
    ProductFactory(sku="MUG-1", name="Mug", attributes={})
    ProductFactory(sku="mug-10", name="Tall mug", attributes={})
    ProductFactory(
        sku="PEN",
        name="Pen with blue ink for mug-1",
        attributes={"ean": "9520000000097"},
        jet_fields={"ASIN": "B00PEN1234"},
    )

    assert {sku.upper() for sku in skus(admin_client, f"q={term}")} == found


def test_search_by_sku_reads_a_range_of_the_index(admin_client):
    ProductFactory(sku="MUG-1")

    taken = queries_of(admin_client, "q=mug-1")
    first = next(sql for sql in taken if "sku_key" in sql and "EXISTS" in sql)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{first}")
        plan = str(cursor.fetchall())
    assert connection.vendor == "postgresql" or "sku_key>? AND sku_key<?" in plan


def tabs(client, stage=""):
    """Return the tabs with their counts."""
    return client.get(reverse("catalog:product_funnel"), {"stage": stage}).context["stages"]


def test_tabs_and_funnel_count_each_step_as_its_link_finds(admin_client, account):
    category = CategoryMappingFactory().store_category
    for sku in ("A", "B", "C"):
        product = ProductFactory(sku=sku)
        ProductCategory.objects.create(product=product, category=category)
        ValidationResult.objects.create(product=product, worst="clean", checked_at=timezone.now())
    ValidationResult.objects.create(
        product=ProductFactory(sku="BAD"), worst="blocks", blocks=2, checked_at=timezone.now()
    )
    ListingFactory(product__sku="D", status=Status.UNDER_REVIEW)
    ListingFactory(product__sku="E", status=Status.AVAILABLE, live_quantity=3)
    ListingFactory(product__sku="F", status=Status.AVAILABLE, live_quantity=0)
    counts = {"fix": 1, "mapped": 3, "valid": 3, "sent": 3, "review": 1, "live": 2, "sold_out": 1}

    funnel = product_stages.counted_stages(account)

    assert {each.key: each.count for each in funnel} == {k: n for k, n in counts.items() if k != "fix"}
    for key, count in counts.items():
        assert len(skus(admin_client, f"stage={key}")) == count
        # Combined with another filter the products are asked, and find the same.
        assert len(skus(admin_client, f"stage={key}&kind=simple")) == count
        assert {each.key: each.count for each in tabs(admin_client, key)}[key] == count


def test_tabs_are_what_a_merchant_works_on_and_an_older_address_shows_its_own(admin_client):
    shown = [(each.key, each.label) for each in tabs(admin_client)]
    assert shown == [
        ("fix", "Needs fixing"), ("valid", "Ready"), ("review", "Under review"), ("live", "Live"),
        ("sold_out", "Sold out"),
    ]  # fmt: skip

    page = admin_client.get(f"{GRID}?stage=mapped&kind=simple")
    kept = page.content.decode()

    assert 'aria-current="true" href="/admin/catalog/product/?stage=mapped">Mapped</a>' in kept
    # The tab says it already: no chip repeats it.
    assert [each.title for each in page.context["cl"].chips] == ["type"]
    assert "Readiness: " not in kept
    assert [each.key for each in tabs(admin_client, "mapped")] == [
        "fix",
        "mapped",
        *(k for k, _ in shown[1:]),
    ]
    assert [each.key for each in tabs(admin_client, "nonsense")] == [key for key, _ in shown]


def test_tabs_and_funnel_count_groups_apart_from_the_products_that_are_sold(admin_client, account):
    group = ListingFactory(product__sku="G", product__kind="configurable", status=Status.AVAILABLE).product
    ValidationResult.objects.create(product=group, worst="clean", checked_at=timezone.now())
    for sku in ("G-S", "G-M"):
        ListingFactory(product__sku=sku, status=Status.AVAILABLE, live_quantity=3)

    dashboard = admin_client.get(reverse("admin:index")).content.decode()

    stages = [*tabs(admin_client), *product_stages.counted_stages(account)]
    numbers = {stage.key: (stage.count, stage.groups) for stage in stages}
    assert (numbers["live"], numbers["sent"], numbers["valid"]) == ((2, 1), (2, 1), (0, 1))
    assert "and 1 group" in dashboard


def test_a_product_under_review_tells_how_long_and_that_nothing_is_reviewed_without_stock(admin_client):
    sent = timezone.now() - timedelta(days=9)
    ListingFactory(product__sku="WAITS", status=Status.UNDER_REVIEW, first_sent_at=sent)
    ListingFactory(
        product__sku="EMPTY",
        product__quantity=2,
        product__reserved=2,
        status=Status.UNDER_REVIEW,
        first_sent_at=sent,
    )

    page = admin_client.get(f"{GRID}?stage=review").content.decode()

    assert page.count("9 days ago") == 1
    assert page.count("No stock: not reviewed") == 1
    assert skus(admin_client, "stage=review&stock=none") == {"EMPTY"}


def test_a_filter_that_plans_do_not_know_is_refused_instead_of_shown(admin_client):
    ProductFactory(sku="MUG-1")

    assert admin_client.get(f"{GRID}?sku__startswith=MUG").status_code == 400
    assert admin_client.get(f"{GRID}?nonsense=1")["Location"].endswith("?e=1")


def test_the_funnel_stops_counting_at_the_cap(account, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("catalog.listings.grid.stages.CAP", 2)
    category = CategoryMappingFactory().store_category
    for _ in range(4):
        listing = ListingFactory(status=Status.AVAILABLE)
        ProductCategory.objects.create(product=listing.product, category=category)

    with django_assert_num_queries(2):
        stages = product_stages.counted_stages(account)

    assert {stage.shown for stage in stages if stage.key in ("mapped", "sent", "live")} == {"2+"}


def test_images_come_from_the_base_address_and_a_missing_base_shows_a_placeholder(admin_client):
    ProductFactory(image="/m/u/mug.jpg")

    without = admin_client.get(GRID).content.decode()
    Configuration.objects.filter(pk=1).update(image_base_url="https://shop.example/media")
    with_base = admin_client.get(GRID).content.decode()

    assert "mug.jpg" not in without
    assert 'src="https://shop.example/media/m/u/mug.jpg"' in with_base
    assert 'loading="lazy"' in with_base


def test_what_came_from_a_csv_is_escaped(admin_client):
    ProductFactory(sku="<b>1</b>", name="<script>alert(1)</script>")

    page = admin_client.get(GRID).content.decode()

    assert "<script>alert(1)" not in page
    assert "<b>1</b>" not in page


def test_an_empty_store_says_how_it_gets_its_first_product(admin_client):
    assert "Import the CSV file that your store exports" in admin_client.get(GRID).content.decode()


def test_a_viewer_sees_the_grid(viewer_client):
    ProductFactory(sku="MUG-1")

    assert skus(viewer_client) == {"MUG-1"}
