"""A buyer who was forgotten stands in no table and no file, through kills, restores and what Jet says again."""

import io
import json
import logging
import signal
import sqlite3
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core import erasures, history, history_check, history_seals, personal
from jetbridge.core.models import Erasure, Event, Generation, HistoryMark, JetAccount, Seal
from jetbridge.desk import tasks
from jetbridge.desk.services.nightly_cleanup import clean_up
from jetbridge.inbox import support_messages
from jetbridge.inbox.models import SupportMessage
from jetbridge.store.models import StoreDocument, StoreLink
from orders.jet import orders as at_jet
from orders.models import Customer, FailedOrder, Order, OrderNote
from orders.services import imports, notes, privacy, refreshes
from returns.models import Refund, RefundItem, ReturnItem, ReturnRequest
from tests.children import end_of
from tests.core.test_personal import text_columns
from tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

NAME, STREET, PHONE = "Zoë Quillfeather", "77 Nightingale “Mews”", "555-0142-77"
PREPARED = """
import os, signal
from orders.models import Order
from orders.services import privacy
def forget(key, point):
    left = iter(range(point - 1))
    privacy.forget(orders=[Order.objects.get(pk=key)], heartbeat=lambda: next(left, None) is None and die())
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def order(account: JetAccount, jet: JetClient, sandbox: Sandbox) -> Order:
    """A finished order of a buyer whose name nobody else has."""
    ProductFactory(sku="MUG-1", quantity=10)
    sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])
    import_all(jet, account)
    found = Order.objects.get()
    columns = {"recipient_name": NAME, "address1": STREET, "recipient_phone": PHONE}
    Order.objects.update(status=Order.Status.COMPLETE, jet_status="complete", **columns)
    Customer.objects.update(name=NAME, phone=PHONE)
    found.refresh_from_db()
    return found


def import_all(jet: JetClient, account: JetAccount) -> None:
    for _ in imports.import_orders(client=jet, account=account):
        pass


# Numbers that are not any: of keys there is one row alone, and a document of the store names its order by its key.
NUMBERS = {(StoreLink, "id"): lambda _: 1, (StoreDocument, "order_key"): lambda order: order.pk}


def row_of(model: type[models.Model], order: Order) -> models.Model:
    """Return a row of a table, made up where there is none; what may hang on an order hangs on this one."""
    if (known := model._base_manager.first()) is not None:
        return known
    values = {}
    for field in model._meta.concrete_fields:
        if (
            (field.primary_key and not field.remote_field)
            or field.has_default()
            or isinstance(field, models.GeneratedField)
        ):
            continue
        if field.remote_field and (not field.null or field.name == "order"):
            values[field.name] = order if field.related_model is Order else row_of(field.related_model, order)
        elif field.null or field.blank or field.remote_field:
            continue
        elif isinstance(field, models.DateTimeField):
            values[field.name] = timezone.now()
        elif isinstance(field, models.DateField):
            values[field.name] = timezone.now().date()
        elif isinstance(field, models.CharField | models.TextField):
            values[field.name] = uuid.uuid4().hex[: min(field.max_length or 8, 8)]
        elif isinstance(field, models.DecimalField):
            values[field.name] = Decimal(0)
        else:
            values[field.name] = 0
    values |= {name: number(order) for (named, name), number in NUMBERS.items() if named is model}
    return model._base_manager.create(**values)


def sentence(field: models.Field) -> object:
    """Return what somebody may have written down there of the buyer."""
    if field.model is StoreDocument and field.name in ("details", "progress"):
        return {"left": f"Jet: {STREET}", "differs": NAME, "units": {"MUG-1": 1}}
    if isinstance(field, models.JSONField):
        return [{"said": f"{NAME.upper()}, {STREET}", "by": {PHONE: [NAME]}}]
    return f"{NAME} of {STREET}, {PHONE}."[: field.max_length or 500]


def plant(order: Order) -> None:
    """Write the buyer into each column in which they may stand."""
    for holding in personal.HOLDINGS:
        if holding.whose != personal.Whose.BUYER or holding.table in ("orders.Order", "orders.Customer"):
            continue
        row = row_of(holding.model, order)
        fields = [holding.model._meta.get_field(name) for name in holding.columns if name != "bundle"]
        holding.model._base_manager.filter(pk=row.pk).update(**{each.name: sentence(each) for each in fields})
    for each in (ReturnRequest, Refund):
        each.objects.update(
            order=order, status="completed" if each is ReturnRequest else "accepted", next_try_at=None
        )
    FailedOrder.objects.update(order=order, state=FailedOrder.State.FIXED)


def bundle_of(text: str) -> str:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("errors.json", text)
    return default_storage.save("support/S-1.zip", ContentFile(file.getvalue()))


def places_of(*words: str) -> list[str]:
    """Return every column of every table in which one of the words stands, and every file of the home."""
    searched = [form.lower() for word in words for form in (word, json.dumps(word)[1:-1])]
    found = [
        str(path)
        for path in (*settings.JETBRIDGE_HOME.rglob("*"), *Path(settings.MEDIA_ROOT).rglob("*"))
        if path.is_file() and path not in database_files()
        for text in texts_in(path)
        if any(form in text for form in searched)
    ]
    for table, column in sorted(text_columns()):
        for value in apps.get_model(table)._base_manager.values_list(column, flat=True):
            text = json.dumps(value, ensure_ascii=False, default=str).lower()
            found += [
                f"{table}.{column}: {text[:90]}"
                for form in searched
                if form in text or form in str(value).lower()
            ]
    return found


def database_files() -> list[Path]:
    """Return SQLite's own file and its log; none of another database."""
    if connection.vendor != "sqlite":
        return []
    name = str(connection.settings_dict["NAME"])
    return [path for path in (Path(name), Path(f"{name}-wal")) if path.is_file()]


