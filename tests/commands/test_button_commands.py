"""Commands behind the buttons that have one of their own: each does what the button does, or says why not."""

import html
import json
import re
import shlex

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from catalog.listings.models import FileContent, Listing, ListingFacet, UploadFile, UploadFileItem
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.products.models import Attribute
from jetbridge.core.models import Event
from jetbridge.home import PROJECT_ROOT
from jetbridge.panel.cli_commands import MOST_NAMES, PAGE_COMMANDS
from orders.models import Customer, Order
from tests.commands.forms import our_commands
from tests.commands.pages import addresses
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db

DOCUMENT = (PROJECT_ROOT / "docs" / "commands.md").read_text()


def answer(capsys, *arguments, **options):
    call_command(*arguments, json=True, **options)
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_every_command_of_ours_stands_in_the_document_and_no_other():
    rows = (line.split("`")[1] for line in DOCUMENT.splitlines() if line.startswith("| `"))
    reported = {
        row.split()[0] for row in rows if not row.startswith("--")
    }  # those are options of `configure`

    assert reported == our_commands().keys()


def test_every_command_that_a_page_offers_exists_and_its_page_too():
    offered = {words.split()[0] for lines in PAGE_COMMANDS.values() for words in lines}

    assert offered - set(get_commands()) == set()
    assert set(PAGE_COMMANDS) - set(addresses()) == set()


def test_a_page_offers_its_commands_to_be_copied_with_what_is_known(admin_client):
    page = admin_client.get("/admin/cron/catalog.sync_prices/").content.decode()

    assert 'data-jb-copy="manage.py run_job catalog.sync_prices"' in page


def test_a_job_is_paused_resumed_and_rescheduled_with_a_reason(capsys):
    paused = answer(capsys, "schedule_job", "catalog.sync_prices", pause=True, note="Sale tonight.")
    resumed = answer(capsys, "schedule_job", "catalog.sync_prices", resume=True)
    changed = answer(capsys, "schedule_job", "catalog.sync_prices", every=3, note="Sale.")

    assert (paused["paused"], resumed["paused"], changed["rhythm"]) == (True, False, "every 3 minutes")
    assert [event.note for event in Event.objects.order_by("pk")] == ["Sale tonight.", "", "Sale."]


@pytest.mark.parametrize(
    "options", [{"pause": True}, {"every": 0, "note": "x"}, {"at_hour": 24, "note": "x"}]
)
def test_a_change_without_a_reason_or_sense_is_wrong_usage_and_changes_nothing(options):
    with pytest.raises(CommandError) as refused:
        call_command("schedule_job", "catalog.sync_prices", **options)

    assert refused.value.returncode == 2
    assert PeriodicTask.objects.get(name="catalog.sync_prices").enabled


def test_an_attribute_is_mapped_by_an_id_that_the_taxonomy_knows(capsys):
    Attribute.objects.create(code="color", label="Color")
    JetAttribute.objects.create(jet_id=119, name="Color", display_name="Color", kind=0)

    tried = answer(capsys, "map_attribute", "color", "119", dry_run=True)
    nothing = AttributeMapping.objects.count()
    answer(capsys, "map_attribute", "color", "119", word=["Crimson=Red"])

    mapping = AttributeMapping.objects.get()
    assert (tried["jet_id"], nothing) == (119, 0)
    assert (mapping.jet_attribute.jet_id, mapping.vocabulary) == (119, {"Crimson": "Red"})
    with pytest.raises(CommandError):
        call_command("map_attribute", "color", "1.41513E+14")
    answer(capsys, "map_attribute", "color", clear=True)
    assert not AttributeMapping.objects.exists()


def test_a_vanished_sku_is_listed_linked_or_archived(capsys, account):
    for sku in ("GONE-1", "GONE-2"):
        ListingFactory(account=account, product=None, sku=sku, status=Listing.Status.AVAILABLE,
                       first_sent_at="2026-01-01T00:00:00Z")  # fmt: skip
    ProductFactory(sku="MUG-1")

    listed = answer(capsys, "vanished")
    answer(capsys, "vanished", link=["GONE-1", "MUG-1"])
    closed = answer(capsys, "vanished", archive=["GONE-2"])

    assert [row["sku"] for row in listed["vanished"]] == ["GONE-1", "GONE-2"]
    assert Listing.objects.get(sku="GONE-1").product.sku == "MUG-1"
    assert closed["archive_wanted"] == 1
    assert ListingFacet.objects.filter(facet=Facet.ARCHIVE, next_try_at__isnull=False).count() == 1
    with pytest.raises(CommandError, match="no vanished SKU"):
        call_command("vanished", archive=["MUG-1"])


def test_refused_files_are_listed_and_cleared_and_an_unknown_one_is_named(capsys, account):
    UploadFile.objects.create(
        account=account, kind="Price", name="prices-1", status=UploadFile.Status.ERRORS,
        product_count=3, error_count=1,
    )  # fmt: skip

    listed = answer(capsys, "rejected_files")
    kept = answer(capsys, "rejected_files", clear=True)
    cleared = answer(capsys, "rejected_files", clear=True, refused=True)

    assert [row["errors"] for row in listed["files"]] == [1]
    assert (kept["done"], cleared["done"]) == (0, 1)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("rejected_files", resubmit="none")


