"""Forms know what their fields are called on the command line."""

import pytest
from django.urls import reverse

from catalog.products.models import Product
from jetbridge.desk.forms.configuration import form_of, tabs_with_form
from tests.commands.forms import options_of, said
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_plan_asks_what_its_command_takes(admin_client, account):
    ListingFactory(account=account, product=ProductFactory(sku="MUG/1"), status="Available for Purchase",
                   first_sent_at="2026-01-01T00:00:00Z")  # fmt: skip
    ListingFactory(account=account, product=ProductFactory(sku="MUG-2", mapped=True),
                   status="Available for Purchase", first_sent_at="2026-01-01T00:00:00Z")  # fmt: skip
    wrong = Product.objects.get(sku="MUG/1")
    admin_client.post(reverse("catalog:product_validate", args=[wrong.pk]))

    line, options = said(admin_client.get(f"{reverse('catalog:new_run')}?action=upload&q=MUG"))

    assert line == "bulk_products upload --where q=MUG"
    assert options == {"--spare-live", "--send-anyway"}
    assert options <= options_of("bulk_products")


def test_cancelling_many_asks_for_the_reason_that_its_command_takes(admin_client, account):
    line, options = said(admin_client.get(f"{reverse('orders:new_run')}?action=cancel&stage=all"))

    assert line == "bulk_orders cancel --where stage=all"
    assert "--reason" in options
    assert options <= options_of("bulk_orders")


@pytest.mark.parametrize("tab", tabs_with_form())
def test_every_setting_of_a_tab_is_an_option_of_configure(tab):
    options = options_of("configure")

    assert {f"--{name.replace('_', '-')}" for name in form_of(tab)().fields} - options == set()
