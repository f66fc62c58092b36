"""What can be done from the grid: mass actions, the row menu, Export; and who may not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.listings.models import Listing, ListingFacet
from catalog.rules.models import ValidationResult
from jetbridge.mass_actions.models import MassAction
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
GRID = "/admin/catalog/product/"


def start(client, action, ids, query="", **more):
    return client.post(f"{GRID}?{query}", {"action": action, "_selected_action": ids, "index": 0, **more})


@pytest.mark.parametrize(
    "action", ["upload", "bulk_upload", "archive", "unarchive", "status", "sync", "validate"]
)
def test_a_mass_action_leads_to_the_plan_of_the_ticked_products(admin_client, action):
    chosen = [ProductFactory(mapped=True).pk for _ in range(2)]
    ProductFactory()

    answer = start(admin_client, action, chosen)

    run = MassAction.objects.get()
    assert answer.url == reverse("catalog:run", args=[run.pk])
    assert (run.action, run.ids, run.chosen, run.state) == (action, chosen, 2, "draft")
    assert admin_client.get(answer.url).status_code == 200
    assert not ListingFacet.objects.exists()


def test_select_all_means_all_that_match_search_and_filters(admin_client):
    cheap = [ProductFactory(sku=f"MUG-{number}", price=5).pk for number in range(3)]
    ProductFactory(sku="MUG-9", price=50)
    ProductFactory(sku="PEN", price=5)

    start(admin_client, "validate", cheap[:1], "q=mug&price_to=10&o=1", select_across="1")

    run = MassAction.objects.get()
    assert (run.ids, run.filters) == (None, {"q": ["mug"], "price_to": ["10"]})
    assert run.chosen == 3


def test_select_all_over_three_pages_takes_exactly_what_the_grid_counted(admin_client):
    kept = [ProductFactory(sku=f"OFF-{number}", enabled=False, image="").pk for number in range(120)]
    ProductFactory(sku="ON")
    listings = [ListingFactory(product_id=pk, sku=f"OFF-{pk}", status="Archived") for pk in kept[:110]]

    for query, expected in (
        ("enabled=no", 120),
        ("status=Archived", len(listings)),
        ("enabled=no&view=7", 120),
    ):
        page = admin_client.get(f"{GRID}?{query}&p=2")
        start(admin_client, "validate", kept[:1], f"{query}&p=2", select_across="1")

        run = MassAction.objects.latest("pk")
        assert page.context["cl"].result_count == run.chosen == expected
        assert len(page.context["cl"].result_list) == 50


def test_a_viewer_is_offered_what_changes_nothing_at_jet_and_can_start_no_more(viewer_client):
    product = ListingFactory(first_sent_at=timezone.now()).product

    page = viewer_client.get(GRID)
    start(viewer_client, "archive", [product.pk])

    assert set(page.context["action_form"].fields["action"].choices) <= {
        ("", "Select action"),
        ("validate", "Validate"),
    }
    assert page.context["actions_row"] == [] or {each["title"] for each in page.context["actions_row"]} == {
        "Validate"
    }
    assert not MassAction.objects.exists()


def test_the_row_menu_leads_to_view_and_sync(admin_client):
    product = ProductFactory()

    view = admin_client.get(reverse("admin:catalog_product_row_view", args=[product.pk]))
    sync = admin_client.get(reverse("admin:catalog_product_row_sync", args=[product.pk]))

    assert view.url == reverse("catalog:product_view", args=[product.pk])
    assert sync.url == reverse("catalog:product_sync", args=[product.pk])


def test_the_row_menu_checks_and_archives_by_post_only(admin_client):
    product = ListingFactory(first_sent_at=timezone.now()).product
    check = reverse("admin:catalog_product_row_validate", args=[product.pk])
    archive = reverse("admin:catalog_product_row_archive", args=[product.pk])

    fetched = {admin_client.get(address).status_code for address in (check, archive)}
    admin_client.post(check)
    planned = admin_client.post(archive)

    assert fetched == {405}
    assert ValidationResult.objects.get(product=product).checked_at is not None
    assert planned.url == reverse("catalog:run", args=[MassAction.objects.get().pk])


def test_an_archived_product_is_offered_to_be_opened_again(admin_client):
    product = ListingFactory(first_sent_at=timezone.now(), status=Listing.Status.ARCHIVED).product

    admin_client.post(reverse("admin:catalog_product_row_archive", args=[product.pk]))

    assert MassAction.objects.get().action == "unarchive"


def test_export_writes_what_the_grid_shows(admin_client, viewer_client):
    ProductFactory(sku="MUG-1", description="Long text", price=5)
    ProductFactory(sku="PEN-1", price=50)

    for client in (admin_client, viewer_client):
        answer = client.post(f"{GRID}export/?price_to=10", {"format": "0", "resource": ""})
        lines = answer.content.decode().splitlines()

        assert lines[0].startswith("sku,store_view_code,product_type")
        assert [line.split(",")[0] for line in lines[1:]] == ["MUG-1"]
        assert "Long text" in lines[1]


def test_an_export_takes_no_query_a_product(admin_client, django_assert_max_num_queries):
    for _ in range(30):
        ProductFactory()
    admin_client.get(f"{GRID}export/")

    with django_assert_max_num_queries(20):
        admin_client.post(f"{GRID}export/", {"format": "0", "resource": ""})


def test_a_stranger_gets_the_login(client):
    product = ProductFactory()

    for address in (GRID, f"{GRID}{product.pk}/change/", reverse("catalog:product_view", args=[product.pk])):
        assert client.get(address).status_code == 302
