"""The commands behind the upload buttons: they wait, and they tell the truth."""

import json

import pytest
from django.core.management import CommandError, call_command

from catalog.listings.models import Listing, UploadFile
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """Call a command with --json and return its summary, and whether it succeeded."""
    try:
        call_command(*arguments, "--json")
        ok = True
    except CommandError:
        ok = False
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1]), ok


def test_a_direct_upload_waits_for_jets_answers(account, jet, capsys):
    ProductFactory(sku="MUG-1", mapped=True)

    summary, ok = run(capsys, "upload", "--direct", "MUG-1")

    assert ok
    assert (summary["done"], summary["failed"], summary["waiting"]) == (1, 0, 0)
    assert jet.products.get("MUG-1").status == "Under Jet Review"


def test_a_product_that_validation_blocks_is_no_success(account, capsys):
    ProductFactory(sku="BAD", name="X", mapped=True)

    summary, ok = run(capsys, "upload", "--direct", "BAD")

    assert not ok
    assert (summary["skipped"], summary["items"][0]["code"]) == (1, "invalid")


def test_a_refused_upload_is_a_failure_with_jets_reason(account, capsys):
    ProductFactory(sku="BAD", name="X", mapped=True)

    summary, ok = run(capsys, "upload", "--direct", "--send-anyway", "BAD")

    assert not ok
    assert "product_title" in summary["items"][0]["reason"]


def test_a_bulk_upload_sends_files_and_says_that_verdicts_follow(account, sandbox, capsys):
    sandbox.set_clock(transitions="at_once")
    ProductFactory.create_batch(2, mapped=True)

    summary, ok = run(capsys, "upload", "--bulk", "--all")

    assert ok
    assert (summary["waiting"], summary["files"]) == (2, 3)
    for _ in range(3):
        call_command("run_job", "catalog.poll_files")
    assert set(UploadFile.objects.values_list("status", flat=True)) == {"Processed successfully"}
    assert Listing.objects.filter(first_sent_at__isnull=False).count() == 2


def test_an_unknown_sku_is_named_and_nothing_is_sent(account, capsys):
    ProductFactory(sku="MUG-1")

    with pytest.raises(CommandError, match="NOPE"):
        call_command("upload", "--direct", "MUG-1", "NOPE")

    assert not Listing.objects.exists()


def test_a_dry_run_shows_the_plan_and_sends_nothing(account, capsys):
    ProductFactory(sku="MUG-1")
    ProductFactory(sku="OFF", enabled=False)

    summary, ok = run(capsys, "upload", "--direct", "MUG-1", "OFF", "--dry-run")

    assert ok
    assert (summary["chosen"], summary["will_go"]) == (2, 1)
    assert not Listing.objects.exists()


def test_archive_and_its_undo_tell_what_jet_did(account, jet, capsys):
    ProductFactory(sku="MUG-1", mapped=True)
    run(capsys, "upload", "--direct", "MUG-1")

    closed, _ = run(capsys, "archive", "MUG-1")
    assert jet.products.get("MUG-1").is_archived
    opened, _ = run(capsys, "archive", "--undo", "MUG-1")

    assert (closed["done"], opened["done"]) == (1, 1)
    assert not jet.products.get("MUG-1").is_archived


def test_sync_sends_price_and_quantity_only(account, jet, sandbox, capsys):
    product = ProductFactory(sku="MUG-1", mapped=True)
    run(capsys, "upload", "--direct", "MUG-1")
    product.quantity, product.price = 3, 25
    product.save()
    details = len(sandbox.calls(path=r"merchant-skus/MUG-1$"))

    summary, ok = run(capsys, "sync", "MUG-1")

    held = jet.products.get("MUG-1")
    assert ok
    assert summary["done"] == 1
    assert (held.price, held.inventory_by_fulfillment_node[0].quantity) == (25, 3)
    assert len([c for c in sandbox.calls(path=r"merchant-skus/MUG-1$") if c["method"] == "PUT"]) == details
