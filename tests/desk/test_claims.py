"""
Sentences that say that all is well, done or ready: each is said only while the rows behind it bear it out.

What is scanned is every text of ours that a person reads. A new sentence of this kind stands in KNOWN, with what
makes it true, or the scan fails.
"""

import ast
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from catalog.listings.facets import registry as facets
from catalog.listings.models import FileContent, ListingFacet, UploadFile
from catalog.mapping.models import TaxonomyImport
from catalog.products.models import ImportFile, Product
from catalog.rules.models import ValidationResult
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from jetbridge.desk import overview
from jetbridge.desk.services import configuration as settings_service
from jetbridge.home import PROJECT_ROOT
from jetbridge.jobs import schedules
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS
from jetbridge.jobs.runs import job_run
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import boxes
from jetbridge.store.models import StoreDocument, StoreLink
from orders import texts
from orders.models import Acknowledgement, Customer, FailedOrder, Order, OrderItem, Shipment
from orders.selectors import OUT_OF_STOCK
from returns.models import Refund, ReturnRequest
from tests.desk.cron_runs import crashed_run, finished_run
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db
CALM = "Nothing needs you right now."
# States of a delivery in which nobody may say that nothing is left of it.
UNSETTLED = {
    "waits for a later try": {"next_try_at": timezone.now() + timedelta(hours=1)},
    "being sent": {"next_try_at": timezone.now(), "claimed_by": "w", "claimed_until": timezone.now()},
    "no answer, and tried no more": {"answer": "unknown"},
    "not decided": {"answer": "sent"},
    "waits for approval": {"answer": "held"},
    "refused": {"answer": "rejected", "answer_at": timezone.now()},
    "blocked": {"answer": "rejected", "blocked_at": timezone.now(), "next_try_at": timezone.now()},
}
SETTLED = {"answer": "accepted", "answer_at": timezone.now(), "blocked_at": None, "next_try_at": None}


def order(status=Order.Status.READY, **given):
    account = configuration.active_account()
    buyer, _ = Customer.objects.get_or_create(account=account, hash_email="h")
    number = f"o{Order.objects.count()}"
    return Order.objects.create(
        account=account, customer=buyer, jet_id=number, number=number, status=status, **given
    )


def shipment(**state):
    of = order(Order.Status.ACKNOWLEDGED)
    return Shipment.objects.create(order=of, sequence=1, alt_shipment_id=of.jet_id, **state)


def facet(name):
    return lambda **state: ListingFacet.objects.create(listing=ListingFactory(), facet=name, **state)


def file(**state):
    refused = "blocked_at" in state or state.get("answer") == "rejected"
    status = UploadFile.Status.ERRORS if refused else UploadFile.Status.BUILT
    return UploadFile.objects.create(
        account=configuration.active_account(), name="f", kind="Price", status=status, **state
    )


def store_document(**state):
    of = order(Order.Status.ACKNOWLEDGED)
    return StoreDocument.objects.create(
        link=StoreLink.objects.get_or_create(pk=1)[0], account=of.account, kind="order", source_key=of.jet_id,
        order_key=of.pk, **state,
    )  # fmt: skip


def documents(model, *own):
    def make(**state):
        account, of = configuration.active_account(), order(Order.Status.COMPLETE)
        named = dict.fromkeys(own, of.jet_id)
        return model.objects.create(account=account, order=of, **named, **state)

    return make


def webhook(**state):
    now = timezone.now()
    to = Webhook.objects.create(url="https://shop.example.com/", secret="s", created_at=now)
    key = str(WebhookDelivery.objects.count())
    return WebhookDelivery.objects.create(webhook=to, key=key, created_at=now, **state)


# What sends something, and a row of it; a job of each is asked.
ROWS = {
    **{(each.job, each.name): facet(each.name) for each in facets.facets()},
    ("catalog.poll_files", "file"): file,
    ("orders.send_acknowledgements", "answer"): lambda **s: Acknowledgement.objects.create(
        order=order(), status="accepted", **s
    ),
    ("orders.send_rejections", "answer"): lambda **s: Acknowledgement.objects.create(
        order=order(), status="rejected - other", **s
    ),
    ("orders.send_shipments", "shipment"): shipment,
    ("store.send_documents", "document"): store_document,
    ("api.send_webhooks", "webhook delivery"): webhook,
    ("returns.send_returns", "answer"): documents(ReturnRequest, "jet_id"),
    ("returns.send_refunds", "refund"): documents(Refund, "alt_refund_id"),
}


def said(job):
    with job_run(job):
        pass
    return JobRun.objects.latest("pk").message


