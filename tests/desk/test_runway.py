"""The required calls of test mode, run against the sandbox."""

import pytest
from django.test import Client
from django.urls import reverse

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core import configuration
from jetbridge.core.actors import acting
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.desk.jet import proofs, runway


def test_running_all_calls_satisfies_jets_own_checklist(jet: JetClient, account: JetAccount):
    done, problem = runway.run(runway.STEPS, client=jet, account=account)

    assert problem == ""
    assert len(done) == 8
    assert jet.setup.status().is_complete


@pytest.mark.parametrize("key", [step.key for step in runway.STEPS])
def test_each_call_can_be_run_first(jet: JetClient, account: JetAccount, key: str):
    step = next(step for step in runway.STEPS if step.key == key)

    runway.run_step(step, client=jet, account=account)

    assert jet.setup.status().steps[step.flag]


def test_a_call_is_proved_by_its_own_line_in_the_log(account: JetAccount):
    step = next(step for step in runway.STEPS if step.key == "price")
    with acting(job="test"), open_client(account) as client:
        runway.run_step(step, client=client, account=account)

    call = proofs.proof(account, step)

    assert call is not None
    assert (call.method, call.path.endswith("/price"), call.status) == ("PUT", True, 202)


def test_live_keys_never_run_the_required_calls(account: JetAccount, jet: JetClient, sandbox: Sandbox):
    live = configuration.account("live")
    before = len(sandbox.calls())

    done, problem = runway.run(runway.STEPS, client=jet, account=live)

    assert done == []
    assert "test keys only" in problem
    assert len(sandbox.calls()) == before


def test_the_page_leads_to_the_sandboxs_partner_pages_only_where_it_is_in_use(
    admin_client: Client, account: JetAccount, settings
):
    settings.SANDBOX_URL = Configuration.objects.get().api_url.removesuffix("/api")
    link = f"{settings.SANDBOX_URL}/partner/"

    shown = admin_client.get(reverse("desk:jet_api")).content.decode()
    Configuration.objects.update(api_url="http://127.0.0.1:1/api")
    elsewhere = admin_client.get(reverse("desk:jet_api")).content.decode()

    assert link in shown
    assert link not in elsewhere


def test_one_click_runs_all_calls_and_says_what_was_done(admin_client: Client, account: JetAccount):
    page = admin_client.post(reverse("desk:jet_api_run", args=["all"]), follow=True).content.decode()

    assert "8 of 8" in page.replace("<strong>", "").replace("</strong>", "")
    assert "Complete a return: return" in page


def test_a_viewer_may_not_run_them(client: Client, account: JetAccount, django_user_model):
    viewer = django_user_model.objects.create_user("vera", password="x", is_staff=True)
    client.force_login(viewer)

    assert client.post(reverse("desk:jet_api_run", args=["all"])).status_code == 403


def test_a_generator_says_what_was_wrong(admin_client: Client, account: JetAccount):
    order, returned = (reverse("desk:jet_api_generate", args=[what]) for what in ("order", "return"))

    wrong = admin_client.post(order, {"sku": "A", "quantity": "many"}, follow=True).content.decode()
    unknown = admin_client.post(returned, {"order_id": "nobody-knows"}, follow=True).content.decode()

    assert "whole number from 1 to 1,000" in wrong
    assert "Nothing was generated" in unknown


def test_the_way_to_live_keys_shows_one_button_at_a_time(admin_client: Client, account: JetAccount):
    live = configuration.account("live")
    address = reverse("desk:jet_api")

    first = admin_client.get(address).content.decode()
    admin_client.post(reverse("desk:jet_api_run", args=["all"]))
    second = admin_client.get(address).content.decode()
    JetAccount.objects.filter(pk=live.pk).update(
        api_user="live-user", api_secret="live-secret", fulfillment_node_id="n1"
    )
    third = admin_client.get(address).content.decode()
    JetAccount.objects.filter(pk=live.pk).update(check_passed=True, check_message="Jet accepts the keys.")
    fourth = admin_client.get(address).content.decode()

    buttons = ("Enter the live keys", "Validate them", "Switch to live…")
    shown = [[button in page for button in buttons] for page in (first, second, third, fourth)]
    assert shown == [[False] * 3, [True, False, False], [False, True, False], [False, False, True]]


def test_every_page_says_which_mode_it_is_about(admin_client: Client, account: JetAccount):
    test = admin_client.get(reverse("admin:orders_order_changelist")).content.decode()
    Configuration.objects.update(mode="live")
    live = admin_client.get(reverse("admin:orders_order_changelist")).content.decode()

    assert "Test mode." in test
    assert "Live mode." in live


def test_what_jet_counts_without_a_logged_call_is_said_so(
    admin_client: Client, account: JetAccount, jet: JetClient
):
    runway.run(runway.STEPS, client=jet, account=account)

    page = admin_client.get(reverse("desk:jet_api")).content.decode()

    assert page.count("no call of this panel is in the log") == 8
