"""Grids and menu: the list from its end, counts in words, empty lists that teach, and no item that leads nowhere."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.contrib.staticfiles import finders
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django_celery_beat.models import PeriodicTask

from jetbridge.core.models import Event
from jetbridge.panel import changelist
from jetbridge.panel.menu import SIDEBAR
from jetbridge.panel.templatetags.panel import ANY_ROW
from tests.factories import ProductFactory

EVENTS = "/admin/core/event/"
ITEMS = [item for group in SIDEBAR for item in group["items"]]


@pytest.fixture
def sixty_events(db):
    now = timezone.now()
    Event.objects.bulk_create(
        Event(at=now, action=f"step {n}", kind="core.storeview", label=f"Thing {n}") for n in range(1, 61)
    )


@pytest.fixture
def cap_of_fifty(monkeypatch):
    monkeypatch.setattr(changelist, "CAP", 50)


def actions(page):
    return [event.action for event in page.context["cl"].result_list]


def test_a_list_beyond_the_cap_says_so_and_offers_its_end(admin_client, sixty_events, cap_of_fifty):
    page = admin_client.get(EVENTS)

    assert "50+ events" in page.content.decode()
    assert page.context["cl"].turned_url == "?from_end=1"


def test_the_end_of_a_list_is_its_beginning_turned_around(admin_client, sixty_events, cap_of_fifty):
    first = admin_client.get(EVENTS)
    last = admin_client.get(EVENTS, {"from_end": "1"})

    assert actions(first)[0] == "step 60"
    assert actions(last)[0] == "step 1"
    assert last.context["cl"].turned_url == "?"
    assert "From the start" in last.content.decode()


def test_a_short_list_needs_no_link_to_its_end(admin_client, sixty_events):
    html = admin_client.get(EVENTS).content.decode()

    assert "60 events" in html
    assert ">Last</a>" not in html


def test_a_page_holds_fifty_rows(admin_client, sixty_events):
    assert len(actions(admin_client.get(EVENTS))) == 50


def test_one_menu_serves_all_rows_each_of_which_brings_its_key(admin_client):
    keys = [ProductFactory().pk for _ in range(3)]

    html = admin_client.get("/admin/catalog/product/").content.decode()

    for key in keys:
        assert html.count(f'name="_selected_action" value="{key}"') == 1
        assert html.count(f'data-jb-row="{key}"') == 1
    for path in ("view", "sync", "validate", "archive"):
        assert html.count(f'data-jb-row-url="/admin/catalog/product/{ANY_ROW}/menu/{path}/"') == 1
    assert f'"{ANY_ROW}"' in Path(str(finders.find("jetbridge/panel.js"))).read_text()


def test_an_empty_list_teaches_how_it_gets_its_first_row(admin_client):
    assert "No history yet" in admin_client.get(EVENTS).content.decode()


def test_a_search_without_hits_says_so_and_leads_back(admin_client, sixty_events):
    html = admin_client.get(EVENTS, {"q": "nowhere"}).content.decode()

    assert "Nothing matches" in html
    assert "0 of 60 events" in html


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["title"])
def test_every_menu_item_leads_to_a_page_of_its_name(admin_client, item):
    page = admin_client.get(str(item["link"]))

    assert page.status_code == 200
    assert f"<title>{item['title']} |" in " ".join(page.content.decode().split()).replace(
        "<title> ", "<title>"
    )


@pytest.mark.parametrize("item", [item for item in ITEMS if "badge" in item], ids=lambda item: item["title"])
def test_every_badge_shows_nothing_when_nothing_is_to_do(rf, db, item):
    # Schedules are as old as the test database; in a long run their jobs would be late.
    PeriodicTask.objects.update(date_changed=timezone.now())

    assert import_string(item["badge"])(rf.get("/admin/")) == ""


def test_the_menu_shows_a_person_only_what_their_group_may_see(client, db):
    viewer = Person.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="viewer"))
    client.force_login(viewer)

    html = client.get("/admin/").content.decode().split("<main", 1)[0]

    assert 'href="/admin/cron/"' in html
    assert "/admin/auth/user/" not in html


def test_every_page_has_its_landmarks_and_a_skip_link(admin_client):
    html = admin_client.get("/admin/").content.decode()

    assert '<a class="jb-skip" href="#content">' in html
    assert all(html.count(landmark) == 1 for landmark in ('<nav aria-label="Menu"', "<header", "<main"))


def test_a_list_is_called_in_the_header_what_the_menu_calls_it(admin_client):
    lists = [
        item for item in ITEMS if str(item["link"]).startswith("/admin/") and "changelist" in item_name(item)
    ]

    for item in lists:
        header = (
            admin_client.get(str(item["link"])).content.decode().partition("<h1")[2].partition("</h1>")[0]
        )
        assert f">{item['title']}</a>" in header, item["title"]
    assert len(lists) > 10


def item_name(item):
    return resolve(str(item["link"])).view_name


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_that_is_filtered_shows_how_many_each_choice_has(admin_client, model):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shown = admin_client.get(f"{address}?_facets=True")
    grid = (shown.context or {}).get("cl")
    filtered = [_not_chosen(spec, grid) for spec in (grid.filter_specs if grid else ())]

    answers = {admin_client.get(f"{address}{query}").status_code for query in filtered if query}

    assert answers <= {200, 302}


def _not_chosen(spec, grid):
    """Return the address of a filter's last choice that is not the one in force."""
    found = [each.get("query_string", "") for each in spec.choices(grid) if not each.get("selected")]
    return found[-1] if found else ""


def test_the_menu_has_twelve_entries_at_most_and_opens_where_one_is(admin_client):
    html = admin_client.get("/admin/catalog/imports/").content.decode().split("<main", 1)[0]
    groups = html.split('class="jb-nav"')[1:]

    open_ones = [group for group in groups if 'aria-expanded="true"' in group]
    unfolded = open_ones[0].split("<details", 1)[0].count("<li><a") + open_ones[0].count("<summary")
    assert len(open_ones) == 1
    assert 'href="/admin/catalog/imports/" aria-current="page"' in open_ones[0]
    assert len(groups) + unfolded <= 12
    assert all(f'href="{item["link"]}"' in html for item in ITEMS)