def test_each_box_has_rows_here_and_a_word_on_the_dashboard():
    ours = [box for box in boxes.boxes() if not box.name.startswith("test.")]

    assert {box.job for box in ours if box.job} - {"catalog.advance_bulk_runs"} <= {job for job, _ in ROWS}
    assert overview.REFUSALS.keys() == {box.name for box in ours}


@pytest.mark.parametrize("of", ROWS, ids=":".join)
def test_an_idle_job_says_what_is_left_of_its_work(of):
    job, told, calm = JOBS[of[0]], {}, {}
    for name, state in UNSETTLED.items():
        row = ROWS[of](**state)
        told[name] = said(job.name)
        settle(row)
        calm[name] = said(job.name)

    assert {
        name: words for name, words in told.items() if job.idle in words or not words.startswith("1 ")
    } == {}
    assert set(calm.values()) == {job.idle}


def settle(row):
    type(row).objects.update(**SETTLED)
    UploadFile.objects.update(status=UploadFile.Status.PROCESSED)
    Order.objects.update(status=Order.Status.COMPLETE)
    ReturnRequest.objects.update(status=ReturnRequest.Status.COMPLETED)


def mass_action(scope, state):
    account = configuration.active_account()
    return MassAction.objects.create(scope=scope, action="ship", account=account, state=state)


@pytest.mark.parametrize("state", ["running", "paused", "failed"])
def test_a_job_of_mass_actions_names_those_that_are_not_over(state):
    mass_action("orders", state)

    assert said("orders.advance_bulk_runs").startswith("Mass actions that are not over: 1 ")
    assert said("catalog.advance_bulk_runs") == JOBS["catalog.advance_bulk_runs"].idle


# What keeps a job from running until a person acts.
HOLDS = {
    "is paused": lambda job: schedules.pause(job=JOBS[job], note="Enough."),
    "is set aside": lambda job: JobLease.objects.update_or_create(
        name=job, defaults={"set_aside_at": timezone.now()}
    ),
}


def run_of(scope, box=None, make=None):
    """Return a mass action under way that waits for its own job, or for one that sends what it queued."""
    now = timezone.now()
    paced = {"paced_at": now - timedelta(minutes=1), "settled_at": now, "paced_from": 0}
    run = mass_action(scope, "running")
    MassAction.objects.update(chosen=9, done=3, action="ship" if scope == "orders" else "upload", **paced)
    if make:
        make(run=run, next_try_at=now)
    elif box:
        run.items.create(object_id=1, reference="1", box=box, delivery=1, number=1)
    return run


RUNS = {
    "orders.advance_bulk_runs": lambda: run_of("orders"),
    "orders.send_shipments": lambda: run_of("orders", "orders.shipments"),
    "catalog.advance_bulk_runs": lambda: run_of("catalog"),
    "catalog.sync_products": lambda: run_of("catalog", make=facet("details")),
    "catalog.poll_files": lambda: run_of("catalog", make=file),
}


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("job", RUNS)
def test_a_mass_action_is_said_to_go_on_only_while_its_jobs_run(admin_client, job, hold):
    run = RUNS[job]()
    others = [name for name in RUNS if name not in (job, f"{run.scope}.advance_bulk_runs")]
    for name in others:
        HOLDS[hold](name)
    before = admin_client.get(reverse(f"{run.scope}:run", args=[run.pk])).text
    HOLDS[hold](job)
    after = admin_client.get(reverse(f"{run.scope}:run", args=[run.pk])).text

    assert ("goes on in the background" in before, " left<" in before) == (True, True)
    assert ("goes on in the background" in after, " left<" in after) == (False, False)
    assert f"{JOBS[job].title} {hold}" in after
    assert "What is left waits, and does not go on by itself." in after


CLICKS = {
    "orders.send_acknowledgements": lambda: reverse("orders:acknowledge", args=[order().pk]),
    "orders.advance_bulk_runs": lambda: reverse(
        "orders:run_move", args=[mass_action("orders", "paused").pk, "resume"]
    ),
    "desk.compare_with_jet": lambda: reverse("desk:compare_with_jet"),
}


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("job", CLICKS)
def test_the_page_after_a_click_says_what_of_it_waits(admin_client, job, hold):
    words = f"What follows from it waits: {JOBS[job].title} {hold}"
    before = admin_client.post(CLICKS[job](), follow=True).text
    HOLDS[hold](job)
    after = admin_client.post(CLICKS[job](), follow=True).text

    assert "What follows from it waits" not in before
    # What a person starts runs though it is paused.
    assert (words in after) == (hold == "is set aside" or JOBS[job].is_scheduled)


def upload(state=ImportFile.State.UPLOADED, **options):
    row = ImportFile.objects.create(name="f.csv", state=state, options=options)
    ImportFile.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    return reverse("catalog:import_progress", args=[row.pk])


