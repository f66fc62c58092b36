"""Who did it, in the history: names that outlive people, accounts behind commands, deeds that must stand there."""

import os
import pwd
import re
from io import StringIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import User as Person
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from catalog.products.models import StockMovement
from catalog.products.services import typed_quantities
from jetapi.http.records import CallRecord
from jetbridge.core import configuration, history, people
from jetbridge.core.actors import account_on_machine, acting, current_actor
from jetbridge.core.call_log import CallLog
from jetbridge.core.models import ApiCall, Event
from jetbridge.core.models.events import Named
from jetbridge.desk.services import configuration as settings_service
from jetbridge.jobs import registry, schedules
from jetbridge.panel import timeline
from returns.models import LedgerEntry
from tests.core.doors import walk, world
from tests.factories import ProductFactory
from tests.readers import reader

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def test_a_deleted_persons_rows_keep_the_name(admin_client):
    kim = reader("kim")
    with acting(user=kim):
        product = ProductFactory(name="Mug")
    with acting(user=kim):
        history.record("archived", product)
    with acting(user=kim):
        product.name = "Big mug"
        product.save()

    people.delete(person=kim)

    assert {entry.who for entry in timeline.of(product)} == {"kim"}
    assert "kim" in admin_client.get("/admin/core/event/").text
    assert LogEntry.objects.get_for_object(product).latest("pk").actor is None


def test_a_command_names_the_account_that_runs_it(capsys, merchant):
    call_command("people", "kim", create=True, groups="viewer")

    assert Event.objects.latest("pk").who == f"{pwd.getpwuid(os.getuid()).pw_name} (command)"


def test_a_command_of_an_account_without_a_name_is_told_by_its_number(capsys, monkeypatch, merchant):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_123)

    call_command("people", "kim", create=True, groups="viewer")

    assert Event.objects.latest("pk").who == "user 4000123 (command)"


def deeds():
    return list(Event.objects.order_by("pk").values_list("action", "label", "who"))


def test_sign_ins_their_failures_and_pauses_stand_in_the_history(settings):
    settings.AXES_ENABLED = True
    Person.objects.create_superuser("alice", password="right")
    Event.objects.all().delete()
    browser = Client(REMOTE_ADDR="10.1.1.1")

    for password in ("right", *["wrong"] * 8):
        browser.post("/admin/login/", {"username": "alice", "password": password})

    stranger = "somebody at 10.1.1.1"
    assert deeds() == [
        ("signed in", "alice", "alice"),
        *[("sign-in failed", "alice", stranger)] * 5,
        ("sign-ins paused", "alice", stranger),
    ]


def on_their_own_page(kim, owner):
    kim.post("/admin/password_change/", {"old_password": "right", "new_password1": NEW, "new_password2": NEW})
    return "kim"


def on_an_owners_page(kim, owner):
    pk = Person.objects.get(username="kim").pk
    new = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    owner.post(f"/admin/auth/user/{pk}/password/", new)
    return "admin"


def by_the_frameworks_command(kim, owner):
    call_command("changepassword", "kim", stdout=StringIO())
    return account_on_machine()


def by_our_command(kim, owner):
    call_command("people", "kim", password=NEW, stdout=StringIO(), stderr=StringIO())
    return account_on_machine()


NEW = "another-Pass-word-9"


@pytest.mark.parametrize(
    "door", [on_their_own_page, on_an_owners_page, by_the_frameworks_command, by_our_command]
)
def test_a_new_password_stands_in_the_history_once_whoever_set_it(admin_client, monkeypatch, door):
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: NEW)
    person = Person.objects.create_user("kim", password="right", is_staff=True)
    kim = Client()
    kim.force_login(person)

    who = door(kim, admin_client)

    person.refresh_from_db()
    assert person.check_password(NEW)
    rows = Event.objects.filter(message="A new password was set.")
    assert list(rows.values_list("action", "label", "who")) == [("person changed", "kim", who)]


def test_guesses_for_nobodys_name_fill_no_history(settings):
    settings.AXES_ENABLED = True
    for n in range(30):
        Client().post("/admin/login/", {"username": f"nobody-{n}", "password": "wrong"})

    assert [action for action, *_ in deeds()] == ["sign-ins paused"]


