"""Mass actions, mappings, taxonomy, uploaded files, settings' drafts and the rest of the buttons, from a shell."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.listings.mass_actions import steps
from catalog.listings.models import Listing, ListingFacet
from catalog.mapping.models import AttributeMapping, CategoryMapping, JetAttribute, TaxonomyImport
from catalog.products.models import Attribute, ImportFile
from catalog.products.services import import_files
from jetbridge.core import configuration
from jetbridge.inbox.models import Notification
from jetbridge.inbox.notifications import notify
from jetbridge.mass_actions.models import MassAction
from tests.commands.answers import answer, refusal
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(account):
    """A mass action under way over two products."""
    for sku in ("MUG-1", "MUG-2"):
        ListingFactory(product=ProductFactory(sku=sku), account=account, first_sent_at="2026-01-01T00:00:00Z",
                       status=Listing.Status.AVAILABLE)  # fmt: skip
    found = steps.draft(action="archive")
    steps.start(found)
    steps.expand()
    return found


def test_a_mass_action_is_listed_held_and_ended(capsys, run):
    listed = answer(capsys, "mass_actions")
    tried = answer(capsys, "mass_actions", run.pk, cancel=True, dry_run=True)
    paused = answer(capsys, "mass_actions", run.pk, pause=True)
    resumed = answer(capsys, "mass_actions", run.pk, resume=True)
    ended = answer(capsys, "mass_actions", run.pk, cancel=True)

    assert [row["run"] for row in listed["runs"]] == [run.pk]
    assert (tried["dry_run"], paused["state"], resumed["state"]) == (True, "paused", "running")
    assert ended["state"] in ("canceled", "cancelled")
    assert "too late" in str(refusal("mass_actions", run.pk, pause=True))


def test_what_a_cancel_left_out_is_taken_up_again(capsys, run):
    answer(capsys, "mass_actions", run.pk, cancel=True)

    rest = answer(capsys, "mass_actions", run.pk, rest=True)

    assert (rest["action"], rest["chosen"], rest["state"]) == ("archive", 2, "running")
    assert "Nothing of it failed" in str(refusal("mass_actions", run.pk, retry=True))


def test_what_failed_is_tried_again_and_what_was_done_is_undone(capsys, run):
    run.items.filter(reference="MUG-1").update(state="failed", reason="Jet did not answer.")
    run.items.filter(reference="MUG-2").update(state="done")
    MassAction.objects.filter(pk=run.pk).update(state="done", failed=1, done=1)

    reported = answer(capsys, "mass_actions", run.pk)
    again = answer(capsys, "mass_actions", run.pk, retry=True)
    undone = answer(capsys, "mass_actions", run.pk, undo=True)

    assert reported["reasons"] == {"MUG-1": "Jet did not answer."}
    assert (again["action"], undone["action"]) == ("archive", "unarchive")
    assert MassAction.objects.get(pk=again["run"]).state == "running"


def test_a_mass_action_that_is_not_there_or_has_nothing_to_repeat_is_refused(run):
    assert refusal("mass_actions", 999).returncode == 1
    assert refusal("mass_actions", pause=True).returncode == 2
    assert "Nothing of it failed" in str(refusal("mass_actions", run.pk, retry=True))


def test_a_plan_can_spare_what_is_live(capsys, account, run):
    answer(capsys, "mass_actions", run.pk, cancel=True)
    reported = answer(
        capsys, "bulk_products", "upload", "MUG-1", spare_live=True, send_anyway=True, dry_run=True
    )

    # The sandbox was never told of it, so both parts are refused: no other part was sent.
    refused = refusal("upload", "MUG-1", direct=True, spare_live=True, send_anyway=True)

    assert reported["chosen"] == 1
    assert MassAction.objects.latest("pk").options == {"spare_live": True, "send_anyway": True}
    assert all(part in str(refused) for part in ("Price: ", "Inventory: "))
    facets = ListingFacet.objects.filter(listing__sku="MUG-1", number__gt=0)
    assert {"details", "images"} & set(facets.values_list("facet", flat=True)) == set()


def test_a_mapping_is_made_cleared_and_taken_back(capsys):
    StoreCategoryFactory(name="Mugs", full_path="Home/Mugs")
    jet = JetCategoryFactory(parent=JetCategoryFactory(level=0))

    made = answer(capsys, "map_category", "Home/Mugs", str(jet.jet_id))
    cleared = answer(capsys, "map_category", "Home/Mugs", clear=True)
    tried = answer(capsys, "map_category", undo=cleared["undo"], dry_run=True)
    back = answer(capsys, "map_category", undo=cleared["undo"])

    assert (made["mapped"], cleared["changed"], tried["dry_run"]) == (1, ["Home/Mugs"], True)
    assert back["changed"] == ["Home/Mugs"]
    assert CategoryMapping.objects.get().jet_category == jet
    assert refusal("map_category", "Home/Mugs").returncode == 2
    assert refusal("map_category", "Home/Mugs", "--undo", "x").returncode == 2


def test_suggested_categories_are_listed_and_accepted_from_a_score_on(capsys):
    root = StoreCategoryFactory(name="Root", full_path="Root")
    root.add_child(name="Coffee Mugs", full_path="Root/Coffee Mugs")
    top = JetCategoryFactory(name="Kitchen", path="Kitchen", level=0)
    JetCategoryFactory(name="Coffee Mugs", path="Kitchen > Coffee Mugs", parent=top)

    (best,) = answer(capsys, "suggest_categories")["suggestions"]
    nothing = answer(capsys, "suggest_categories", accept=best["score"] + 1)
    tried = answer(capsys, "suggest_categories", accept=best["score"], dry_run=True)
    none_yet = CategoryMapping.objects.count()
    done = answer(capsys, "suggest_categories", accept=best["score"])

    assert (nothing["mapped"], tried["mapped"], none_yet, done["mapped"]) == (0, 1, 0, 1)
    answer(capsys, "map_category", undo=done["undo"])
    assert not CategoryMapping.objects.exists()


def test_a_word_of_a_mapping_is_put_in_and_taken_out_without_the_id(capsys):
    color = Attribute.objects.create(code="color", label="Color")
    jet = JetAttribute.objects.create(jet_id=119, name="Color", display_name="Color", kind=0)
    AttributeMapping.objects.create(attribute=color, jet_attribute=jet, vocabulary={"Crimson": "Red"})

    answer(capsys, "map_attribute", "color", word=["Azure=Blue"], no_word=["Crimson"])

    assert AttributeMapping.objects.get().vocabulary == {"Azure": "Blue"}


def test_a_taxonomy_import_that_waits_is_listed_accepted_or_discarded(capsys):
    row = TaxonomyImport.objects.create(
        source="a.zip", at="2026-01-01T00:00:00Z", origin="files", state="previewed"
    )

    listed = answer(capsys, "taxonomy_imports")
    tried = answer(capsys, "taxonomy_imports", accept=row.pk, dry_run=True)
    gone = answer(capsys, "taxonomy_imports", discard=row.pk)

    assert [each["import"] for each in listed["imports"]] == [row.pk]
    assert (tried["state"], gone["state"]) == ("accepted", "discarded")
    assert "not waiting" in str(refusal("taxonomy_imports", accept=row.pk))
    assert "nothing to go back to" in str(refusal("taxonomy_imports", restore=row.pk))
    assert refusal("taxonomy_imports", accept=999).returncode == 1


@pytest.mark.parametrize("deed", ["restore", "look"])
def test_a_dry_run_of_going_back_writes_no_file_and_sees_that_the_kept_one_is_gone(capsys, deed):
    row = TaxonomyImport.objects.create(source="files", at="2026-01-01T00:00:00Z", state="done")
    row.former.save("former.zip", ContentFile(b"kept"))
    kept = Path(row.former.path)
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*.zip"))

    tried = answer(capsys, "taxonomy_imports", dry_run=True, **{deed: row.pk})
    after = sorted(Path(settings.MEDIA_ROOT).rglob("*.zip"))
    kept.unlink()

    assert (tried["import"], tried["dry_run"], after) == (row.pk, True, before)
    assert kept in before
    for dry_run in (True, False):
        assert "cannot be read" in str(refusal("taxonomy_imports", dry_run=dry_run, **{deed: row.pk}))
    assert TaxonomyImport.objects.count() == 1


def test_jets_own_taxonomy_is_fetched_on_request(capsys):
    tried = answer(capsys, "taxonomy_imports", from_jet=True, dry_run=True)
    none_yet = TaxonomyImport.objects.count()
    begun = answer(capsys, "taxonomy_imports", from_jet=True)

    assert (tried["dry_run"], none_yet) == (True, 0)
    assert TaxonomyImport.objects.get().pk == begun["import"]


def test_an_uploaded_file_is_confirmed_or_discarded(capsys):
    content = b"sku,product_type,name,price\nMUG-1,simple,Mug,5\n"
    first = import_files.start(upload=SimpleUploadedFile("a.csv", content))
    second = import_files.start(upload=SimpleUploadedFile("b.csv", content))
    early = refusal("import_files", confirm=first.pk)
    import_files.advance()

    listed = answer(capsys, "import_files")
    tried = answer(capsys, "import_files", discard=second.pk, dry_run=True)
    kept = Path(second.file.path).exists()
    confirmed = answer(capsys, "import_files", confirm=first.pk)
    gone = answer(capsys, "import_files", discard=second.pk)

    assert "cannot be changed now" in str(early)
    assert [row["state"] for row in listed["files"]] == ["previewed", "previewed"]
    assert (kept, tried["state"]) == (True, "discarded")
    assert "cannot be changed now" in str(refusal("import_files", discard=first.pk, dry_run=True))
    assert (confirmed["state"], gone["state"]) == ("confirmed", "discarded")
    assert ImportFile.objects.get(pk=first.pk).state == "confirmed"


def test_a_change_of_settings_is_taken_back_tab_by_tab(capsys):
    answer(capsys, "configure", price_mode="increase_percent", price_value="10")

    tried = answer(capsys, "configure", undo="prices", dry_run=True)
    kept = configuration.current().price_value
    back = answer(capsys, "configure", undo="prices")

    assert (tried["dry_run"], kept) == (True, Decimal(10))
    assert {row["setting"] for row in back["changed"]} == {"price_mode", "price_value"}
    assert configuration.current().price_mode == "store"


@pytest.mark.parametrize(
    "words",
    [
        ["--undo", "prices", "--api-user", "x"],
        ["--undo", "prices", "--draft"], ["--apply-draft", "--switch", "test"],
        ["--draft", "--price-value", "5", "--fulfillment-node", "n"], ["--drop-draft", "--price-value", "5"],
        ["--load", "FILE", "--export", "FILE"], ["--export", "FILE", "--map", "brand=maker"],
    ],
)  # fmt: skip
def test_a_deed_of_the_settings_stands_alone(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    refused = refusal("configure", *words)

    assert (refused.returncode, "does not go with" in str(refused)) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_price_rule_is_drafted_put_in_force_or_dropped(capsys):
    drafted = answer(capsys, "configure", draft=True, price_mode="increase_percent", price_value="5")
    before = configuration.current().price_mode
    applied = answer(capsys, "configure", apply_draft=True)
    answer(capsys, "configure", draft=True, price_value="7")
    dropped = answer(capsys, "configure", drop_draft=True)

    assert (len(drafted["draft"]), before) == (2, "store")
    assert applied["changed"] == ["price_mode", "price_value"]
    assert dropped["dropped"] is True
    assert configuration.current().price_value == Decimal(5)
    assert "no draft" in str(refusal("configure", apply_draft=True))
    assert refusal("configure", draft=True).returncode == 2
    assert (
        refusal("configure", "--draft", "--price-mode", "increase_percent", "--price-value", "-4").returncode
        == 1
    )


def test_the_calls_that_jet_wants_to_see_are_made_by_name(capsys, account, sandbox):
    tried = answer(capsys, "jet_api", "sku", "price", dry_run=True)
    before = answer(capsys, "jet_api")
    done = answer(capsys, "jet_api", "sku", "price")

    assert tried["would_run"] == ["sku", "price"]
    assert {"sku", "price"} <= set(before["missing"])
    assert (len(done["said"]), {"sku", "price"} & set(done["missing"])) == (2, set())
    assert refusal("jet_api", "fly").returncode == 2


def test_a_test_order_is_made_of_a_sku_that_jet_knows(capsys, account, sandbox):
    answer(capsys, "jet_api", "sku", "price", "inventory")

    made = answer(capsys, "jet_api", order="jetbridge-test-product", quantity=2)

    assert made["order"]
    assert refusal("jet_api", "--order", "jetbridge-test-product", "--quantity", "0").returncode == 2


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
def test_products_are_exported_as_the_grid_exports_them(capsys, tmp_path, suffix):
    ProductFactory(sku="MUG-1")
    ProductFactory(sku="POT-1")
    target = tmp_path / f"products{suffix}"

    reported = answer(capsys, "export_products", str(target), where="q=MUG-1")

    assert (reported["products"], target.stat().st_size > 50) == (1, True)
    assert refusal("export_products", "products.pdf").returncode == 2
    assert refusal("export_products", str(target), where="nonsense=1").returncode == 2


def test_dry_runs_of_older_commands_change_nothing(capsys, merchant, account):
    ListingFactory(account=account, product=None, sku="GONE-1", status=Listing.Status.AVAILABLE,
                   first_sent_at="2026-01-01T00:00:00Z")  # fmt: skip
    ProductFactory(sku="MUG-1")
    notify("files.rejected", key="1", title="A file was refused.")
    mine = {"person": "alice", "mark_read": True}

    paused = answer(capsys, "schedule_job", "catalog.sync_prices", pause=True, note="Sale.", dry_run=True)
    linked = answer(capsys, "vanished", link=["GONE-1", "MUG-1"], dry_run=True)
    closed = answer(capsys, "vanished", archive=["GONE-1"], dry_run=True)
    read = answer(capsys, "notifications", mine["person"], mark_read=True, dry_run=True)
    asked = answer(capsys, "ask_support", "Help", "Please.", dry_run=True)

    assert (paused["paused"], linked["product"], closed["archive_wanted"]) == (True, "MUG-1", 1)
    assert [each["dry_run"] for each in (paused, linked, closed, read, asked)] == [True] * 5
    assert answer(capsys, "schedule_job", "catalog.sync_prices")["paused"] is False
    assert Listing.objects.get(sku="GONE-1").product is None
    assert Notification.objects.filter(read_at=None).count() == 1
    assert json.dumps(asked)
