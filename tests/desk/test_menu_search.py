"""The search above the menu finds what a person calls things."""

import html
import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.urls import reverse

pytestmark = pytest.mark.django_db


def found(client, text):
    page = client.get(reverse("admin:search"), {"s": text}).content.decode()
    return [
        (html.unescape(link), re.sub(r"<[^>]+>", "", html.unescape(rest)).strip())
        for link, rest in re.findall(r'<a href="([^"]+)">(.*?)</a>', page)
    ]


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("cron", "Cron Status Operations", "/admin/cron/"),
        ("upload prod", "Upload Products Jet Products", "/admin/catalog/product/"),
        ("bulk product upload", "Bulk Product Upload Select products, then Run", "/admin/catalog/product/"),
        ("vanished products", "Vanished Products Listing problems", "/admin/catalog/vanished/"),
        ("jet orders", "Failed / Pending Jet Orders", "/admin/orders/failedorder/"),
        ("prices", "Prices and stock Configuration", "/admin/configuration/prices/"),
        ("MUG-1", "“MUG-1” Look in Products", "/admin/catalog/product/?q=MUG-1"),
        ("100000007", "“100000007” Look in Orders", "/admin/orders/order/?stage=all&q=100000007"),
        ("check digit", "“check digit” Look in Error Book", "/admin/errors/?q=check+digit"),
    ],
)
def test_pages_settings_and_lists_are_found(admin_client, text, name, address):
    assert (address, name) in found(admin_client, text)


def test_a_how_to_is_found_by_its_words(admin_client):
    assert any(name.endswith("How-to") for _, name in found(admin_client, "refund"))


def test_nobody_is_led_where_he_may_not_go(client):
    packer = Person.objects.create_user("pat", is_staff=True)
    packer.groups.add(Group.objects.create(name="packers"))
    client.force_login(packer)

    links = [link for link, _ in found(client, "orders")]

    assert reverse("admin:orders_order_changelist") not in [link.split("?")[0] for link in links]
    assert not any("/configuration/" in link for link in links)


def test_nothing_is_found_by_nothing_and_marks_stay_text(admin_client):
    assert found(admin_client, "  ") == []
    page = admin_client.get(reverse("admin:search"), {"s": "<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in page


def test_the_field_speaks_of_pages(admin_client):
    page = admin_client.get(reverse("desk:help")).content.decode()

    assert "Find a page, SKU, order" in page
    assert "apps and models" not in page