def pulled():
    return upload(job="catalog.pull_store_products")


def failed():
    return reverse("admin:orders_failedorder_changelist")


def taxonomy():
    row = TaxonomyImport.objects.create(
        source="f", at=timezone.now() - timedelta(minutes=5), state=TaxonomyImport.State.READING
    )
    return reverse("mapping:taxonomy_progress", args=[row.pk])


def waiting_file(**state):
    row = file(next_try_at=timezone.now(), **state)
    FileContent.objects.create(file=row, bodies={})
    return reverse("catalog:file", args=[row.pk])


def choosing():
    of = order(Order.Status.HELD)
    item = OrderItem.objects.create(order=of, jet_id="1", sku="S", units_ordered=1)
    return reverse("orders:choose", args=[of.pk, item.pk])


def restocking():
    StoreLink.objects.create(pk=1)
    settings_service.save(changes={"store_kind": "magento2", "store_url": "https://store.example.test/"})
    return reverse("orders:restock")


RETRY = "orders.retry_failed_orders"
# Pages that follow what a job does: the job, and what they promise while it runs.
FOLLOWED = {
    upload: ("catalog.import_file", "goes on by itself as soon as one runs"),
    pulled: ("catalog.pull_store_products", "goes on by itself as soon as one runs"),
    taxonomy: ("catalog.import_taxonomy", "goes on by itself as soon as one runs"),
    waiting_file: ("catalog.poll_files", "It is on its way to Jet."),
    failed: (RETRY, "by themselves as soon as their cause is gone"),
    choosing: (RETRY, "then tried again by itself"),
    restocking: (RETRY, "The orders go on by themselves"),
}


@pytest.mark.parametrize("make", FOLLOWED, ids=lambda make: make.__name__)
def test_a_page_that_follows_a_job_promises_nothing_once_it_is_set_aside(admin_client, make):
    (job, promise), page = FOLLOWED[make], make()
    before = admin_client.get(page).text
    HOLDS["is set aside"](job)
    after = admin_client.get(page).text

    held = f"{JOBS[job].title} is set aside"
    assert (promise in before, held in before) == (True, False)
    assert (promise in after, held in after) == (False, True)


@pytest.fixture
def calm(admin_client):
    """A panel in which nothing is to be done, and the reader of its dashboard."""
    PeriodicTask.objects.update(date_changed=timezone.now())

    def read():
        return admin_client.get("/admin/").content.decode()

    assert CALM in read()
    return read


@pytest.mark.parametrize("of", ROWS, ids=":".join)
def test_a_refused_or_blocked_delivery_stays_on_the_dashboard_until_somebody_acts(calm, admin_client, of):
    for state in ("refused", "blocked"):
        row = ROWS[of](**UNSETTLED[state])
        (card,) = [each for each in cards(admin_client) if each.title.startswith(("Refused", "Rejected"))]
        html, answer = calm(), admin_client.get(card.url)
        settle(row)

        assert (str(card.count), answer.status_code) == ("1", 200)
        assert CALM not in html
        assert card.title in html
        assert CALM in calm()


def cards(client):
    person = client.get("/admin/").wsgi_request.user
    return overview.needs(configuration.active_account(), person)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: ValidationResult.objects.create(product=ProductFactory(), stale_since=timezone.now()),
        lambda: ListingFactory(status_due_at=timezone.now()),
        crashed_run,
        lambda: finished_run(done=1, failed=1),
        lambda: mass_action("catalog", "paused"),
        lambda: mass_action("orders", "failed"),
        lambda: ImportFile.objects.create(name="f.csv", state=ImportFile.State.PREVIEWED),
        lambda: TaxonomyImport.objects.create(
            source="f", at=timezone.now(), state=TaxonomyImport.State.PREVIEWED
        ),
    ],
    ids=[
        "stale verdict",
        "stale status",
        "failed run",
        "partial run",
        "held mass action",
        "stopped mass action",
        "import to confirm",
        "taxonomy to confirm",
    ],
)
def test_nobody_is_told_that_nothing_needs_them_while_something_is_not_known_or_failed(calm, trouble):
    trouble()

    assert CALM not in calm()


def test_a_new_shipment_takes_the_refused_one_off_the_dashboard(calm, admin_client):
    refused = shipment(**UNSETTLED["refused"])
    before = [each.title for each in cards(admin_client)]
    Shipment.objects.create(order=refused.order, sequence=2, alt_shipment_id="2", **SETTLED)

    assert "Refused shipments" in before
    assert "Refused shipments" not in [each.title for each in cards(admin_client)]


