"""The error book: nothing that the panel shows is missing in it, and every entry is found and leads somewhere."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

import jetapi.errors
from catalog import jet_values
from catalog.models import Listing, UploadFile
from catalog.rules import exceptions
from jetbridge.desk import error_book
from orders.models import Customer, Order
from orders.services.holding import Code
from returns.models import Refund
from tests.factories import ProductFactory

CODE = re.compile(r'"([a-z_]+\.[a-z_]+)"')
FAULT = re.compile(r'\(\s*"([a-z_]+)",')
YIELDED = re.compile(r'yield "([a-z_]+)",')
# As docs/jet-api.md lists them.
SUB_STATUSES = (
    "Missing variation information", "Missing title", "Missing shipping weight", "Missing price", "Missing image",
    "Missing category", "Missing brand", "Missing attribute value", "Invalid SKU identifier", "Invalid category",
    "Incorrect multipack quantity", "Additional SKU ID needed", "Attribute Data Needed", "Price Needed",
    "Image Needed",
)  # fmt: skip


@pytest.fixture
def shipped_and_rejected(account):
    """A refund that Jet rejected."""
    order = Order.objects.create(
        account=account, jet_id="o1", customer=Customer.objects.create(account=account)
    )
    status = "rejected - customer card not valid"
    return Refund.objects.create(
        account=account,
        order=order,
        alt_refund_id="RF-1",
        send_state="accepted",
        status="rejected",
        jet_status=status,
    )


def source(module):
    return settings.BASE_DIR.joinpath(*module.split(".")).with_suffix(".py").read_text()


def rule_codes():
    """Return every code that a rule of the engine can give, as its source has them."""
    folder = settings.BASE_DIR / "catalog" / "rules"
    found = {code for file in folder.glob("*.py") for code in CODE.findall(file.read_text())}
    found |= {f"some_field.{fault}" for fault in FAULT.findall(source(jet_values.__name__))}
    text = source(exceptions.__name__)
    shipping, returned = text.split("def returns(")
    found |= {f"shipping.{fault}" for fault in YIELDED.findall(shipping)}
    return found | {f"returns.{fault}" for fault in YIELDED.findall(returned)}


def errors_of_the_client():
    return [
        name
        for name, each in vars(jetapi.errors).items()
        if isinstance(each, type)
        and issubclass(each, jetapi.errors.JetError)
        and name not in ("JetError", "JetResponseError")
    ]


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(rule_codes, id="checks of products"),
        pytest.param(lambda: Listing.Status.values, id="statuses"),
        pytest.param(lambda: SUB_STATUSES, id="sub-statuses"),
        pytest.param(lambda: UploadFile.Status.values, id="files"),
        pytest.param(lambda: list(Code), id="orders"),
        pytest.param(errors_of_the_client, id="client"),
    ],
)
def test_nothing_that_the_panel_shows_is_missing(codes):
    wanted = list(codes())

    assert len(wanted) > 5
    assert [code for code in wanted if error_book.find(str(code)) is None] == []


def test_every_entry_says_what_to_do_and_no_code_is_explained_twice():
    entries = [entry for chapter in error_book.CHAPTERS.values() for entry in chapter]

    assert all(entry.title and entry.cause and entry.fix for entry in entries)
    assert len({entry.code.lower() for entry in entries}) == len(entries)
    assert all(reverse(entry.page) for entry in entries if entry.page)


def test_the_page_shows_all_and_finds_by_words_by_code_and_by_jets_words(admin_client):
    def page(text=""):
        return admin_client.get(reverse("desk:errors"), {"q": text}).content.decode()

    assert page().count("<tr id=") == sum(map(len, error_book.CHAPTERS.values()))
    assert "Identifier: check digit" in page("UPC.check_digit")
    assert page("brand letter").count("<tr id=") == 1
    assert "Refund: card not valid" in page("rejected - customer card not valid")
    assert "Nothing is known by these words" in page("quetzalcoatl")
    assert "<script>alert" not in page("<script>alert(1)</script>")


def test_a_problem_on_the_products_page_leads_to_its_entry(admin_client, account):
    product = ProductFactory(sku="MUG/1")
    admin_client.post(reverse("catalog:product_validate", args=[product.pk]))

    page = admin_client.get(reverse("admin:catalog_product_change", args=[product.pk])).content.decode()

    assert f"{reverse('desk:errors')}?q=sku.slash" in page


def test_everybody_who_may_log_in_may_read_it(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("vera", password="x", is_staff=True))

    assert client.get(reverse("desk:errors")).status_code == 200


def test_a_rejected_refund_leads_to_its_entry(admin_client, shipped_and_rejected):
    page = admin_client.get(
        reverse("admin:returns_refund_change", args=[shipped_and_rejected.pk])
    ).content.decode()

    address = re.search(r'href="([^"]+/errors/[^"]+)"', page).group(1)
    assert "Refund: card not valid" in admin_client.get(address).content.decode()
