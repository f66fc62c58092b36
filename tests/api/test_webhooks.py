"""Webhooks: what is queued with what, how it is signed, when it is tried again, where it never goes."""

import hashlib
import hmac
import json
import socket
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from catalog.listings.models import Listing
from catalog.listings.services import statuses
from jetbridge.api import webhooks
from jetbridge.api.models import Webhook, WebhookDelivery
from jetbridge.core import history
from jetbridge.core.models import Event, JobRun
from orders.models import Order
from tests.api.receivers import receiving
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

URL = "https://shop.example.com/hook"


@pytest.fixture
def receiver(tmp_path, settings):
    """An address on this machine, which the installation allows."""
    settings.WEBHOOKS_PRIVATE = True
    with receiving(tmp_path) as found:
        yield found


def hook(url=URL, *events):
    return webhooks.save(url=url, events=events or list(webhooks.EVENTS))[0]


def queued():
    return [(row.event, json.loads(row.body)["data"]) for row in WebhookDelivery.objects.order_by("pk")]


def test_an_order_is_followed_from_its_import_to_its_parcel(
    mug, place, import_orders, send_shipments, warehouse
):
    hook()
    place("MUG-1", 3)
    place("MUG-1", 30)
    import_orders()
    filled, held = Order.objects.order_by("units")
    answer = warehouse.post(f"orders/{filled.number}/ship", {"tracking": "1Z", "carrier": "UPS"})
    assert answer.status_code == 202, answer.content
    send_shipments()

    names = [(event, data["number"]) for event, data in queued()]
    assert sorted(names) == sorted(
        [
            ("order.imported", filled.number),
            ("order.imported", held.number),
            ("order.held", held.number),
            ("order.shipped", filled.number),
        ]
    )
    assert held.recipient_name not in str(list(WebhookDelivery.objects.values_list("body", flat=True)))


def test_a_return_is_followed(open_return):
    hook(URL, "return.opened")
    row = open_return(1)

    assert queued() == [("return.opened", {"id": row.jet_id, "order": row.order.number, "status": "created"})]


def test_a_listing_is_followed_to_live_and_refused(account):
    hook()
    product = ProductFactory(sku="CUP")
    Listing.objects.create(account=account, product=product, sku="CUP", status="Under Jet Review")

    for status in ("Available for Purchase", "Available for Purchase", "Missing Listing Data"):
        verdict = statuses.Verdict("CUP", status, ("Missing brand",), asked_at=timezone.now())
        statuses._take([verdict], account, lambda: None)

    assert [(event, data["sku"]) for event, data in queued()] == [
        ("listing.live", "CUP"),
        ("listing.refused", "CUP"),
    ]


def test_a_job_that_fails_again_and_again_is_followed():
    hook(URL, "job.failing")
    now = timezone.now()
    runs = [
        JobRun.objects.create(
            job="orders.send_shipments",
            outcome="failed",
            started_at=now + timedelta(minutes=n),
            finished_at=now + timedelta(minutes=n),
            heartbeat_at=now,
        )
        for n in range(2)
    ]
    for run in runs:
        webhooks.follow_job(run, RuntimeError("secret words"))

    ((event, data),) = queued()
    assert (event, data["job"]) == ("job.failing", "orders.send_shipments")
    assert "secret" not in str(data)


def test_what_is_taken_back_was_never_queued(acknowledged):
    hook()
    with transaction.atomic():
        history.record("shipped", acknowledged)
        assert [event for event, _ in queued()] == ["order.shipped"]
        transaction.set_rollback(True)
    assert queued() == []


def test_nobody_gets_what_he_does_not_follow(acknowledged, django_assert_num_queries):
    hook(URL, "order.held")
    off = hook(URL, "order.shipped")
    webhooks.save(webhook=off, is_active=False)
    history.record("shipped", acknowledged)
    assert queued() == []
    with django_assert_num_queries(1):
        history.record("shipped", acknowledged)


def test_a_message_is_signed_and_says_what_it_is(receiver):
    row, secret = webhooks.save(url=receiver.url, events=["order.held"])
    webhooks.send_out("order.held", {"number": "1"})

    report = webhooks.send()

    assert (report.done, report.failed) == (1, 0)
    (message,) = receiver.received
    headers, body = message["headers"], message["body"]
    delivery = WebhookDelivery.objects.get()
    assert (headers["JetBridge-Event"], headers["JetBridge-Delivery"]) == ("order.held", delivery.key)
    stamp, _, digest = headers["JetBridge-Signature"].partition(",v1=")
    at = stamp.removeprefix("t=")
    assert digest == hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    assert abs(int(at) - timezone.now().timestamp()) < 300
    assert json.loads(body).keys() == {"id", "event", "at", "data"}
    assert (delivery.state, delivery.status_code, row.pk) == ("accepted", 200, delivery.webhook_id)


@pytest.mark.parametrize("fault", ["refuse", "lose", "down", "move"])
def test_whoever_does_not_take_it_is_asked_again_for_more_than_a_day_and_then_no_more(receiver, fault):
    webhooks.save(url=receiver.url, events=["order.held"])
    webhooks.send_out("order.held", {})
    receiver.fault, pauses = fault, []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while True:
            webhooks.send()
            row = WebhookDelivery.objects.get()
            if row.next_try_at is None:
                break
            pauses.append((row.next_try_at - timezone.now()).total_seconds() / 60)
            assert webhooks.send().done == 0
            clock.move_to(row.next_try_at + timedelta(seconds=1))

    assert pauses == [1, 5, 30, 120, 360, 1440]
    assert row.state == "rejected"
    assert "Tried 7 times" in row.errors[-1]