def texts_in(path: Path) -> Iterator[str]:
    """Give what a file says, and the files packed in it."""
    data = path.read_bytes()
    yield data.decode("utf-8", "replace").lower()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode("utf-8", "replace").lower()


def secrets_of(order: Order) -> tuple[str, ...]:
    buyer = order.customer
    raw = order.document
    return (
        NAME,
        STREET,
        PHONE,
        buyer.hash_email,
        raw["buyer"]["name"],
        raw["shipping_to"]["address"]["address1"],
    )


def test_no_table_no_file_and_no_log_line_names_a_buyer_who_was_forgotten(order, caplog):
    caplog.set_level(logging.DEBUG)
    plant(order)
    message = SupportMessage.objects.get()
    SupportMessage.objects.filter(pk=message.pk).update(bundle=bundle_of(f"{NAME} called"))
    words, total = secrets_of(order), order.grand_total
    assert len({place.partition(":")[0] for place in places_of(NAME)}) > 25
    assert [place for place in places_of(NAME) if place.endswith(".zip")] != []
    history_seals.seal(heartbeat=lambda: None)

    receipt = privacy.forget(orders=[order])

    order.refresh_from_db()
    message.refresh_from_db()
    assert places_of(*words) == []
    assert (order.grand_total, order.items.count(), order.recipient_name) == (total, 1, "Anonymous")
    assert (message.bundle, default_storage.exists("support/S-1.zip")) == ("", False)
    assert receipt.counts["orders"] == 1
    assert receipt.counts["texts"] > 10
    file = (settings.JETBRIDGE_HOME / erasures.FILE).read_text()
    assert receipt.number in file
    assert not any(word in file for word in (*words, order.jet_id, order.number))
    data = b"".join(path.read_bytes() for path in database_files())
    assert [word for word in words if word.encode() in data or json.dumps(word)[1:-1].encode() in data] == []
    # Statements are logged only by whoever debugs; their values are rows.
    lines = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any(word in line for word in words for line in lines)


def test_the_sealed_history_stays_whole_and_nobody_can_try_out_what_stood_there(order):
    event = history.record("shipment refused", order, message=f"Jet refused: {STREET} is unknown.")
    history_seals.seal(heartbeat=lambda: None)
    late = history.record("shipment refused", order, message=f"Not sealed yet: {NAME}")

    privacy.forget(orders=[order])

    history_seals.seal(heartbeat=lambda: None)
    check = history_check.Check()
    assert list(check.breaks(history_check.outside())) == []
    assert set(HistoryMark.objects.values_list("row", flat=True)) >= {event.pk, late.pk}
    marked = HistoryMark.objects.exclude(change="restored").values_list("row", flat=True)
    assert set(Seal.objects.filter(table=1, row__in=list(marked)).values_list("salt", flat=True)) == {None}
    assert Event.objects.get(pk=event.pk).action == "shipment refused"
    assert check.erased >= 2


@pytest.mark.parametrize("point", [1, 9, 20, 27])
def test_whoever_is_killed_on_the_way_leaves_the_rest_to_the_next_page(order, client, point):
    plant(order)
    words = secrets_of(order)

    assert end_of(PREPARED, f"forget({order.pk}, {point})") == -signal.SIGKILL

    assert places_of(*words) != []
    assert erasures.is_due()
    client.get("/admin/login/")
    assert places_of(*words) == []
    assert not erasures.is_due()
    assert Erasure.objects.get().done_at is not None


