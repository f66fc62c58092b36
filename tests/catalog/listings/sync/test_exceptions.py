"""Shipping and return exceptions: worded exactly, sent, changed, removed; reported by Jet's own copy."""

from decimal import Decimal

import pytest

from catalog.listings.facets import payloads
from catalog.listings.facets.returns import return_exception
from catalog.listings.facets.shipping import shipping_exceptions
from catalog.listings.models import ListingFacet
from catalog.listings.services import direct_updates
from catalog.products.services import products
from catalog.rules.models import ReturnException, ShippingException
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
NODE = "a" * 32


@pytest.fixture
def mug(upload):
    """A product that Jet has, without exceptions."""
    product = ProductFactory(sku="MUG-1", mapped=True)
    upload(product)
    return product


@pytest.fixture
def tell(mug, account, jet):
    """Let an edit of its exceptions reach Jet."""

    def run(*changed):
        products.finish(product=mug, changed=changed)
        return direct_updates.send_pending(client=jet, account=account)

    return run


def shipping_on_jet(jet):
    node = jet.products.get_shipping_exceptions("MUG-1").fulfillment_nodes[0]
    return [
        (
            each.shipping_exception_type,
            each.service_level or each.shipping_method,
            each.override_type,
            each.shipping_charge_amount,
        )
        for each in node.shipping_exceptions
    ]


def test_shipping_exceptions_are_worded_exactly():
    rows = [
        ShippingException(kind="restricted", service_level="Standard"),
        ShippingException(
            kind="exclusive",
            shipping_method="Freight",
            override_type="Additional charge",
            charge_amount=Decimal("3.25"),
        ),
        ShippingException(
            kind="include",
            service_level="Second Day",
            override_type="Override charge",
            charge_amount=Decimal("0"),
        ),
    ]

    assert payloads.plain(shipping_exceptions(rows, node=NODE)) == {
        "fulfillment_nodes": [
            {
                "fulfillment_node_id": NODE,
                "shipping_exceptions": [
                    {"shipping_exception_type": "restricted", "service_level": "Standard"},
                    {
                        "shipping_exception_type": "exclusive",
                        "shipping_method": "Freight",
                        "override_type": "Additional charge",
                        "shipping_charge_amount": 3.25,
                    },
                    {
                        "shipping_exception_type": "include",
                        "service_level": "Second Day",
                        "override_type": "Override charge",
                        "shipping_charge_amount": 0,
                    },
                ],
            }
        ]
    }


def test_a_return_exception_keeps_locations_and_methods_apart():
    row = ReturnException(
        time_to_return=14, return_location_ids=["b" * 32], return_shipping_methods=["UPS Ground"]
    )

    assert return_exception([row]) == {
        "time_to_return": 14,
        "return_location_ids": ["b" * 32],
        "return_shipping_methods": ["UPS Ground"],
    }


def test_shipping_exceptions_are_sent_changed_and_removed(mug, tell, jet):
    row = ShippingException.objects.create(product=mug, kind="restricted", service_level="Standard")
    tell("shipping_exceptions")
    added = shipping_on_jet(jet)

    row.kind, row.override_type, row.charge_amount = "exclusive", "Override charge", Decimal("2.50")
    row.save()
    tell("shipping_exceptions")
    changed = shipping_on_jet(jet)
    row.delete()
    tell("shipping_exceptions")

    assert added == [("restricted", "Standard", None, None)]
    assert changed == [("exclusive", "Standard", "Override charge", Decimal("2.5"))]
    assert shipping_on_jet(jet) == []


def test_a_return_exception_is_sent_changed_and_removed(mug, tell, jet):
    row = ReturnException.objects.create(product=mug, time_to_return=14, return_shipping_methods=["Freight"])
    tell("return_exceptions")
    added = jet.products.get_return_exception("MUG-1")
    row.time_to_return, row.return_shipping_methods = 7, []
    row.save()
    tell("return_exceptions")
    changed = jet.products.get_return_exception("MUG-1")
    row.delete()
    report = tell("return_exceptions")
    left = jet.products.get_return_exception("MUG-1")

    assert (added.time_to_return, added.return_shipping_methods) == (14, ("Freight",))
    assert (changed.time_to_return, changed.return_shipping_methods) == (7, ())
    assert (report.failed, left.time_to_return, left.return_location_ids) == (0, None, ())


def test_exceptions_go_whatever_the_content_switches_say_and_touch_no_content(mug, tell, jet, sandbox):
    sandbox.review("MUG-1", status="Available for Purchase")
    ReturnException.objects.create(product=mug, time_to_return=14)

    tell("return_exceptions")

    assert jet.products.get("MUG-1").status == "Available for Purchase"


def test_a_refused_exception_carries_jets_words(mug, tell):
    ShippingException.objects.create(product=mug, kind="restricted", service_level="By pigeon")

    report = tell("shipping_exceptions")

    row = ListingFacet.objects.get(facet=Facet.SHIPPING_EXCEPTION)
    assert (report.failed, row.answer) == (1, "rejected")
    assert "service_level" in row.errors[0]
