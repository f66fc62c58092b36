"""What belongs to a product on its page: images, children, exceptions."""

from decimal import Decimal

import pytest

from catalog.listings.facets.returns import return_exception
from catalog.products.models import ProductImage
from catalog.rules.models import ReturnException
from tests.catalog.listings.products.pages import row, save, wanted
from tests.facets import Facet
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_images_are_added_ordered_and_taken_away(admin_client, mug):
    image = mug.images.get()

    save(admin_client, mug, **row("images", 1, 2, path="/m/u/back.jpg", position=1, label="Back"))
    save(admin_client, mug, **{"images-0-DELETE": "on"})

    assert not ProductImage.objects.filter(pk=image.pk).exists()
    assert mug.images.get().path == "/m/u/back.jpg"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"path": "javascript:alert(1)", "position": 1}, "Enter an http(s) address"),
        ({"path": "/a.jpg", "position": 1, "is_main": "on"}, "Only one image can be the main one"),
        ({"path": "", "position": 1, "label": "x"}, "required"),
    ],
)
def test_images_that_jet_could_not_use_are_refused(admin_client, mug, values, words):
    answer = save(admin_client, mug, **row("images", 1, 2, **values))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert answer.context["error_tab"] == "images"
    assert mug.images.count() == 1


def test_children_are_named_by_sku_and_found_in_the_store(admin_client):
    child = ProductFactory(sku="TEE-S")
    parent = ProductFactory(sku="TEE", kind="configurable")

    save(
        admin_client,
        parent,
        **row("variations", 0, 2, child_sku="TEE-S", position=0)
        | row("variations", 1, 2, child_sku="TEE-M", position=1),
    )

    assert list(parent.variations.values_list("child_sku", "child")) == [("TEE-S", child.pk), ("TEE-M", None)]


@pytest.mark.parametrize(("sku", "words"), [("TEE", "its own child"), ("SET", "configurable itself")])
def test_a_child_that_cannot_be_one_is_refused(admin_client, sku, words):
    ProductFactory(sku="SET", kind="configurable")
    parent = ProductFactory(sku="TEE", kind="configurable")

    answer = save(admin_client, parent, **row("variations", 0, 1, child_sku=sku, position=0))

    assert words in answer.content.decode()
    assert not parent.variations.exists()


def test_exceptions_are_entered_and_wanted_at_jet(admin_client, sent_mug):
    rows = row("shipping_exceptions", 0, 2, kind="restricted", service_level="Next Day")
    rows |= row(
        "shipping_exceptions", 1, 2, kind="exclusive", shipping_method="Freight",
        override_type="Additional charge", charge_amount="3.25",
    )  # fmt: skip
    rows |= row(
        "return_exceptions", 0, 1, time_to_return="14", return_location_ids="abc\ndef",
        return_shipping_methods=["UPS Ground"],
    )  # fmt: skip

    save(admin_client, sent_mug, **rows)

    assert sent_mug.shipping_exceptions.count() == 2
    assert sent_mug.shipping_exceptions.last().charge_amount == Decimal("3.25")
    returns = ReturnException.objects.get()
    assert (returns.return_location_ids, returns.return_shipping_methods) == (["abc", "def"], ["UPS Ground"])
    assert wanted(sent_mug) == {Facet.SHIPPING_EXCEPTION, Facet.RETURN_EXCEPTION}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "restricted"}, "either a service level or a shipping method"),
        (
            {"kind": "restricted", "service_level": "Next Day", "shipping_method": "Freight"},
            "either a service level",
        ),
        ({"kind": "exclusive", "service_level": "Next Day", "charge_amount": "3"}, "together, or neither"),
        ({"kind": "exclusive", "service_level": "Overnight by drone"}, "not one of the available choices"),
    ],
)
def test_half_a_shipping_exception_is_refused(admin_client, mug, values, words):
    answer = save(admin_client, mug, **row("shipping_exceptions", 0, 1, **values))

    assert words in answer.content.decode()
    assert not mug.shipping_exceptions.exists()


def test_a_return_exception_keeps_to_jets_days(admin_client, mug):
    answer = save(admin_client, mug, **row("return_exceptions", 0, 1, time_to_return="31"))

    assert "less than or equal to 30" in answer.content.decode()
    assert not ReturnException.objects.exists()


def test_several_return_exceptions_go_to_jet_as_one(admin_client, sent_mug):
    rows = row("return_exceptions", 0, 2, time_to_return="14", return_location_ids="abc")
    rows |= row(
        "return_exceptions", 1, 2, return_location_ids="abc def", return_shipping_methods=["Freight"],
    )  # fmt: skip

    save(admin_client, sent_mug, **rows)

    assert return_exception(sent_mug.return_exceptions.order_by("pk")) == {
        "time_to_return": 14, "return_location_ids": ["abc", "def"], "return_shipping_methods": ["Freight"],
    }  # fmt: skip


def test_return_exceptions_that_differ_in_days_are_refused(admin_client, mug):
    rows = row("return_exceptions", 0, 2, time_to_return="14") | row(
        "return_exceptions", 1, 2, time_to_return="30"
    )

    answer = save(admin_client, mug, **rows)

    assert "these rows name 14 and 30" in answer.content.decode()
    assert not ReturnException.objects.exists()


def test_an_emptied_return_exception_is_refused(admin_client, mug):
    ReturnException.objects.create(product=mug, time_to_return=14)

    answer = save(admin_client, mug, **{"return_exceptions-0-time_to_return": ""})

    assert "Fill in days, locations or methods" in answer.content.decode()
    assert ReturnException.objects.get().time_to_return == 14
