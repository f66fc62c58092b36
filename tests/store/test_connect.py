"""Connecting a store: keys, what a check says, the switch, and one line for each bad day."""

import contextlib
import html
import io
import json
import shlex
import time
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jetbridge.core import configuration
from jetbridge.core.jet import replay
from jetbridge.core.models import ApiCall, Event, JobRun, Mode, StoreView
from jetbridge.core.run_file import RunFile
from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.wire import to_json
from jetbridge.store.models import StoreLink
from jetbridge.store.tasks import check_link

pytestmark = pytest.mark.django_db
KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip
TYPED = {f"store-{name}": value for name, value in KEYS.items()} | {"store-calls": "signed"}


@pytest.fixture
def magento(db: None) -> Iterator[MagentoSandbox]:
    """The emulator, and a configuration that leads to it."""
    made = MagentoSandbox(seed="none")
    with made.serve() as url:
        settings_service.save(changes={"store_url": url})
        yield made
    made.close()


def run(*arguments: str) -> dict[str, Any]:
    """Run connect_store; return what it says, refused or not."""
    out = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("connect_store", *arguments, "--json", stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return said


@pytest.mark.parametrize("how", [["--validate"], ["--kind", "magento2"]], ids=["validate", "kind"])
def test_the_command_saves_only_what_the_store_takes(magento: MagentoSandbox, how: list[str]):
    keys = ["--consumer-key", KEYS["consumer_key"]]
    for name in ("consumer_secret", "token", "token_secret"):
        keys += ["--" + name.replace("_", "-"), KEYS[name]]
    magento.do("acl", {"deny": ["Magento_Sales::ship"]})
    before = configuration.current()

    refused = run(*keys, "--prefix", "JET-", "--store-view", "default", *how)
    after = configuration.current()
    assert (refused["ok"], links.link().consumer_key, links.link().check_message) == (False, "", "")
    assert (after.store_order_prefix, after.store_view, after.store_kind) == (
        before.store_order_prefix,
        before.store_view,
        "files",
    )
    run("--url", "http://127.0.0.1:9/", *keys, *how)
    assert configuration.current().store_url == before.store_url

    run(*keys, "--prefix", "JET-")  # unchecked, as Save keys does
    assert (links.link().consumer_key, configuration.current().store_order_prefix) == (
        KEYS["consumer_key"],
        "JET-",
    )
    magento.do("acl", {"deny": []})
    passed = run("--prefix", "J-", "--store-view", "default", *how)
    config = configuration.current()
    assert (passed["ok"], config.store_order_prefix, links.link().check_passed) == (True, "J-", True)
    assert config.store_view is not None
    assert config.store_kind == ("magento2" if "--kind" in how else "files")


def connected() -> None:
    links.save_keys(**KEYS, is_bearer=False)
    settings_service.save(changes={"store_kind": "magento2"})


def test_the_page_connects_once_the_missing_permission_is_given(
    admin_client: Client, magento: MagentoSandbox
):
    page, tab = admin_client, reverse("desk:configuration_tab", args=["store"])
    magento.do("acl", {"deny": ["Magento_Sales::ship"]})

    saved = page.post(reverse("desk:save_store_keys"), TYPED)
    assert saved.headers["Location"].endswith("?check=store")
    refused = page.post(
        reverse("desk:validate_store"), TYPED, headers={"HX-Request": "true"}
    ).content.decode()
    assert "The integration lacks the permission Magento_Sales::ship." in refused
    assert "Not connected." in page.post(reverse("desk:connect_store"), follow=True).content.decode()
    assert configuration.current().store_kind == "files"

    magento.do("acl", {"deny": []})
    done = page.post(reverse("desk:connect_store"), follow=True).content.decode()
    assert "Connected. Magento 2.4 Community, with multi-source inventory" in done
    assert configuration.current().store_kind == "magento2"
    assert StoreView.objects.filter(code="default").exists()
    shown = page.get(tab).content.decode()
    assert "CONNECTED" in shown
    for secret in ("jb-secret", "jb-token"):
        assert secret not in shown


def test_validate_judges_what_is_typed_and_keeps_only_what_is_saved(
    admin_client: Client, magento: MagentoSandbox
):
    links.save_keys(**KEYS, is_bearer=False)
    wrong = {**TYPED, "store-token": "another"}

    said = admin_client.post(
        reverse("desk:validate_store"), wrong, headers={"HX-Request": "true"}
    ).content.decode()

    assert "does not accept these keys" in said
    assert StoreLink.objects.get().checked_at is None
    blank = {**TYPED, "store-consumer_secret": "", "store-token": "", "store-token_secret": ""}
    admin_client.post(reverse("desk:validate_store"), blank, headers={"HX-Request": "true"})
    assert StoreLink.objects.get().check_passed is True


def test_secrets_go_only_to_the_address_that_they_were_entered_for(magento: MagentoSandbox):
    links.save_keys(**KEYS, is_bearer=False)
    other = MagentoSandbox(seed="none")
    with other.serve() as url:
        settings_service.save(changes={"store_url": url})
        with pytest.raises(links.NotLinked, match="were entered for http://127"):
            links.check(links.link())
        assert other.do("calls")["calls"] == []

        links.save_keys(token="jb-token")
        stored = links.link()
        assert (stored.consumer_secret, stored.token_secret, stored.is_complete) == ("", "", False)
    other.close()


def test_history_and_database_hold_no_secret(magento: MagentoSandbox):
    links.save_keys(**KEYS, is_bearer=False)

    events = json.dumps([[each.before, each.after, each.message] for each in Event.objects.all()])
    raw = str(StoreLink.objects.extra(select={"raw": "consumer_secret"}).values_list("raw", flat=True)[0])
    assert "jb-secret" not in events
    assert "jb-token" not in events
    assert raw != "jb-secret"
    assert links.link().consumer_secret == "jb-secret"


def test_the_command_connects_says_what_it_found_and_disconnects(magento: MagentoSandbox, tmp_path):
    for name, value in KEYS.items():
        (tmp_path / name).write_text(value)
    given = [f"--{name.replace('_', '-')}=@{tmp_path / name}" for name in KEYS if name != "consumer_key"]

    where = configuration.current().store_url
    named = ["--kind", "magento2", "--url", where, "--consumer-key", "jb-key", "--mailbox", "m@shop.test"]
    said = run(*named, *given)

    assert said["ok"], said
    assert (said["version"], said["msi"], said["module"], said["way"]) == ("2.4", True, False, "C")
    assert all(probe["code"] == "ok" for probe in said["probes"])
    assert configuration.current().store_kind == "magento2"
    magento.do("acl", {"deny": ["Magento_Cart::manage"]})
    said = run("--validate")
    missing = [each["resource"] for each in said["probes"] if each["code"] == "missing_permission"]
    assert missing == ["Magento_Cart::manage"]
    assert not said["ok"]
    assert run("--validate", "--store-view", "german")["ok"] is False
    assert run("--disconnect")["disconnected"] is True
    assert (configuration.current().store_kind, links.link().consumer_secret) == ("files", "jb-secret")


BAD_DAYS = [
    ({"fault": {"kind": "drop_before"}}, "The store cannot be reached"),
    ({"fault": {"kind": "maintenance"}}, "The store is closed for maintenance"),
    (
        {"fault": {"kind": "status", "status": 429}},
        "Something before the store lets no calls through for now (429).",
    ),
    ({"fault": {"kind": "drop_after"}}, "The store cannot be reached"),
    ({"fault": {"kind": "status", "status": 500}}, "The store answers with an error: "),
    ({"fault": {"kind": "status", "status": 503}}, "The store is closed for maintenance"),
    ({"fault": {"kind": "html"}}, "What answers at this address is not Magento's REST API"),
    ({"fault": {"kind": "truncate"}}, "The store cannot be reached"),
    (
        {"fault": {"kind": "status", "status": 403}},
        "Something before the store lets no calls through for now (403).",
    ),
    ({"fault": {"kind": "status", "status": 401}}, "The store no longer accepts the keys"),
    ({"keys": {"token": "replaced"}}, "The store does not accept these keys: it knows no such access token"),
    ({"keys": {"token_secret": "x"}}, "The store does not accept these keys: the signature is wrong"),
    ({"machine": 3600}, "The store refuses calls signed more than 10 minutes ahead of its clock."),
    ({"view": "gone"}, "The store has no store view gone any more."),
    ({"clock": 3600}, "The store's clock is 60 minutes ahead of this machine's"),
]


@pytest.mark.parametrize(("day", "line"), BAD_DAYS, ids=lambda each: str(each)[:40])
def test_a_bad_day_is_one_line_on_cron_status_and_on_every_page_until_it_is_over(
    admin_client: Client,
    magento: MagentoSandbox,
    monkeypatch: pytest.MonkeyPatch,
    day: dict[str, Any],
    line: str,
):
    connected()
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    if "fault" in day:
        magento.do("faults", {"path": "/rest/", **day["fault"]})
    if "clock" in day:
        magento.do("clock", {"advance_seconds": day["clock"]})
    if "keys" in day:
        links.save_keys(**{**KEYS, **day["keys"]}, is_bearer=False)
    if "machine" in day:
        ahead = time.time() + day["machine"]
        monkeypatch.setattr("jetbridge.store.magento.oauth.time", SimpleNamespace(time=lambda: ahead))
    if "view" in day:
        view = StoreView.objects.create(code=day["view"], name="Gone")
        settings_service.save(changes={"store_view": view})

    check_link()

    words = line.replace("'", "&#x27;")
    for page in ("admin:index", "desk:cron"):
        assert words in admin_client.get(reverse(page)).content.decode()
    assert line in str(JobRun.objects.latest("pk").items)
    monkeypatch.undo()
    links.save_keys(**KEYS, is_bearer=False)
    magento.do("clear_faults")
    magento.do("clock", {"advance_seconds": -day.get("clock", 0)})
    settings_service.save(changes={"store_view": None})
    check_link()
    assert words not in admin_client.get(reverse("admin:index")).content.decode()


def test_a_store_by_files_is_asked_nothing(db: None):
    check_link()

    assert (JobRun.objects.latest("pk").failed, StoreLink.objects.count()) == (0, 0)


def test_calls_to_the_store_stand_in_the_api_log_with_its_address_and_without_keys(
    admin_client: Client, magento: MagentoSandbox
):
    connected()
    ApiCall.objects.all().delete()

    with links.open_client() as client:
        client.read("products/DEMO-LAMP") if magento.do(
            "products", {"products": [{"sku": "DEMO-LAMP"}]}
        ) else None
        body = {"product": {"sku": "DEMO-LAMP", "name": "50% off: \u00fc", "price": Decimal("9.90")}}
        client.write("PUT", "products/DEMO-LAMP", body)

    read, written = ApiCall.objects.order_by("pk")
    url = configuration.current().store_url
    assert {read.store, written.store} == {url}
    assert (read.method, read.reference, written.status) == ("GET", "DEMO-LAMP", 200)
    went_out = to_json(body).decode()
    assert (written.request_body, written.request_bytes) == (went_out, len(went_out.encode()))
    line = shlex.split(replay.curl(written))
    assert line[-1] == went_out
    assert "$STORE/rest/all/V1/products/DEMO-LAMP" in line
    kept = "".join(str(value) for row in ApiCall.objects.values() for value in row.values())
    for secret in (KEYS["consumer_secret"], KEYS["token_secret"], "oauth_signature"):
        assert secret not in kept

    page = admin_client.get(reverse("admin:core_apicall_changelist"), {"side": "store"})
    assert [call.pk for call in page.context["cl"].result_list] == [written.pk, read.pk]
    assert url in page.content.decode()
    assert (
        not admin_client.get(reverse("admin:core_apicall_changelist"), {"side": "jet"})
        .context["cl"]
        .result_list
    )
    shown = html.unescape(
        admin_client.get(reverse("admin:core_apicall_change", args=[written.pk])).content.decode()
    )
    assert replay.curl(written) in shown
    assert f"$STORE is {url}" in shown


def test_a_check_of_keys_is_logged_call_by_call(magento: MagentoSandbox):
    ApiCall.objects.all().delete()
    links.save_keys(**KEYS, is_bearer=False)

    run("--validate")

    asked = {call["path"] for call in magento.do("calls")["calls"]}
    logged = {call.path.partition("?")[0] for call in ApiCall.objects.exclude(store=None)}
    # The version is asked of a page, which the emulator's journal leaves out.
    assert logged - {"/magento_version"} == asked
    assert len(logged) > 10


@pytest.mark.parametrize("is_demo", [True, False])
def test_test_and_demo_orders_go_into_the_emulator_only_unless_the_switch_is_set(
    magento: MagentoSandbox, is_demo: bool
):
    connected()
    mode = Mode.LIVE if is_demo else Mode.TEST
    run_file = RunFile(settings.JETBRIDGE_HOME)

    refused = pytest.raises(links.NotForThisStore, match="go into the emulator only")
    with refused, links.open_store_to_send(mode=mode, is_demo=is_demo):
        pytest.fail("the store was opened")
    with links.open_store_to_send(mode=Mode.LIVE, is_demo=False) as store:
        store.look()
    settings_service.save(changes={"store_takes_tests": True})
    with links.open_store_to_send(mode=mode, is_demo=is_demo) as store:
        store.look()
    settings_service.save(changes={"store_takes_tests": False})
    run_file.write(panel="", sandbox="", store=configuration.current().store_url, processes={})
    try:
        with links.open_store_to_send(mode=mode, is_demo=is_demo) as store:
            store.look()
    finally:
        run_file.remove()


def test_the_way_that_leaves_phantom_stock_is_chosen_only_by_who_accepts_it(
    admin_client: Client, magento: MagentoSandbox
):
    with pytest.raises(CommandError, match="leaves a unit of phantom stock"):
        call_command("connect_store", "--way", "A")
    refused = configuration.current().store_way
    run("--way", "A", "--accept-phantom-stock")
    config = configuration.current()
    page = admin_client.get(reverse("desk:configuration_tab", args=["store"])).content.decode()

    assert (refused, config.store_way, config.store_accepts_phantoms) == ("auto", "A", True)
    assert "Accept phantom stock" in page


@pytest.mark.parametrize(
    "tail", ["", "/", "/rest", "/rest/V1/", "/rest/all/V1", "/rest/default/V1/store/websites"]
)
def test_an_address_of_the_api_means_the_store_that_has_it(magento: MagentoSandbox, tail: str):
    url = configuration.current().store_url
    settings_service.save(changes={"store_url": f"{url}{tail}"})
    links.save_keys(**KEYS, is_bearer=False)

    assert links.address(configuration.current()) == url
    with links.open_client() as client:
        assert client.read("store/websites")