def test_a_copy_that_is_put_back_forgets_again_before_its_first_page(order, merchant):
    notes.add_note(order=order, text=f"{NAME} rang")
    rows = [*Customer.objects.all(), *Order.objects.all(), *OrderNote.objects.all()]
    copy = serializers.serialize("json", rows)
    words = secrets_of(order)
    privacy.forget(orders=[order])

    for row in serializers.deserialize("json", copy):
        row.save()
    Erasure.objects.all().delete()
    assert places_of(*words) != []
    browser = Client()
    browser.force_login(merchant)
    page = browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

    assert NAME not in page
    assert "Anonymous" in page
    assert places_of(*words) == []
    assert Erasure.objects.count() == 1


def test_a_copy_that_is_put_back_has_nobody_whose_time_was_over(order, merchant):
    words = secrets_of(order)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=366))
    copy = serializers.serialize("json", [*Customer.objects.all(), *Order.objects.all()])
    clean_up(now=timezone.now(), heartbeat=lambda: None)
    assert places_of(*words) == []

    for row in serializers.deserialize("json", copy):
        row.save()
    Generation.objects.update(anonymous_until=None)
    assert places_of(*words) != []
    browser = Client()
    browser.force_login(merchant)
    page = browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()

    assert NAME not in page
    assert places_of(*words) == []


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-30T00:00:00"])
def test_a_damaged_note_of_how_far_it_went_is_written_anew_at_night(order, client, text):
    file = settings.JETBRIDGE_HOME / erasures.AGED
    file.write_text(text)
    assert client.get("/admin/login/").status_code == 200

    clean_up(now=timezone.now(), heartbeat=lambda: None)

    assert file.read_text().strip() == Generation.objects.get().anonymous_until.isoformat()


def test_what_jet_says_again_of_a_lost_order_brings_nobody_back(order, jet, account):
    words = secrets_of(order)
    privacy.forget(orders=[order])
    for model in (Event, HistoryMark, Seal):
        model.objects.all().delete()
    Order.objects.all().delete()
    Customer.objects.all().delete()

    imports.import_ready_orders(client=jet, account=account, ids=[order.jet_id])

    again = Order.objects.get()
    assert again.anonymized_at is not None
    assert again.grand_total == order.grand_total
    assert places_of(*words) == []


def test_what_was_read_before_the_buyer_was_forgotten_is_not_taken_over_after(order, jet):
    words, held = secrets_of(order), at_jet.get(jet, order.jet_id)
    read_before = Order.objects.get()
    privacy.forget(orders=[order])

    refreshes.resync(order=read_before, document=held)

    assert places_of(*words) == []


def test_the_same_buyer_who_orders_again_is_known_again(order, jet, account, sandbox):
    privacy.forget(orders=[order])

    sandbox.place_orders(items=[{"sku": "MUG-1", "quantity": 1, "price": 10.0}])
    import_all(jet, account)

    fresh = Order.objects.exclude(pk=order.pk).get()
    assert fresh.anonymized_at is None
    assert fresh.address1 != ""
    assert not erasures.is_due()


def test_an_open_order_return_or_refund_is_in_the_way(order):
    row = row_of(ReturnRequest, order)
    ReturnRequest.objects.update(order=order, status=ReturnRequest.Status.CREATED)
    Order.objects.update(status=Order.Status.ACKNOWLEDGED)

    with pytest.raises(privacy.StillNeeded, match=rf"is acknowledged.*Return {row} is not completed"):
        privacy.forget(orders=[order])
    with pytest.raises(CommandError, match="ship, cancel or reject it first"):
        call_command("forget_buyer", order.number, "--yes")

    assert Order.objects.get().recipient_name == NAME
    assert not (settings.JETBRIDGE_HOME / erasures.FILE).exists()


def test_receipts_that_only_the_database_has_are_written_beside_it(order):
    receipt = privacy.forget(orders=[order])
    before = erasures.kept()
    (settings.JETBRIDGE_HOME / erasures.FILE).unlink()

    tasks.sweep_unsent()

    assert erasures.kept() == before
    assert [each.number for each in before] == [receipt.number]


def test_a_damaged_file_of_receipts_shows_nobody_anything(order, client):
    privacy.forget(orders=[order])
    (settings.JETBRIDGE_HOME / erasures.FILE).write_text('{"number": "F-')

    with pytest.raises(ValueError, match=r"delimiter|Unterminated"):
        client.get("/admin/login/")