def test_a_refused_file_is_shown_whole_and_all_of_them_are_resubmitted(capsys, account):
    bad = ListingFactory(sku="BAD", product=ProductFactory(sku="BAD", mapped=True), account=account)
    facet = ListingFacet.objects.create(listing=bad, facet=Facet.PRICE, answer="rejected")
    file = UploadFile.objects.create(
        account=account, kind="Price", name="prices-1", status=UploadFile.Status.ERRORS,
        product_count=1, error_count=1, errors=["BAD: too dear"],
    )  # fmt: skip
    FileContent.objects.create(file=file, bodies={"BAD": {"price": 1}}, said={"error_count": 1})
    UploadFileItem.objects.create(file=file, listing=bad, sku="BAD", verdict="refused", errors=["too dear"])

    shown = answer(capsys, "rejected_files", show=str(file.pk))
    tried = answer(capsys, "rejected_files", resubmit_all=True, dry_run=True)
    sent = answer(capsys, "rejected_files", resubmit_all=True)

    assert (shown["content"], shown["answer"]) == ({"BAD": {"price": 1}}, {"error_count": 1})
    assert (tried["done"], sent["done"]) == (1, 1)
    facet.refresh_from_db()
    file.refresh_from_db()
    assert (facet.next_try_at is not None, file.status) == (True, UploadFile.Status.NA)


def test_differences_are_listed_and_reconciled_only_when_named(capsys, account):
    assert answer(capsys, "drifts")["differences"] == 0
    assert answer(capsys, "drifts", reconcile=True, all=True)["reconciled"] == 0
    with pytest.raises(CommandError) as refused:
        call_command("drifts", reconcile=True)
    assert refused.value.returncode == 2


def copied(page):
    """Return the commands that a page offers to be copied, as words of a shell."""
    found = re.findall(r'data-jb-copy="manage.py ([^"]+)"', page.content.decode())
    return [shlex.split(html.unescape(line)) for line in found]


def test_every_option_that_a_page_offers_is_one_of_its_command():
    for line in (words for lines in PAGE_COMMANDS.values() for words in lines):
        name, *rest = line.split()
        known = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        options = {option for action in known._actions for option in action.option_strings}
        assert {word for word in rest if word.startswith("--")} - options == set(), line


def test_a_product_and_an_order_offer_their_commands_with_their_own_names(admin_client, account):
    product = ProductFactory(sku="MUG 'A'")
    customer = Customer.objects.create(account=account)
    order = Order.objects.create(account=account, jet_id="o-1", number="100000007", customer=customer)

    products = copied(admin_client.get(reverse("admin:catalog_product_change", args=[product.pk])))
    orders = copied(admin_client.get(reverse("admin:orders_order_change", args=[order.pk])))

    assert ["upload", "--direct", "MUG 'A'"] in products
    assert ["ship_order", "100000007", "--tracking", "NUMBER"] in orders
    assert ["fetch_orders", "o-1"] in orders


def test_a_plan_shows_the_command_that_does_exactly_this(admin_client, account, capsys):
    few = [ProductFactory(mapped=True, sku=f"MUG-{number}") for number in range(2)]
    many = [ProductFactory(mapped=True, sku=f"POT-{number}") for number in range(MOST_NAMES + 1)]

    def planned(products):
        data = {"action": "validate", "_selected_action": [each.pk for each in products], "index": "0"}
        page = admin_client.post(reverse("admin:catalog_product_changelist"), data, follow=True)
        return next(line for line in copied(page) if line[0] == "bulk_products")

    by_filter = copied(admin_client.get(f"{reverse('catalog:new_run')}?action=validate&q=POT"))
    by_name, by_plan = planned(few), planned(many)

    assert by_name == ["bulk_products", "validate", "MUG-0", "MUG-1"]
    assert by_filter == [["bulk_products", "validate", "--where", "q=POT"]]
    assert by_plan[2] == "--plan"
    for line, count in ((by_name, 2), (by_filter[0], len(many)), (by_plan, len(many))):
        call_command(*line, "--dry-run", "--json")
        reported = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        assert (reported["chosen"], reported["will_go"]) == (count, count)
    call_command(*by_plan, "--json")
    assert json.loads(capsys.readouterr().out.strip().splitlines()[-1])["done"] == len(many)


def test_a_plan_of_orders_shows_its_command_too(admin_client, account, capsys):
    customer = Customer.objects.create(account=account)
    Order.objects.create(account=account, jet_id="o-1", number="100000007", customer=customer)

    (line,) = copied(admin_client.get(f"{reverse('orders:new_run')}?action=retry&stage=all"))
    call_command(*line, "--dry-run", "--json")

    assert line == ["bulk_orders", "retry", "--where", "stage=all"]
    assert json.loads(capsys.readouterr().out.strip().splitlines()[-1])["plan"]["left_out"]


@pytest.mark.parametrize(
    "words",
    [
        ["bulk_products", "validate"],
        ["bulk_products", "validate", "MUG-1", "--where", "q=MUG"],
        ["bulk_products", "validate", "--where", "nonsense=1"],
        ["bulk_products", "validate", "--plan", "999"],
        ["bulk_orders", "retry", "--stage", "ship", "--where", "stage=ship"],
        ["bulk_orders", "retry", "--plan", "999"],
    ],
)
def test_a_choice_that_means_nothing_or_two_things_is_refused(words, account):
    with pytest.raises(CommandError):
        call_command(*words)
