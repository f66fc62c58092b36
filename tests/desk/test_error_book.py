"""The error book: nothing that the panel shows is missing in it, and every entry is found and leads somewhere."""

import html
import inspect
import re

import pytest
from django.conf import settings
from django.urls import reverse

import jetapi.errors
from catalog.listings.mass_actions import actions as of_products
from catalog.listings.mass_actions import outcomes as runs
from catalog.listings.models import Drift, Listing, UploadFile
from catalog.products import values
from catalog.rules import exception_rules
from catalog.rules.models import ValidationResult
from jetbridge.core import configuration
from jetbridge.core.management import form_data
from jetbridge.core.models import JobRun
from jetbridge.core.people import LastOne
from jetbridge.desk import error_book
from jetbridge.desk.error_book.matches import recognize
from jetbridge.desk.forms.configuration import form_of
from jetbridge.desk.services import configuration as service
from jetbridge.mass_actions import lifecycle
from orders.mass_actions import actions as of_orders
from orders.models import Customer, Order, Oversell
from orders.services.holds import Code
from returns.models import Refund
from tests import jet_document
from tests.factories import ProductFactory

CODE = re.compile(r'"([a-z_]+\.[a-z_]+)"')
FAULT = re.compile(r'\(\s*"([a-z_]+)",')
YIELDED = re.compile(r'yield "([a-z_]+)",')
SUB_STATUSES = jet_document.lists()["sub_status"]
STATUSES_OF_CALLS = ("400", "401", "403", "404", "409", "429", "500", "502", "503", "504")


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
        answer="accepted",
        status="rejected",
        jet_status=status,
    )


def source(module):
    return settings.BASE_DIR.joinpath(*module.split(".")).with_suffix(".py").read_text()


def rule_codes():
    """Return every code that a rule of the engine can give, as its source has them."""
    folder = settings.BASE_DIR / "catalog" / "rules"
    found = {code for file in folder.glob("*.py") for code in CODE.findall(file.read_text())}
    found -= {code for code in found if code.startswith("catalog.")}  # names of rooms and jobs
    found |= {f"some_field.{fault}" for fault in FAULT.findall(source(values.__name__))}
    text = source(exception_rules.__name__)
    shipping, returned = text.split("def returns(")
    found |= {f"shipping.{fault}" for fault in YIELDED.findall(shipping)}
    return found | {f"returns.{fault}" for fault in YIELDED.findall(returned)}


def plan_codes():
    """Return every cause that leaves something out of a mass action, and what becomes of what was taken up."""
    causes = [
        cause
        for actions in (of_products.ACTIONS, of_orders.ACTIONS)
        for each in actions.values()
        for cause in each.causes
    ]
    rooms = ("catalog/listings", "catalog/rules", "orders", "jetbridge/mass_actions")
    files = [file for room in rooms for file in (settings.BASE_DIR / room).rglob("*.py")]
    text = "".join(file.read_text() for file in files if "management" not in file.parts)
    settled = set(re.findall(r'(?:settle\(|update\(|state=|Outcome\()[^"]*code="([a-z_]+)"', text)) - {"done"}
    assert {"spared", "overtaken", "gone", "refused"} <= settled
    settled |= {lifecycle.CANCELLED, *filter(None, runs.CODES.values()), *ValidationResult.Severity.values}
    return [f"run.{code}" for code in {*(cause.code for cause in causes), *settled}]


def row_codes():
    """Return every reason for which a row of a product file is left out or remarked on."""
    folder = settings.BASE_DIR / "catalog" / "products" / "intake"
    text = "".join(file.read_text() for file in folder.glob("*.py"))
    found = set(re.findall(r'BadCell\(\s*"([a-z_]+)"', text)) | set(re.findall(r'\[\], "([a-z_]+)"', text))
    found |= set(re.findall(r'code = "([a-z_]+)"', text))
    found |= {code for code in ("doubled_sku", "no_texts") if f'"{code}"' in text}
    assert {"quote", "column_count", "doubled_sku", "no_texts", "negative"} <= found
    # What Jet would refuse of its own fields has the entry of that fault.
    return [f"file.{code}" for code in found]


def taxonomy_codes():
    """Return every reason for which a row of Jet's taxonomy is skipped."""
    folder = settings.BASE_DIR / "catalog" / "mapping" / "taxonomy"
    text = "".join(
        file.read_text() for file in folder.glob("*.py") if file.stem not in ("headers", "version_changes")
    )
    found = set(re.findall(r'(?:Refused\(|reject\(\w+, |= \(|return )\s*"([a-z_]+)",', text))
    found |= set(re.findall(r'jet_id, \("([a-z_]+)"', text))
    assert {"header", "duplicate", "unknown_parent", "level", "rounded_id", "columns"} <= found
    return [f"taxonomy.{code}" for code in found]


def jets_refusals():
    """Return Jet's words for what became of orders, items and refunds, as its documents list them."""
    document = jet_document.lists()
    lists = ("order_item_acknowledgement_status", "exception_state", "status of a refund")
    said = {word for name in lists for word in document[name]}
    return {word for word in said if " - " in word or word == "resolved"}


def outcomes():
    bad = (JobRun.Outcome.PARTIAL, JobRun.Outcome.REFUSED, JobRun.Outcome.FAILED)
    return ["died", "late", *(f"outcome.{each}" for each in bad), *STATUSES_OF_CALLS, "answer lost"]


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
        pytest.param(plan_codes, id="mass actions"),
        pytest.param(row_codes, id="rows of product files"),
        pytest.param(taxonomy_codes, id="rows of the taxonomy"),
        pytest.param(lambda: [f"drift.{each}" for each in Drift.Cause.values], id="differences"),
        pytest.param(lambda: [f"oversell.{each}" for each in Oversell.Cause.values], id="oversold"),
        pytest.param(outcomes, id="runs and calls"),
        pytest.param(jets_refusals, id="Jet's words for orders and refunds"),
    ],
)
def test_nothing_that_the_panel_shows_is_missing(codes):
    pending = list(codes())

    assert len(pending) > 5
    assert [code for code in pending if error_book.find(str(code)) is None] == []


def refused_by_settings():
    """Return every sentence with which the configuration is refused as a whole, as its source has it."""
    parts = (service._price_problems, service._return_problems, service._order_problems, service.switch_mode)
    text = "".join(inspect.getsource(part) for part in parts)
    found = re.findall(r'(?:yield "\w+", f?|NotSwitched\(f?|\n\s+f?)"([A-Z][^"]{12,})"', text)
    return [*found, "3 products would get a price of zero or less", str(LastOne())]


def test_what_settings_refuse_is_recognized_and_leads_to_its_entry(admin_client):
    sentences = refused_by_settings()
    assert len(sentences) > 8
    strange = [text for text in sentences if not recognize(text).startswith("settings.")]
    assert strange == []
    assert all(error_book.find(recognize(text)) for text in sentences)

    form = form_data.of([form_of("prices")(instance=configuration.current())])
    form["price_mode"], form["price_attribute"] = "attribute", "none"
    page = admin_client.post(reverse("desk:configuration_tab", args=["prices"]), form).content.decode()

    links = re.findall(r'href="([^"]+/errors/[^"]+)"', page)
    assert any(
        "The store has no such attribute" in admin_client.get(html.unescape(link)).content.decode()
        for link in links
    )


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
