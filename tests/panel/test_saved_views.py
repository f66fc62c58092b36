"""Lists with saved filters and columns of one's own: kept for each person, never for another."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from jetbridge.panel import saved_views
from jetbridge.panel.models import SavedView
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
GRID = reverse("admin:catalog_product_changelist")
SAVE = reverse("admin:catalog_product_save_view")
COLUMNS = reverse("admin:catalog_product_columns")


@pytest.fixture
def viewer(db):
    person = Person.objects.create_user("vera", password="vera", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client = Client()
    client.force_login(person)
    return client


def skus(page):
    return {product.sku for product in page.context["cl"].result_list}


def test_filters_are_kept_under_a_name_and_open_the_same_list_again(viewer):
    ProductFactory(sku="OFF", enabled=False)
    ProductFactory(sku="ON")

    answer = viewer.post(SAVE, {"name": " Switched  off ", "query": "enabled=no&p=2&o=-2&from_end=1"})
    page = viewer.get(answer["Location"])

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Switched off", "enabled=no&o=-2")
    assert skus(page) == {"OFF"}
    assert [(tab.name, tab.current) for tab in page.context["grid_bar"]["tabs"]] == [("Switched off", True)]
    assert [each.value for each in page.context["cl"].active_filters] == ["Disabled"]


def test_the_same_name_again_is_written_over(viewer):
    for query in ("enabled=no", "enabled=yes"):
        viewer.post(SAVE, {"name": "Mine", "query": query})

    assert SavedView.objects.get().query == "enabled=yes"


@pytest.mark.parametrize(
    ("name", "query", "reason"),
    [
        ("", "enabled=no", "Give the filters a name."),
        ("All", "p=3", "There is nothing to keep"),
        ("x" * 61, "enabled=no", "longer than 60"),
        ("Long", "q=" + "x" * 2000, "too long"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(viewer, name, query, reason):
    page = viewer.post(SAVE, {"name": name, "query": query}, follow=True)

    assert reason in page.content.decode()
    assert not SavedView.objects.exists()


def test_nobody_sees_deletes_or_opens_anothers_view(viewer, admin_client, admin_user):
    view = saved_views.save(
        person=admin_user,
        grid="catalog.product",
        name="Secret",
        query=QueryDict("kind=bundle"),
        columns=["product_id"],
    )

    page = viewer.get(f"{GRID}?view={view.pk}")
    viewer.post(reverse("admin:catalog_product_delete_view", args=[view.pk]))

    assert "Secret" not in page.content.decode()
    assert "product_id" not in page.context["cl"].list_display
    assert SavedView.objects.filter(pk=view.pk).exists()
    admin_client.post(reverse("admin:catalog_product_delete_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_columns_are_chosen_for_oneself_and_come_back_by_reset(viewer, admin_client):
    ProductFactory(sku="MUG-1")
    before = list(viewer.get(GRID).context["cl"].list_display)

    viewer.post(COLUMNS, {"columns": ["product_id", "visibility", "nonsense"], "query": "o=3&enabled=yes"})
    chosen = list(viewer.get(GRID).context["cl"].list_display)
    others = list(admin_client.get(GRID).context["cl"].list_display)
    viewer.post(COLUMNS, {"reset": "1"})

    assert chosen == ["action_checkbox", "name_cell", "product_id", "visibility"]
    assert others == before
    assert list(viewer.get(GRID).context["cl"].list_display) == before


def test_a_saved_view_brings_the_columns_that_it_was_kept_with(viewer):
    viewer.post(COLUMNS, {"columns": ["prices"]})
    kept = viewer.post(SAVE, {"name": "Prices", "query": "enabled=yes"})
    viewer.post(COLUMNS, {"reset": "1"})

    assert "problems" in viewer.get(GRID).context["cl"].list_display
    assert viewer.get(kept["Location"]).context["cl"].list_display == [
        "action_checkbox",
        "name_cell",
        "prices",
    ]


def test_what_the_bar_posts_to_takes_no_plain_link_and_nobody_without_the_list(viewer, client):
    assert viewer.get(SAVE).status_code == 405
    stranger = Person.objects.create_user("otto", password="otto", is_staff=True)
    client.force_login(stranger)
    assert client.post(SAVE, {"name": "x", "query": "kind=simple"}).status_code == 403


def test_more_than_thirty_views_are_refused(admin_user):
    for number in range(30):
        saved_views.save(person=admin_user, grid="g", name=f"View {number}", query=QueryDict("a=1"))

    with pytest.raises(saved_views.CannotSave, match="30"):
        saved_views.save(person=admin_user, grid="g", name="One more", query=QueryDict("a=1"))