def test_an_owner_forgets_by_button_once_it_is_confirmed(order, django_user_model):
    owner = django_user_model.objects.create_superuser("olga", "", "x")
    browser, address = Client(), reverse("orders:forget", args=[order.pk])
    browser.force_login(owner)
    assert address in browser.get(order.get_absolute_url()).content.decode()
    assert NAME in browser.get(address).content.decode()

    assert browser.post(address).status_code == 422
    assert Order.objects.get().recipient_name == NAME
    told = browser.post(address, {"sure": "on"}, follow=True).content.decode()

    receipt = Erasure.objects.get()
    assert f"Receipt {receipt}" in told
    assert "Made anonymous" in told
    assert address not in told
    assert receipt.who == "olga"
    assert receipt.number in browser.get(reverse("desk:personal_data")).content.decode()


def test_other_orders_of_the_same_name_and_address_are_offered(order, capsys):
    other = Customer.objects.create(account=order.account, hash_email="hash-of-the-twin", name=NAME)
    twin = Order.objects.create(
        account=order.account, jet_id="twin", customer=other, status=Order.Status.COMPLETE, number="200000001",
        recipient_name=NAME.lower(), address1=STREET,
    )  # fmt: skip

    call_command("forget_buyer", order.number, "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["alike"] == [twin.number]
    call_command("forget_buyer", order.number, twin.number, "--yes", "--json")

    said = json.loads(capsys.readouterr().out)
    assert said["orders"] == 2
    assert places_of(NAME, "hash-of-the-twin") == []
    call_command("forget_buyer")
    assert said["receipt"] in capsys.readouterr().out


def test_words_leave_texts_only_where_they_stand_by_themselves():
    forms = personal._forms(["Ann Lee", "Zoë Zett", "Bo", "Gifts"])

    assert personal._without("ANN LEE, Joann Lees and Ann Leeds; ann lee.", forms) == (
        "[removed], Joann Lees and Ann Leeds; [removed]."
    )
    assert personal._without({"Zoë Zett": ["zoë zett", 3, None]}, forms) == {
        "[removed]": ["[removed]", 3, None]
    }
    assert personal._without("Bob and Bo: Gifts", forms) == "Bob and Bo: Gifts"


def test_what_returns_and_refunds_say_leaves_with_the_order_at_night(order):
    plant(order)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=400))

    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)

    assert set(ReturnItem.objects.values_list("notes", "reason")) == {("", "")}
    assert set(RefundItem.objects.values_list("notes", flat=True)) == {""}
    assert ReturnRequest.objects.get().document == {} == Refund.objects.get().document


def test_whatever_goes_with_the_order_is_gone_after_its_time(order):
    plant(order)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=400))
    kept = {
        f"{each.table}.{name}"
        for each in personal.HOLDINGS
        for name in each.columns
        if each.whose == personal.Whose.BUYER and each.until == personal.BUYERS
    }
    before = {place.partition(":")[0] for place in places_of(NAME)} & kept

    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)

    assert {place.partition(":")[0] for place in places_of(NAME)} & kept == set()
    assert len(before) > 12


def test_support_messages_and_their_files_go_after_the_same_time():
    old, now = timezone.now() - timedelta(days=400), timezone.now()
    message = support_messages.write(
        subject=NAME, text=STREET, reply_to="a@b.example", bundle=b"PK", by=None, now=old
    )
    stray = default_storage.save("support/stray.zip", ContentFile(b"PK"))

    done = support_messages.forget_old(before=now + timedelta(minutes=1), heartbeat=lambda: None)

    assert done == 1
    assert not default_storage.exists(message.bundle)
    assert not default_storage.exists(stray)
    assert places_of(NAME, STREET) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server's files are its own")
def test_the_file_of_the_database_is_overwritten_where_something_went():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone()[0] == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server's files are its own")
def test_a_reader_holds_the_emptying_of_the_log_up_for_moments_only(order, monkeypatch):
    monkeypatch.setattr(erasures, "PAUSE", 0)
    monkeypatch.setattr(erasures, "TRIES", 3)
    notes.add_note(order=order, text=f"{NAME} rang")
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM orders_order").fetchone()
        began = time.monotonic()
        privacy.forget(orders=[order])
        took = time.monotonic() - began
        reader.execute("ROLLBACK")
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]

    erasures.age(timezone.now() - timedelta(days=365))

    assert took < 5
    assert patience > erasures.PATIENCE
    assert not any(NAME.encode() in path.read_bytes() for path in database_files())
