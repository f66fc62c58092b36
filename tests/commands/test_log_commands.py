"""History, the API log and saved filters from a shell."""

import pytest
from django.core.management import call_command

from jetbridge.core import history
from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import ApiCall
from jetbridge.panel.models import SavedView
from tests.commands.answers import answer, refusal
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(merchant):
    """A deed of a person and one of a job."""
    mug, pot = ProductFactory(sku="MUG-1"), ProductFactory(sku="POT-1")
    with acting(user=merchant) as action:
        history.record("price changed", mug, before={"price": "1"}, after={"price": "2"}, note="Sale.")
    with acting(job="catalog.sync_prices"):
        history.record("sent", pot, message="Jet took: price.")
    return action


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, ["POT-1", "MUG-1"]),
        ({"term": "MUG-1"}, ["MUG-1"]),
        ({"term": "took"}, ["POT-1"]),
        ({"person": "alice"}, ["MUG-1"]),
        ({"job": "catalog.sync_prices"}, ["POT-1"]),
        ({"object": "orders.order"}, []),
        ({"limit": 1}, ["POT-1"]),
        ({"since": "2999-01-01"}, []),
    ],
)
def test_history_is_searched_as_its_page_is(capsys, events, options, labels):
    words = [options.pop("term")] if "term" in options else []
    found = answer(capsys, "history", *words, *(f"--{name}={value}" for name, value in options.items()))

    assert [row["label"] for row in found["events"]] == labels


def test_all_of_one_deed_is_found_by_its_request_id(capsys, events):
    (row,) = answer(capsys, "history", events.request_id)["events"]

    assert (row["who"], row["before"], row["after"]) == ("alice", {"price": "1"}, {"price": "2"})


def test_a_person_reads_what_changed(capsys, events):
    call_command("history", "MUG-1")

    assert "alice: price changed MUG-1  Sale. price 1 -> 2" in capsys.readouterr().out


def test_all_that_a_command_does_has_one_request_id(capsys):
    answer(capsys, "store_category", "Home", add=True, offer="keep-off")
    answer(capsys, "brand_rule", "Acme", keep_off=True)

    rows = answer(capsys, "history")["events"]
    assert all(row["request_id"] for row in rows)
    assert len({row["request_id"] for row in rows}) == 2


@pytest.fixture
def asked(account, sandbox):
    """A reading call in the log."""
    with open_client(account, purpose="test") as client:
        client.setup.status()
    return ApiCall.objects.first()


def test_edits_in_forms_are_found_field_by_field(capsys):
    ProductFactory(sku="MUG-1")

    answer(capsys, "product", "MUG-1", set=["name=Mug"])
    newest = answer(capsys, "history", "MUG-1", edits=True)["edits"][0]

    assert newest["changes"]["name"] == ["Product MUG-1", "Mug"]


def test_calls_are_found_by_what_they_are_about_and_by_the_answer(capsys, asked):
    newest = asked

    found = answer(capsys, "api_log", "merchantsetup")["calls"]
    refused = answer(capsys, "api_log", answer="refused")["calls"]
    shown = answer(capsys, "api_log", show=newest.pk)

    assert [row["call"] for row in found] == [newest.pk]
    assert refused == []
    assert shown["response"] == newest.response_body


def test_a_call_becomes_a_curl_line_and_is_sent_again_only_where_it_reads(capsys, account, asked):
    reading = asked
    writing = ApiCall.objects.create(
        account=account, at=reading.at, method="PUT", path="/merchant-skus/A/price", correlation_id="x"
    )

    line = answer(capsys, "api_log", curl=reading.pk)
    tried = answer(capsys, "api_log", again=reading.pk, dry_run=True)
    before = ApiCall.objects.count()
    again = answer(capsys, "api_log", again=reading.pk)

    assert line["curl"].startswith("curl -X GET")
    assert tried["dry_run"] is True
    assert (again["status"], again["path"]) == (200, reading.path)
    assert ApiCall.objects.count() == before + 1
    assert "Sync with Jet" in str(refusal("api_log", again=writing.pk))


@pytest.mark.parametrize("words", [["--show", "999"], ["--person", "nobody"], ["--limit", "0"]])
def test_a_log_question_without_sense_is_refused(words):
    assert refusal("api_log", *words).returncode in (1, 2)


def test_filters_and_columns_are_kept_for_a_person(capsys, merchant):
    kept = answer(capsys, "saved_views", "alice", "catalog.product", save="Mugs", where="q=mug")
    tried = answer(capsys, "saved_views", "alice", "catalog.product", columns="prices", dry_run=True)
    answer(capsys, "saved_views", "alice", "catalog.product", delete="Mugs")

    assert kept["views"] == [{"list": "catalog.product", "name": "Mugs", "where": "q=mug", "columns": []}]
    assert [row["columns"] for row in tried["views"] if not row["name"]] == [["prices"]]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["nobody"], ["alice", "--save", "x"], ["alice", "orders.nothing"],
        ["alice", "catalog.product", "--columns", "nope"], ["alice", "catalog.product", "--delete", "nope"],
        ["alice", "catalog.product", "--save", "Nothing"],
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_kept_is_refused(merchant, words):
    assert str(refusal("saved_views", *words))