# An order's page: what was done to it, by which the sentence is another than that of its status alone.
STEPS = {
    "Jet refused the last shipment. Correct it and ship again.": lambda: (
        shipment(**UNSETTLED["refused"]).order
    ),
    "The shipment is stopped and is not sent by itself.": lambda: shipment(**UNSETTLED["blocked"]).order,
    "The shipment has no answer from Jet yet; Jet is asked before it is sent again.": lambda: (
        shipment(answer="unknown", next_try_at=timezone.now()).order
    ),
    "The shipment is waiting to be sent to Jet.": lambda: shipment(next_try_at=timezone.now()).order,
    "Jet refused the answer to this order; it waits for another.": lambda: (
        ROWS["orders.send_acknowledgements", "answer"](**UNSETTLED["refused"]).order
    ),
    "Ready to be shipped.": lambda: order(Order.Status.ACKNOWLEDGED),
    "It was rejected and is not to be shipped.": lambda: order(Order.Status.REJECTED),
    "It was cancelled and is not to be shipped.": lambda: order(Order.Status.CANCELLED),
    "Jet holds it as complete.": lambda: order(Order.Status.COMPLETE),
}


@pytest.mark.parametrize("sentence", STEPS)
def test_an_orders_page_says_what_its_rows_say(admin_client, sentence):
    found = STEPS[sentence]()

    html = admin_client.get(reverse("admin:orders_order_change", args=[found.pk])).content.decode()

    assert [each for each in [*STEPS, "Nothing is left to do"] if each in html] == [sentence]


def test_each_status_of_an_order_has_its_sentence():
    assert texts.STEPS.keys() == set(Order.Status)


def test_the_row_of_a_job_shows_the_last_run_with_work_and_the_failures_of_a_day(admin_client):
    finished_run(done=3, failed=1)
    finished_run()

    html = admin_client.get("/admin/cron/catalog.sync_prices/row/").content.decode()
    runs = admin_client.get("/admin/cron/catalog.sync_prices/?outcome=trouble").content.decode()

    assert "Before: 3 of 4 (1 failed)" in html
    assert ">1 failed</a>" in html
    assert runs.count("3 of 4") == 1
    assert "MUG-0: The price is below zero." in html
    assert "Nothing to do" in html
    ROWS["catalog.sync_prices", "price"](**UNSETTLED["refused"])
    finished_run()
    assert "Nothing achieved" in admin_client.get("/admin/cron/catalog.sync_prices/row/").content.decode()
    JobRun.objects.update(started_at=timezone.now() - timedelta(hours=25))
    assert "failed</a>" not in admin_client.get("/admin/cron/catalog.sync_prices/row/").content.decode()


@pytest.mark.parametrize("state", [*UNSETTLED, "accepted"])
def test_a_refunds_page_says_that_it_goes_only_while_it_does(admin_client, state):
    refund = documents(Refund, "alt_refund_id")(**UNSETTLED.get(state, SETTLED))

    html = admin_client.get(reverse("admin:returns_refund_change", args=[refund.pk])).text

    assert ("On its way to Jet." in html) == (refund.is_pending and state != "refused")


def test_nothing_is_sent_by_itself_whose_job_is_paused(admin_client):
    row = shipment(next_try_at=timezone.now())
    address = reverse("outbox:sending", args=["orders.shipments", row.pk])
    before = admin_client.get(address, {"n": 10}).text
    schedules.pause(job=JOBS["orders.send_shipments"], note="Enough.")
    after = admin_client.get(address, {"n": 10}).text

    assert ("is sent by itself" in before, "is paused" in before) == (True, False)
    assert ("is sent by itself" in after, "is paused" in after) == (False, True)


@pytest.mark.parametrize("column", ["units_shipped", "units_cancelled"])
def test_an_order_that_went_elsewhere_is_not_called_untouched(admin_client, column):
    found = order(Order.Status.COMPLETE)
    item = OrderItem.objects.create(order=found, jet_id="1", sku="S", units_ordered=1)
    page = reverse("admin:orders_order_change", args=[found.pk])
    before = admin_client.get(page).text
    OrderItem.objects.filter(pk=item.pk).update(**{column: 1})

    assert "Nothing was shipped or cancelled yet" in before
    assert "Nothing was shipped or cancelled yet" not in admin_client.get(page).text


