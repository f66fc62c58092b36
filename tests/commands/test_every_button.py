"""Whatever can be clicked can be scripted: every address, action and form has a command, or a reason why not."""

import json
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import resolve

from jetbridge.desk.demo import steps
from jetbridge.panel.cli_commands import PAGE_COMMANDS
from tests.commands import deeds
from tests.commands.forms import options_of, our_commands
from tests.commands.pages import addresses, walk

pytestmark = pytest.mark.django_db

STANDARD = ("add", "change", "delete", "changelist", "history")


@pytest.fixture
def asked(merchant):
    """A request of somebody who may do everything."""
    request = RequestFactory().get("/admin/")
    request.user = merchant
    return request


def of_models(request):
    """Give the admin's own addresses of each model: those that this person may use, and all."""
    allowed, known = set(), set()
    for model, page in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        known |= {f"{start}_{name}" for name in STANDARD}
        may = {
            "add": page.has_add_permission(request), "change": page.has_change_permission(request),
            "delete": page.has_delete_permission(request),
        }  # fmt: skip
        allowed |= {f"{start}_{name}" for name, is_allowed in may.items() if is_allowed}
    return allowed, known


def test_every_address_that_does_something_has_a_command_or_a_reason(asked):
    allowed, known = of_models(asked)
    # The addresses of the API are for programs: no button leads there.
    names = {name for name in addresses() if not name.startswith("api-v1:")}
    own = (names - known) | allowed
    shown = {*deeds.COMMANDS, *deeds.EXEMPT, *deeds.SHOWS}

    assert own - shown == set()
    assert shown - names == set()
    assert deeds.SHOWS & {*deeds.COMMANDS, *deeds.EXEMPT} == set()


def test_every_action_of_a_list_has_a_command(asked):
    found = {}
    for model, page in admin.site._registry.items():
        names = {*page.get_actions(asked)}
        for kind in ("actions_list", "actions_row", "actions_detail", "actions_submit_line"):
            names |= {each for each in flat(getattr(page, kind, ())) if isinstance(each, str)}
        if names:
            found[model._meta.label] = names

    assert found == {label: set(actions) for label, actions in deeds.ACTIONS.items()}


def flat(actions):
    for each in actions:
        yield from each["items"] if isinstance(each, dict) else [each]


def lines():
    of_actions = [line for actions in deeds.ACTIONS.values() for line in actions.values() if line]
    return sorted({*deeds.COMMANDS.values(), *of_actions})


@pytest.mark.parametrize("line", lines())
def test_a_command_behind_a_button_exists_with_the_options_that_are_named(line):
    name, *rest = line.split()
    known = options_of(name)

    assert {word for word in rest if word.startswith("--")} - known == set()
    assert "--json" in known


def test_whatever_writes_has_a_dry_run_or_a_reason():
    without = {name for name in our_commands() if "--dry-run" not in options_of(name)}

    assert without == set(deeds.NO_DRY_RUN)


def test_every_command_behind_a_button_is_offered_on_a_page():
    offered = {line.split()[0] for page in PAGE_COMMANDS.values() for line in page}
    behind = {line.split()[0] for line in lines()}

    # A plan's own page offers the line that does exactly what it says.
    assert behind - offered - {"bulk_products", "bulk_orders"} == set()


@pytest.fixture
def demo(settings, served_sandbox, account):
    """A store in which most of what can happen has happened."""
    path = settings.JETBRIDGE_HOME / "run.json"
    path.write_text(json.dumps({"panel": "http://127.0.0.1:8000/", "sandbox": served_sandbox.url}))
    steps.seed(say=lambda text: None)
    yield
    path.unlink()


def test_every_form_on_a_page_leads_to_an_address_with_a_command(admin_client, demo):
    shown, unknown, seen = {**deeds.COMMANDS, **deeds.EXEMPT}, set(), set()
    for address, page in walk(admin_client):
        for target in page.targets:
            name = resolve(urlsplit(urljoin(address, target)).path).view_name
            seen.add(name)
            # The forms of a list are its actions, which have a test of their own.
            if name not in shown and not name.endswith("_changelist"):
                unknown.add((address, name))

    assert unknown == set()
    assert len(seen) > 50
