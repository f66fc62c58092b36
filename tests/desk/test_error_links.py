"""Where an error stands on a screen, “Why?” beside it leads to the entry that explains it."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from catalog.listings.models import Drift, FileContent, Listing, UploadFile
from catalog.mapping.models import TaxonomyImport
from catalog.products.models import ImportFile
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetBroken
from jetbridge.core.models import ApiCall, JobRun
from jetbridge.desk.knowledge import search
from jetbridge.inbox.models import SupportMessage
from jetbridge.jobs.runs import job_run
from jetbridge.mass_actions.models import MassAction, MassActionItem
from orders.models import Acknowledgement, Customer, Order, Oversell, Shipment
from returns.models import Refund, ReturnRequest
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
NOW = "2026-11-02T10:00:00Z"
BRAND = "brand: not known to Jet"


def leads_to(client, page, title):
    """Return whether a link to the error book on a page shows an entry of this title."""
    found = client.get(page, follow=True)
    assert found.status_code == 200
    links = re.findall(r'href="([^"]*/errors/\?[^"]+)"', found.content.decode())
    return any(
        f"<strong>{title}</strong>" in client.get(html.unescape(link)).content.decode() for link in links
    )


@pytest.fixture
def order(account):
    return Order.objects.create(
        account=account, jet_id="o1", customer=Customer.objects.create(account=account), placed_at=NOW
    )


def run_of_a_job(**values):
    return JobRun.objects.create(
        job="catalog.sync_prices", started_at=NOW, heartbeat_at=NOW, finished_at=timezone.now(), **values
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Title (product_title) must be a string", "Title missing"),
        ("The UPC is not known to Jet", "Identifier refused by Jet"),
        ("Jet did not answer within 30 seconds", "No answer"),
        ("EAN: the check digit is wrong", "Identifier: check digit"),
        ("Something that nobody wrote down", "Refused by Jet"),
    ],
)
def test_words_that_the_book_does_not_quote_lead_to_what_they_belong_to(text, title):
    found = search(text, "400")

    assert found.is_near
    assert [entry.title for _, entries in found.chapters for entry in entries] == [title]


def test_rejected_files_and_their_products(admin_client, account):
    file = UploadFile.objects.create(
        account=account, kind="MerchantSKUs", name="skus-1", status=UploadFile.Status.ERRORS,
        product_count=1, error_count=1, errors=[BRAND],
    )  # fmt: skip
    FileContent.objects.create(file=file)
    listing = ListingFactory(account=account, sku="MUG-1")
    file.items.create(listing=listing, sku="MUG-1", verdict="refused", errors=["The UPC is not known"])

    assert leads_to(admin_client, reverse("admin:catalog_uploadfile_changelist"), "Brand missing at Jet")
    assert leads_to(admin_client, reverse("catalog:file", args=[file.pk]), "Brand missing at Jet")
    assert leads_to(admin_client, reverse("catalog:file", args=[file.pk]), "Identifier refused by Jet")


def test_problems_and_refusals_in_the_products_grid(admin_client, account):
    product = ProductFactory(sku="MUG-1")
    ListingFactory(account=account, product=product, sku="MUG-1", last_error="image_url: not found")
    Problem.objects.create(
        product=product,
        code="EAN.check_digit",
        severity=ValidationResult.Severity.BLOCKS,
        message="EAN: wrong",
    )
    page = reverse("admin:catalog_product_change", args=[product.pk])

    # In the grid a problem leads to its product; there it is explained.
    assert f'href="{page}"' in admin_client.get(reverse("admin:catalog_product_changelist")).content.decode()
    assert leads_to(admin_client, page, "Identifier: check digit")
    assert leads_to(admin_client, page, "Image missing at Jet")


def test_the_plan_of_a_mass_action_and_what_failed_of_it(admin_client, account, merchant):
    product = ProductFactory(sku="MUG/1")
    admin_client.post(reverse("catalog:product_validate", args=[product.pk]))
    run = MassAction.objects.create(
        scope="catalog",
        action="upload",
        account=account,
        state=MassAction.State.DONE,
        failed=1,
        finished_at=NOW,
    )
    run.items.create(object_id=product.pk, reference="MUG/1", state=MassActionItem.State.FAILED, reason=BRAND)

    plan = admin_client.get(f"{reverse('catalog:new_run')}?action=upload", follow=True).content.decode()
    causes = set(re.findall(r'href="(/admin/catalog/causes/[^"/]+/)"', plan))
    assert any(leads_to(admin_client, cause, "SKU: slash") for cause in causes)
    assert leads_to(admin_client, reverse("catalog:run", args=[run.pk]), "Brand missing at Jet")


def test_runs_of_jobs(admin_client, account):
    died = run_of_a_job(outcome=JobRun.Outcome.DIED)
    failed = run_of_a_job(
        outcome=JobRun.Outcome.PARTIAL, done=1, failed=1, request_id="r-1",
        items=[{"reference": "MUG-1", "state": "failed", "reason": BRAND}],
    )  # fmt: skip
    ApiCall.objects.create(
        account=account,
        at=NOW,
        method="PUT",
        path="/x",
        status=429,
        correlation_id="c",
        job_run=failed,
        request_id="r-1",
    )

    assert leads_to(admin_client, reverse("desk:run", args=[died.pk]), "Run died")
    assert leads_to(admin_client, reverse("desk:run", args=[failed.pk]), "Brand missing at Jet")
    assert leads_to(admin_client, reverse("desk:run", args=[failed.pk]), "Too many calls")


def test_a_late_job(admin_client):
    PeriodicTask.objects.update(date_changed=timezone.now() - timedelta(days=2))

    assert leads_to(admin_client, reverse("desk:cron"), "Job is late")


@pytest.mark.parametrize(("status", "title"), [(429, "Too many calls"), (None, "No answer")])
def test_a_call_of_the_api_log(admin_client, account, status, title):
    call = ApiCall.objects.create(
        account=account, at=NOW, method="GET", path="/x", status=status, error="lost", correlation_id="c"
    )

    assert leads_to(admin_client, reverse("admin:core_apicall_change", args=[call.pk]), title)


def test_refused_shipments_and_acknowledgements(admin_client, order):
    Acknowledgement.objects.create(order=order, status="accepted", errors=["xyz timed out"])
    Shipment.objects.create(
        order=order,
        sequence=1,
        alt_shipment_id="s1",
        queued_at=NOW,
        answer="rejected",
        errors=["item_id: not found"],
    )
    page = reverse("admin:orders_order_change", args=[order.pk])

    assert leads_to(admin_client, page, "No answer")
    assert leads_to(admin_client, page, "Unknown to Jet")


def test_refused_returns_and_refunds(admin_client, account, order):
    back = ReturnRequest.objects.create(
        account=account,
        order=order,
        jet_id="r1",
        opened_at=NOW,
        answer="rejected",
        errors=["item_id: not found"],
    )
    refund = Refund.objects.create(
        account=account, order=order, alt_refund_id="RF-1", answer="rejected", errors=["xyzzy"]
    )

    assert leads_to(
        admin_client, reverse("admin:returns_returnrequest_change", args=[back.pk]), "Unknown to Jet"
    )
    assert leads_to(admin_client, reverse("admin:returns_refund_change", args=[refund.pk]), "Refused by Jet")


def test_live_products_have_no_why(admin_client, account):
    ListingFactory(account=account, product=ProductFactory(), status=Listing.Status.AVAILABLE)

    assert "Why?" not in admin_client.get(reverse("admin:catalog_product_changelist")).content.decode()


def test_what_a_mass_action_leaves_out(admin_client, account, merchant):
    ProductFactory(sku="MUG-1", enabled=False)
    run = MassAction.objects.create(
        scope="catalog",
        action="upload",
        account=account,
        state=MassAction.State.DONE,
        skipped=1,
        finished_at=NOW,
    )
    run.items.create(
        object_id=1, reference="MUG-1", state=MassActionItem.State.SKIPPED, code="overtaken", reason="Newer."
    )

    plan = f"{reverse('catalog:new_run')}?action=upload"
    assert leads_to(admin_client, plan, "Mass action: disabled in the store")
    assert leads_to(admin_client, reverse("catalog:run", args=[run.pk]), "Mass action: overtaken")


def test_rows_of_a_product_file(admin_client, account):
    errors = [
        {"row": 2, "sku": "MUG-1", "column": "price", "code": "negative", "message": "-1 is below zero."},
        {"row": 3, "sku": "MUG-2", "column": "jet.UPC", "code": "check_digit", "message": "UPC: wrong"},
    ]
    file = ImportFile.objects.create(name="a.csv", state="previewed", rows=2, failed=2, errors=errors)
    page = reverse("catalog:import_file", args=[file.pk])

    assert leads_to(admin_client, page, "Row: below zero")
    assert leads_to(admin_client, page, "Identifier: check digit")


def test_skipped_rows_of_the_taxonomy(admin_client):
    row = TaxonomyImport.objects.create(
        source="a.zip", at=NOW, origin="files", state="previewed", skipped=1,
        errors=[["attributes.csv", 7, "rounded_id", "the id 1.4E+14 was rounded"]],
    )  # fmt: skip

    for name in ("mapping:taxonomy_import", "mapping:taxonomy_skipped_page"):
        assert leads_to(admin_client, reverse(name, args=[row.pk]), "Taxonomy: id rounded")


def test_differences_and_oversold_skus(admin_client, account, order):
    listing = ListingFactory(account=account, product=ProductFactory(sku="MUG-1"))
    Drift.objects.create(
        account=account,
        listing=listing,
        figure="price",
        cause="foreign",
        store="1",
        found_at=NOW,
        compared_at=NOW,
    )
    Oversell.objects.create(
        order=order, sku="MUG-1", ordered=2, available=1, cause="jet", text="Sold all the same.", at=NOW
    )

    drifts = reverse("admin:catalog_drift_changelist")
    oversold = reverse("admin:orders_oversell_changelist")
    assert leads_to(admin_client, drifts, "Difference: changed on Jet")
    assert leads_to(admin_client, oversold, "Oversold: by Jet")


@pytest.mark.parametrize(
    ("outcome", "title"),
    [("failed", "Run: failed"), ("refused", "Run: refused by Jet"), ("partial", "Run: partial")],
)
def test_how_a_run_ended(admin_client, outcome, title):
    run = run_of_a_job(outcome=outcome)

    assert leads_to(admin_client, reverse("desk:run", args=[run.pk]), title)


def test_a_jet_that_is_overloaded_is_named_in_plain_words(account, sandbox):
    sandbox.add_fault("status", "/orders/ready", status=503, times=20)
    with pytest.raises(JetBroken), job_run("catalog.sync_prices"), open_client(account) as client:
        client.orders.list("ready")

    message = JobRun.objects.get().message
    assert message == "503: Jet's server is overloaded or being maintained. The next run tries again."


def test_a_mail_to_support_that_was_not_sent(admin_client):
    SupportMessage.objects.create(
        reference="S-1", subject="Help", text="Please.", written_at=NOW, last_error="xyz refused"
    )

    assert leads_to(admin_client, reverse("desk:support"), "Mail was not sent")