@pytest.mark.parametrize("goes", [True, False])
def test_settings_decide_what_is_promised_of_orders_and_quantities(admin_client, goes):
    settings_service.save(
        changes={"auto_acknowledge": goes, "auto_sync": True, "sync_inventory_on_edit": goes}
    )
    finished_run("orders.import_ready_orders", done=1)
    lacking, product = order(Order.Status.HELD), ProductFactory()
    OrderItem.objects.create(order=lacking, jet_id="1", sku=product.sku, product=product, units_ordered=9)
    FailedOrder.objects.create(
        account=lacking.account, order=lacking, jet_id=lacking.jet_id,
        causes=[{"code": OUT_OF_STOCK, "sku": product.sku}],
    )  # fmt: skip

    fetched = admin_client.get(reverse("desk:followed", args=["orders.import_ready_orders"])).text
    restock = admin_client.get(reverse("orders:restock")).text

    assert ("can be filled are acknowledged" in fetched, "wait for your answer" in fetched) == (
        goes,
        not goes,
    )
    assert ("go to Jet by themselves" in restock, "keeps edits of stock" in restock) == (goes, not goes)


CLAIM = re.compile(
    r"""\bnothing\b[^.]{0,40}\b(?:needs?|left\ (?:to|of)|to\ do|to\ be\ done|waits?|waiting|in\ the\ way|is\ wrong)\b
    |\b(?:all|every|each|everything)\b[^.<]{0,60}\b(?:is|are)\s+(?:done|sent|listed|in\ order|on\ time|ready|as\b
        |accepted|settled|up\b|taken|fine|complete|mapped)
    |\bup\ to\ date\b|\bready\ to\ be\b|\bas\ jet\ confirmed\b|\bsuccessfully\b
    |\bno\s+[\w' ]{1,40}\b(?:waits?|is\ left|are\ left|is\ held|is\ under\ way|is\ late|has\ a\ problem|needs?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Where such words stand, and what makes them true; of jobs, what they say when idle is tried above.
KNOWN = {
    "jetbridge/desk/error_book/": "says what somebody has to do about an error, not how things stand",
    "jetbridge/desk/go_live.py": "beside the step's own mark, which eight logged calls set",
    "jetbridge/desk/journey/steps.py": "compares with Jet's own word for a file",
    "jetbridge/inbox/merchant_mail.py": "no notification is wanted and unsent, asked of the rows",
    "jetbridge/jobs/definitions.py": "what a job says that has nothing left, tried above",
    "jetbridge/jobs/status.py": "of a run that says that nothing was left, tried above",
    "jetbridge/jobs/registry.py": "what a job says that has nothing left, tried above",
    "jetbridge/store/tasks.py": "idle words, tried above",
    "jetbridge/store/magento/sandbox/people/actions.py": "of the emulator's own index, after its consumers ran",
    "jetbridge/store/magento/sandbox/people/order_views.py": "of one order, asked of what was invoiced and refunded",
    "jetbridge/api/tasks.py": "what a job says that has nothing left, tried above",
    "jetbridge/core/outages.py": "asks for an upgrade of the database",
    "jetbridge/desk/management/commands/up.py": "said after the migrations ran",
    "jetbridge/panel/action_reports.py": "counts what an action did: none of it",
    "catalog/listings/grid/stages.py": "of products that are live with no unit",
    "catalog/listings/views/rejected_files.py": "after the files were cleared away, with how many are left",
    "catalog/mapping/management/commands/suggest_categories.py": "gives both reasons that there may be",
    "orders/logos.py": "says which sizes of a picture may be used",
    "orders/services/retries.py": "of one order, after it was tried and goes on",
    "orders/views/": "of one order, after it was tried and goes on",
    "templates/orders/work_done.html": "the list behind the address holds no order, asked of the rows",
    "templates/unfold/helpers/app_list_badge.html": "a remark in a template",
    "jetbridge/panel/header.py": "what waits goes on waiting: a rule of the outbox",
    "catalog/listings/management/commands/price_reviews.py": "no open price review, asked of the rows",
    "catalog/listings/mass_actions/": "of one product: its newer request",
    "catalog/rules/product_actions.py": "what checking a product does: no delivery is queued, no call made",
    "catalog/listings/models/uploads.py": "Jet's own word for a file",
    "catalog/listings/tasks/": "idle words, tried above",
    "catalog/listings/views/price_reviews.py": "of what was chosen: no open row among it",
    "catalog/mapping/tasks.py": "no taxonomy uploaded or accepted, asked of the rows",
    "catalog/products/tasks.py": "no product file uploaded or confirmed, asked of the rows",
    "orders/tasks.py": "idle words, tried above",
    "orders/texts.py": "the sentence of an order's state, tried above",
    "orders/services/holds.py": "of one order that is fetched again by itself",
    "returns/management/commands/refund_order.py": "the ledger has no unit or cent of the line left",
    "returns/tasks.py": "idle words, tried above",
    "templates/catalog/causes.html": "no problem stored and no verdict stale, tried below",
    "templates/catalog/file.html": "beside one product that a later file brought to Jet",
    "templates/catalog/price_reviews.html": "no open row in the list above it",
    "templates/desk/cron_body.html": "no job is late, none is paused",
    "templates/desk/dashboard.html": "no card and nothing unknown, tried above",
    "templates/desk/help": "help",
    "templates/mapping/store_tree.html": "no unmapped category in the tree beside it",
    "templates/mapping/suggestions.html": "gives both reasons that there may be",
}


ROOMS = ("jetbridge", "catalog", "orders", "returns", "templates")


def claims():
    for name, text in all_texts():
        if "howto" not in name:
            yield from ((name, found[0]) for found in CLAIM.finditer(text))


def all_texts():
    for top in ROOMS:
        for path in sorted((PROJECT_ROOT / top).rglob("*")):
            name = str(path.relative_to(PROJECT_ROOT))
            if path.suffix not in {".py", ".html", ".txt", ".md"} or "migrations" in name:
                continue
            yield from ((name, text) for text in texts_of(path))


def texts_of(path):
    text = path.read_text()
    if path.suffix != ".py":
        quoted = re.findall(r'="([^"{}]+)"', " ".join(re.findall(r"\{%.*?%\}", text, flags=re.DOTALL)))
        return [*quoted, re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)]
    tree = ast.parse(text)
    own = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, own) and ast.get_docstring(node)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_every_sentence_that_says_all_is_well_is_known_with_what_makes_it_true():
    found = set(claims())

    assert [each for each in found if not each[0].startswith(tuple(KNOWN))] == []
    assert [place for place in KNOWN if not any(name.startswith(place) for name, _ in found)] == []


@pytest.mark.parametrize(
    "text",
    ["Nothing is left to do.", "All files are up to date", "Every order is done", "It was sent successfully"],
)
def test_the_scan_sees_such_sentences(text):
    assert CLAIM.search(text)


# That something happens by itself is said only while nothing keeps it from that.
PROMISE = re.compile(r"\bby\ (?:itself|themselves)\b|\bin\ the\ background\b", re.IGNORECASE | re.VERBOSE)
PROMISES = {
    "jetbridge/api/webhooks.py": "of what is tried no more",
    "jetbridge/core/personal.py": "what Jet does",
    "jetbridge/desk/error_book/": "says what somebody has to do about an error",
    "jetbridge/desk/first_steps.py": "as the settings and the schedule have it, tried above",
    "jetbridge/desk/management/commands/restore.py": "what the next start does",
    "jetbridge/desk/services/restored.py": "of deliveries, once a comparison that is asked for has read all",
    "jetbridge/jobs/lights.py": "of what does not happen",
    "jetbridge/mass_actions/hindrances.py": "of each job that a run waits for, tried above",
    "jetbridge/store/magento/": "the emulator of a store, and the module for a real one, speak of themselves",
    "catalog/listings/": "of what is not sent",
    "orders/admin/orders.py": "as the schedule has it",
    "orders/services/rejection_stops.py": "of what was rejected",
    "orders/settings_tab.py": "of what stops",
    "orders/texts.py": "of what is not sent",
    "orders/views/failed.py": "of what is not rejected",
    "orders/wiring.py": "of what was rejected",
    "returns/services/": "what Jet does",
    "templates/503.html": "once the database is there again",
    "templates/catalog/file.html": "while its job runs, tried above",
    "templates/catalog/import_progress.html": "while its job runs, tried above",
    "templates/catalog/product_state.html": "of what is not sent",
    "templates/desk/help": "help",
    "templates/mapping/taxonomy_progress.html": "while its job runs, tried above",
    "templates/orders/causes.html": "of what is not rejected",
    "templates/orders/choose.html": "while its job runs, tried above",
    "templates/orders/failed_tools.html": "while its job runs, tried above",
    "templates/orders/rejecting.html": "a remark in a template",
    "templates/orders/restock.html": "while its job runs, tried above, and as the settings have it",
    "templates/outbox/sending.html": "while its job runs, tried above",
    "templates/panel/run_live.html": "while nothing holds the run up, tried above",
    "templates/returns/ledger.html": "what Jet does",
    "templates/returns/refund.html": "of what is not sent",
    "templates/returns/tools.html": "what Jet does",
}


def test_no_text_promises_that_something_happens_by_itself_but_where_it_is_known_what_makes_it_true():
    found = [
        (name, each[0])
        for name, text in all_texts()
        if "howto" not in name
        for each in PROMISE.finditer(text)
    ]

    assert [each for each in found if not each[0].startswith(tuple(PROMISES))] == []
    assert [place for place in PROMISES if not any(name.startswith(place) for name, _ in found)] == []


# How often something runs is said as the schedule has it, for it may be another, paused or not there at all.
RHYTHM = re.compile(
    r"""\b(?:every|each)\ (?:(?:\d+|one|two|three|five|ten|fifteen|thirty|sixty|few|other)\ )?
        (?:minutes?|hours?|nights?|days?|weeks?|mornings?)\b
    |\bwithin\ (?:a\ few\ )?minutes\b|\b(?:nightly|hourly|daily|at\ night|overnight)\b|\bonce\ (?:a|an|per)\ \w+""",
    re.IGNORECASE | re.VERBOSE,
)
RHYTHMS = {
    "catalog/mapping/fields/vocabularies.py": "names of services",
    "jetbridge/desk/howto/texts/dashboard.md": "asks a person to begin the day so",
    "jetbridge/desk/howto/texts/notifications.md": "the digest, as below",
    "jetbridge/desk/page_commands.py": "what a person types",
    "jetbridge/store/magento/": "the emulator of a store, and the module for a real one, speak of themselves",
    "jetbridge/desk/howto/texts/backup.md": "asks a person to do something each night",
    "jetbridge/desk/howto/texts/cron-status.md": "asks a person to look once a week",
    "jetbridge/desk/howto/texts/settlements.md": "Jet's own weeks",
    "jetbridge/desk/forms/pages.py": "asks for the rhythm",
    "jetbridge/desk/views/cron.py": "the rhythm that a job came with, beside the one it has",
    "jetbridge/inbox/": "the digest: each person chooses the hour of theirs, and no run sends a second one a day",
    "jetbridge/jobs/": "words the rhythm itself",
    "templates/desk/help_running.html": "the digest, as above",
    "templates/returns/settlement_tools.html": "Jet's own weeks",
}


def test_no_text_says_how_often_something_runs_but_as_the_schedule_has_it():
    found = [(name, each[0]) for name, text in all_texts() for each in RHYTHM.finditer(text)]

    assert [each for each in found if not each[0].startswith(tuple(RHYTHMS))] == []
    assert [place for place in RHYTHMS if not any(name.startswith(place) for name, _ in found)] == []


def test_each_job_whose_rhythm_a_text_asks_for_is_one():
    asked = re.compile(r"\{often:([a-z]+\.\w+)\}|\{% often '([^']*)'")
    named = {
        found[1] or found[2]
        for path in (each for top in ROOMS for each in (PROJECT_ROOT / top).rglob("*"))
        if path.suffix in (".py", ".html", ".md")
        for found in asked.finditer(path.read_text())
    }

    assert named - JOBS.keys() == set()
    assert len(named) > 8


# Pages that say how often a job of theirs runs, while there is nothing else on them.
OFTEN = {
    "admin:orders_order_changelist": "orders.import_ready_orders",
    "admin:returns_returnrequest_changelist": "returns.fetch_returns",
    "admin:returns_settlement_changelist": "returns.fetch_settlements",
    "admin:catalog_drift_changelist": "catalog.report_drift",
    "admin:index": "orders.import_ready_orders",
    "orders:store_differences": "orders.read_store_documents",
    "desk:help": "catalog.sync_prices",
}


@pytest.mark.parametrize("page", OFTEN)
def test_a_page_says_how_often_a_job_runs_as_it_does(admin_client, page):
    job, said = JOBS[OFTEN[page]], []
    schedules.reschedule(job=job, every=timedelta(minutes=47), note="Less.")
    PeriodicTask.objects.update(date_changed=timezone.now())
    said.append(admin_client.get(reverse(page)).text)
    schedules.pause(job=job, note="Enough.")
    said.append(admin_client.get(reverse(page)).text)

    assert ["every 47 minutes" in html for html in said] == [True, True]
    assert [f"every 47 minutes, but {job.title} is paused" in html for html in said] == [False, True]


@pytest.fixture
def linked(calm):
    """A store that is connected and was looked at just now."""
    StoreLink.objects.create(pk=1)
    settings_service.save(changes={"store_kind": "magento2", "store_url": "https://store.example.test/"})
    finished_run("orders.read_store_documents")
    finished_run("store.check_link", done=1)


# What makes it untrue that both sides have the same, or that the store answers.
APART = {
    "a document is not sent": lambda: store_document(next_try_at=timezone.now()),
    "a document is being sent": lambda: store_document(
        next_try_at=timezone.now(), claimed_by="w", claimed_until=timezone.now()
    ),
    "its answer was lost": lambda: store_document(answer="unknown"),
    "nobody read for an hour": lambda: JobRun.objects.update(finished_at=timezone.now() - timedelta(hours=2)),
    "reading is paused": lambda: schedules.pause(job=JOBS["orders.read_store_documents"], note="Enough."),
    "the panel is off": lambda: settings_service.save(changes={"enabled": False}),
    "the last reading failed": lambda: finished_run("orders.read_store_documents", done=1, failed=1),
}


@pytest.mark.parametrize("state", APART)
def test_both_sides_are_called_alike_only_while_they_are_known_to_be(linked, admin_client, state):
    page, same = reverse("orders:store_differences"), "Both sides have the same documents."
    assert same in admin_client.get(page).text
    APART[state]()

    assert same not in admin_client.get(page).text


@pytest.mark.parametrize(
    "silent",
    [
        lambda: schedules.pause(job=JOBS["store.check_link"], note="Enough."),
        lambda: JobRun.objects.update(finished_at=timezone.now() - timedelta(hours=2)),
        lambda: settings_service.save(changes={"enabled": False}),
    ],
    ids=["paused", "an hour ago", "off"],
)
def test_a_store_is_green_only_while_somebody_looks_at_it(linked, admin_client, silent):
    page, unknown = (
        reverse("desk:configuration_tab", args=["store"]),
        "Whether the store answers now is not known",
    )
    before = admin_client.get(page).text
    silent()
    after = admin_client.get(page).text

    assert ("jb-edge-green" in before, unknown in before) == (True, False)
    assert ("jb-edge-green" in after, unknown in after) == (False, True)


def test_pages_of_the_store_promise_nothing_that_is_paused(linked, admin_client):
    pages = {
        reverse("catalog:imports"): "catalog.pull_store_products",
        reverse("desk:configuration_tab", args=["store"]): "catalog.pull_store_products",
        reverse("orders:store_differences"): "store.send_documents",
    }
    store_document(answer="held", details={"asks": "tracking"})
    for page, name in pages.items():
        said = f"but {JOBS[name].title} is paused"
        schedules.resume(job=JOBS[name])
        before = admin_client.get(page).text
        schedules.pause(job=JOBS[name], note="Enough.")

        assert (said in before, said in admin_client.get(page).text) == (False, True), page


def test_jobs_are_called_on_time_only_while_all_may_run(admin_client):
    PeriodicTask.objects.update(date_changed=timezone.now())
    page, on_time = reverse("desk:cron"), "jobs are on time."
    assert on_time in admin_client.get(page).text
    schedules.pause(job=JOBS["catalog.sync_prices"], note="Enough.")
    paused = admin_client.get(page).text
    settings_service.save(changes={"enabled": False})
    off = admin_client.get(page).text

    assert ("No job is late, but 1 is paused." in paused, on_time in paused) == (True, False)
    assert ("the panel is switched off, so that none runs" in off, on_time in off) == (True, False)


def test_a_first_step_is_done_only_while_the_rows_behind_it_bear_it_out(account, admin_client):
    def done():
        steps = admin_client.get("/admin/").context["steps"]
        return {step.title: step.done for step in steps}

    ProductFactory(mapped=True)
    assert (done()["Connect the account"], done()["Fix problems"]) == (True, True)
    type(account).objects.update(check_passed=False, check_message="Jet does not accept the keys.")
    ValidationResult.objects.update_or_create(
        product=Product.objects.get(), defaults={"stale_since": timezone.now()}
    )

    assert (done()["Connect the account"], done()["Fix problems"]) == (False, False)
    assert "Jet does not accept the keys." in admin_client.get("/admin/").text
    settings_service.save(changes={"auto_acknowledge": False})
    schedules.pause(job=JOBS["orders.import_ready_orders"], note="Enough.")
    html = admin_client.get("/admin/").text
    assert "You acknowledge it; orders are fetched every" in html
    assert f"but {JOBS['orders.import_ready_orders'].title} is paused." in html


def test_no_problem_is_claimed_while_verdicts_are_old(admin_client):
    page = reverse("catalog:causes")
    before = admin_client.get(page).content.decode()
    ValidationResult.objects.create(product=ProductFactory(), stale_since=timezone.now())

    assert "No product has a problem" in before
    assert "No product has a problem" not in admin_client.get(page).content.decode()


def test_a_run_that_is_followed_is_not_said_to_wait_once_its_job_is_set_aside(admin_client):
    page = reverse("desk:followed", args=["orders.import_ready_orders"]) + "?n=99"
    before = admin_client.get(page).text
    HOLDS["is set aside"]("orders.import_ready_orders")
    after = admin_client.get(page).text

    assert "It waits in the queue." in before
    assert "It waits in the queue." not in after
    assert f"{JOBS['orders.import_ready_orders'].title} is set aside" in after
