"""A default of the merchant's counts where the store has nothing, for products that come later too."""

import pytest
from django.urls import reverse

from catalog.mapping.fields.sources import Source, resolve
from catalog.products.models import Attribute
from catalog.rules.models import CatalogChange, Problem
from jetbridge.core import configuration
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
TAB = "/admin/configuration/fields/"


def saved(client, **typed):
    page = client.get(TAB).context["form"]
    return client.post(TAB, {name: page[name].value() or "" for name in page.fields} | typed)


def test_a_default_counts_where_the_store_has_nothing_and_nowhere_else(admin_client):
    Attribute.objects.create(code="brand")
    there, own = (
        ProductFactory(attributes={"brand": "Harbor"}),
        ProductFactory(jet_fields={"brand": "Hill"}, attributes={}),
    )
    bare = ProductFactory(attributes={})

    answer = saved(admin_client, **{"brand:default": "Northwind"})

    config = configuration.current()
    found = [resolve(product, config)["brand"] for product in (there, own, bare)]
    assert answer.status_code == 302
    assert [(each.value, each.source) for each in found] == [
        ("Harbor", Source.MAPPED),
        ("Hill", Source.OWN),
        ("Northwind", Source.DEFAULT),
    ]
    assert CatalogChange.objects.count() == 1
    assert 'value="Northwind"' in admin_client.get(TAB).content.decode()
    saved(admin_client, **{"brand:default": ""})
    assert "brand" not in resolve(bare, configuration.current())


def test_what_jet_would_refuse_is_no_default_and_stands_beside_its_field(admin_client):
    answer = saved(admin_client, **{"multipack_quantity:default": "many"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["multipack_quantity:default"]


def test_each_product_has_its_own_code_title_and_part_number(admin_client):
    fields = admin_client.get(TAB).context["form"].fields

    assert "brand:default" in fields
    assert not {"UPC:default", "product_title:default", "mfr_part_number:default"} & set(fields)


def test_a_cause_leads_to_the_default_of_its_field(admin_client):
    Problem.objects.create(
        product=ProductFactory(),
        code="brand.missing",
        severity="blocks",
        field="brand",
        message="Brand is missing.",
    )

    page = admin_client.get(reverse("catalog:cause", args=["brand.missing"])).content.decode()

    assert f'href="{TAB}#id_brand:default"' in page
    assert 'id="id_brand:default"' in admin_client.get(TAB).content.decode()