def test_an_address_that_is_gone_gets_nothing_more(receiver):
    webhooks.save(url=receiver.url, events=["order.held"])
    webhooks.send_out("order.held", {})
    receiver.fault = "gone"

    webhooks.send()

    row = WebhookDelivery.objects.get()
    assert (row.state, row.status_code, row.next_try_at) == ("rejected", 410, None)


def test_one_address_that_is_down_holds_nobody_up(receiver):
    webhooks.save(url=receiver.url, events=["order.held"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        webhooks.save(url=f"http://127.0.0.1:{taken.getsockname()[1]}/", events=["order.held"])
        webhooks.send_out("order.held", {})
        report = webhooks.send()

    assert (report.done, report.failed) == (1, 1)
    assert sorted(row.state for row in WebhookDelivery.objects.all()) == ["accepted", "unknown"]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "ftp://shop.example.com/", "https://127.0.0.1/", "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.1/", "https://169.254.169.254/latest", "https://user:word@shop.example.com/",
        "shop.example.com",
        "https://[::ffff:10.0.0.1]/", "https://shop.example.com\\@10.0.0.1/", "",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_as_it_is_written(url):
    with pytest.raises(webhooks.WebhookRefused):
        hook(url)
    assert not Webhook.objects.exists()


def test_a_name_that_leads_into_a_private_network_gets_no_byte(receiver, settings, monkeypatch):
    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    real, asked = socket.getaddrinfo, []

    def rebinding(host, *rest, **more):
        """Say the open Internet when it is looked at first, and this machine when it is connected to."""
        if host != "shop.example.com":
            return real(host, *rest, **more)
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    row = hook(f"http://shop.example.com:{port}/hook", "order.held")
    settings.WEBHOOKS_PRIVATE = False
    Webhook.objects.filter(pk=row.pk).update(url=f"https://shop.example.com:{port}/hook")
    webhooks.send_out("order.held", {})
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    webhooks.send()

    delivery = WebhookDelivery.objects.get()
    assert len(asked) == 2
    assert receiver.received == []
    assert (delivery.state, "private network" in delivery.errors[0]) == ("rejected", True)


def test_a_secret_is_shown_once_and_kept_encrypted(office, receiver):
    made = office.post("webhooks", {"url": receiver.url, "events": ["order.held"]})

    assert made.status_code == 201, made.content
    secret, key = made.json()["secret"], made.json()["id"]
    assert secret.startswith("whsec_")
    assert office.get("webhooks").json()["items"][0]["secret"] is None
    assert secret not in str(list(Event.objects.values()))
    changed = office.patch(f"webhooks/{key}", {"active": False})
    assert (changed.json()["active"], changed.json()["secret"]) == (False, None)
    assert Webhook.objects.get().secret == secret
    assert office.ask("DELETE", f"webhooks/{key}").json() == {"id": key}
    assert office.get(f"webhooks/{key}/deliveries").status_code == 404


def test_the_log_is_read_and_replayed_by_programs(office, receiver):
    row, _ = webhooks.save(url=receiver.url, events=["order.held"])
    webhooks.send_out("order.held", {"number": "7"})
    (entry,) = office.get(f"webhooks/{row.pk}/deliveries").json()["items"]
    address = f"webhooks/{row.pk}/deliveries/{entry['id']}/replay"
    assert office.post(address).status_code == 409
    webhooks.send()

    again = office.post(address)
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    webhooks.send()

    keys = [each["headers"]["JetBridge-Delivery"] for each in receiver.received]
    assert keys == [entry["key"]] * 2
    assert office.post(f"webhooks/{row.pk}/deliveries/99/replay").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"events": ["order.lost"]}, "events"), ({"events": []}, "events"), ({"url": "https://10.0.0.1/"}, "url"),
     ({"secret": "short"}, "secret")],
)  # fmt: skip
def test_a_webhook_without_sense_is_refused(office, wrong, field):
    answer = office.post("webhooks", {"url": URL, "events": ["order.held"]} | wrong)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_pages_add_switch_show_and_send_again(client, merchant, receiver):
    client.force_login(merchant)
    page = client.post("/admin/webhooks/", {"url": receiver.url, "events": ["order.held"]}).content.decode()
    row = Webhook.objects.get()
    assert row.secret in page
    assert row.secret not in client.get("/admin/webhooks/").content.decode()
    webhooks.send_out("order.held", {"number": "7"})
    webhooks.send()
    delivery = WebhookDelivery.objects.get()

    assert "Accepted" in client.get(f"/admin/webhooks/{row.pk}/").content.decode()
    client.post(f"/admin/webhooks/{row.pk}/sent/{delivery.pk}/again/")
    webhooks.send()
    assert len(receiver.received) == 2
    client.post(f"/admin/webhooks/{row.pk}/off/")
    assert Webhook.objects.get().is_active is False
    assert client.post("/admin/webhooks/", {"url": "ftp://x", "events": ["order.held"]}).status_code == 422
    client.post(f"/admin/webhooks/{row.pk}/delete/")
    assert not Webhook.objects.exists()


def command(*words):
    out = StringIO()
    call_command("webhooks", *words, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_the_command_does_what_the_pages_do(receiver):
    made = command("--add", receiver.url, "--events", "order.held")
    assert made["secret"].startswith("whsec_")
    assert command()["webhooks"][0]["events"] == ["order.held"]
    webhooks.send_out("order.held", {})
    webhooks.send()
    key = str(made["id"])
    (sent,) = command(key)["deliveries"]
    assert command(key, "--replay", str(sent["number"]))["event"] == "order.held"
    with pytest.raises(CommandError, match="already"):
        command(key, "--replay", str(sent["number"]))
    assert command(key, "--off")["active"] is False
    assert command(key, "--on")["active"] is True
    assert command(key, "--delete")["deleted"] == receiver.url
    with pytest.raises(CommandError, match="number"):
        command("--off")