def test_whoever_takes_buyers_data_out_stands_in_the_history(admin_client):
    world.fill()
    taken = {}
    for route, pattern in walk.routes():
        if getattr(pattern.callback, "permission", "") == "orders.export_buyers":
            Event.objects.all().delete()
            if admin_client.get(walk.address(route, pattern)).status_code != 200:
                continue  # it is only posted to
            taken[route] = [(action, who) for action, _, who in deeds()]

    assert len(taken) >= 2
    assert set(map(tuple, taken.values())) == {(("buyers' data exported", "admin"),)}


def test_a_command_that_takes_buyers_data_out_stands_in_the_history(capsys, tmp_path):
    world.fill()

    call_command("export_orders", str(tmp_path / "orders.csv"))

    assert Event.objects.latest("pk").action == "buyers' data exported"


def test_an_edit_tells_the_peer_and_no_header(admin_client, settings):
    product = ProductFactory()

    answer = admin_client.post(
        f"/admin/catalog/product/{product.pk}/cell/price/", {"price": "7.00"},
        HTTP_X_FORWARDED_FOR="no address", HTTP_X_FORWARDED_PORT="99999999999999",
    )  # fmt: skip

    assert answer.status_code == 200
    edits = LogEntry.objects.filter(remote_addr__isnull=False).values_list("remote_addr", "remote_port")
    assert set(edits) <= {("127.0.0.1", None)}


def test_one_place_reads_whom_proxies_heard():
    readers = {
        str(file.relative_to(ROOT))
        for room in ("jetbridge", "catalog", "orders", "returns")
        for file in (ROOT / room).rglob("*.py")
        if re.search(r"FORWARDED_FOR|X-Forwarded-For\"|REMOTE_ADDR", file.read_text())
    }

    assert readers == {"jetbridge/core/sign_ins.py"}
    assert "auditlog.middleware.AuditlogMiddleware" not in (ROOT / "jetbridge/settings.py").read_text()


def test_a_row_that_tells_who_acted_keeps_the_name_too():
    """A person's column beside a job's: without a name in words, a deleted person's row would read as nobody's."""
    tables = [
        model
        for model in apps.get_models()
        if {"user"} < {field.name for field in model._meta.fields} & {"user", "job", "job_run"}
    ]

    assert set(tables) >= {ApiCall, Event, StockMovement, LedgerEntry}
    assert [model for model in tables if not issubclass(model, Named)] == []


def test_no_page_takes_a_deleted_person_for_a_command_or_the_panel():
    guess = re.compile(r"(?:user|person|\w+_by)\|default:\"|or \"System\"|else \"System\"")
    rooms = ("jetbridge", "catalog", "orders", "returns", "templates")
    files = [file for room in rooms for file in (ROOT / room).rglob("*") if file.suffix in (".py", ".html")]

    assert [str(file) for file in files if guess.search(file.read_text())] == []


def test_every_page_of_what_somebody_did_names_them_after_they_are_gone(admin_client):
    kim = reader("kim")
    world.fill()
    with acting(user=kim):
        product = ProductFactory(quantity=3)
        typed_quantities.set_quantity(product=product, quantity=5)
        log = CallLog(configuration.active_account())
        log.take(CallRecord("1", timezone.now(), "", "GET", "/x", 200, 1.0, 0, 0, "", "", "", "1", "", 1))
        log.write()
        LedgerEntry.objects.update(user=kim, who=current_actor().name)
        settings_service.save(changes={"auto_sync": not configuration.current().auto_sync})
        schedules.pause(job=registry.JOBS["orders.import_ready_orders"], note="Enough.")

    people.delete(person=kim)

    item = LedgerEntry.objects.get().order_item
    pages = (
        f"catalog/product/{product.pk}/change/", "core/apicall/", f"returns/ledger/{item.order_id}/",
        "configuration/edits/", "cron/", "cron/orders.import_ready_orders/",
    )  # fmt: skip
    texts = {page: admin_client.get(f"/admin/{page}", follow=True).text for page in pages}
    assert [page for page, text in texts.items() if not re.search(r"\bkim\b", text)] == []
