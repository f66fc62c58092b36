"""The search above the menu finds what a person calls things."""

import html
import re

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.urls import reverse

from jetbridge.desk import menu_search
from jetbridge.panel import menu

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
        (
            "bulk product upload",
            "Bulk Product Upload Select rows in Upload Products, then Run",
            "/admin/catalog/product/",
        ),
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


# Titles and buttons as the panel's guide calls them, and the page that has each now.
GUIDE = {
    "/admin/": ("Dashboard; Home"),
    "/admin/catalog/product/": (
        "Upload Products; Jet Products; Selected Product Upload; Bulk Product Upload; "
        "Selected Product Archive; Bulk Product Archive; Selected Product Unarchive; "
        "Bulk Product Unarchive; Sync with Jet; Jet Shipping Exception; Jet Return Exception; "
        "Add Exception"
    ),
    "/admin/catalog/uploadfile/": (
        "Rejected Files; Jet Rejected Files Manager; Fetch Rejected Files; View Errors & Resubmit; "
        "Resubmit; Clear All Logs"
    ),
    "/admin/mapping/categories/": ("Category Mapping; Jet Category Mapping"),
    "/admin/mapping/jetcategory/": (
        "Jet Categories; Jet Category List; Upload CSV; Upload & Update; Jet Category Name"
    ),
    "/admin/mapping/attributes/": ("Attribute Mapping; Jet Attribute ID"),
    "/admin/orders/order/": ("View Jet Orders; Fetch Latest Jet Order; Ship by Jet; Submit Shipment"),
    "/admin/orders/failedorder/": ("Failed Jet Orders; Failed / Pending; Map SKU; Restock"),
    "/admin/returns/returnrequest/": ("Returns; Jet Returns; Fetch New Return; Submit Return"),
    "/admin/returns/refund/": ("Refunds; Jet Refund; Add New Refund; Get Updated Refund Status"),
    "/admin/cron/": ("Cron Status; Jet Cron Status"),
    "/admin/configuration/": (
        "Jet Configuration; Validate; Fulfillment Node ID; Return Location; Product Edit Settings; "
        "Jet Product Required Field Mapping; Product Price"
    ),
    "/admin/jet-api/": ("Jet API; Test API mode; Order generator; Return Generator"),
    "/admin/help/": ("Knowledge Base; Jet Knowledge Base"),
    "/admin/help/support/": ("Help and Support; Help & Support"),
}


@pytest.mark.parametrize("address", GUIDE)
def test_whatever_the_guide_calls_a_page_or_its_button_offers_it(admin_client, address):
    for name in GUIDE[address].split("; "):
        offered = {link for link, _ in found(admin_client, name)}
        assert address in offered, name


def test_every_title_of_the_menu_and_every_mass_action_of_a_list_offers_its_page(
    admin_client, admin_user, rf
):
    request = rf.get("/admin/")
    request.user = admin_user
    asked = dict(menu.names())
    labels = [
        (reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), str(label))
        for model, grid in site._registry.items()
        for _, label in grid.get_action_choices(request, default_choices=[])
    ]
    assert len(labels) > 15

    for address, name in [*asked.items(), *labels]:
        assert address in {link for link, _ in found(admin_client, name)}, name
    assert menu_search.ALSO.keys() <= set(asked.values())


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
