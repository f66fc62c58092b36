"""Who may do what: one row an action, one column a role, held against what migrate deals out and pages do."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.test import Client

from jetbridge.core import roles

pytestmark = pytest.mark.django_db

ROLES = {"O": "owner", "M": "merchant", "P": "operations", "V": "viewer"}
MATRIX = """
    See products, orders, returns, jobs, logs   catalog.view_product            O M P V
    See orders                                  orders.view_order               O M P V
    See returns                                 returns.view_returnrequest      O M P V
    See the configuration                       core.view_configuration         O M P V
    See job runs                                core.view_jobrun                O M P V
    Change the configuration                    core.change_configuration       O M
    Validate the account                        core.validate_account           O M P
    Switch between test and live keys           core.switch_mode                O M
    Change the address of Jet's API             core.change_api_address         O
    Change the address of the linked store      core.change_store_address       O
    Read notifications and mark them            core.view_notification          O M P V
    Run a job now                               core.run_job                    O M P
    Pause, resume, reschedule a job             core.pause_job                  O M
    See the traceback of a failed run           core.view_traceback             O P
    Send a logged call again                    core.replay_call                O M P
    Let deliveries go after a restore           core.lift_mark                  O M
    Edit store views                            core.change_storeview           O M
    Add a store view                            core.add_storeview              O M
    Delete a store view                         core.delete_storeview           O M
    Add a product                               catalog.add_product             O M
    Edit a product                              catalog.change_product          O M P
    Delete a product                            catalog.delete_product          O M
    Upload to Jet                               catalog.upload                  O M P
    Archive and unarchive                       catalog.archive                 O M
    Send price and inventory                    catalog.sync                    O M P
    Send what validation blocks                 catalog.send_anyway             O M
    Import products                             catalog.import_products         O M P
    Ask Jet what it holds                       catalog.view_live               O M P
    Reconcile drift                             catalog.reconcile               O M P
    Link a vanished SKU                         catalog.link_vanished           O M P
    Resubmit and fetch rejected files           catalog.resubmit                O M P
    Delete rejected files                       catalog.delete_uploadfile       O M
    Decide price reviews                        catalog.review_prices           O M
    Add a brand rule                            catalog.add_brandrule           O M
    Change a brand rule                         catalog.change_brandrule        O M
    Delete a brand rule                         catalog.delete_brandrule        O M
    Add a store category                        catalog.add_storecategory       O M
    Change a store category                     catalog.change_storecategory    O M
    Delete a store category                     catalog.delete_storecategory    O M
    Add an attribute                            catalog.add_attribute           O M
    Change an attribute                         catalog.change_attribute        O M
    Delete an attribute                         catalog.delete_attribute        O M
    Import Jet's taxonomy                       mapping.import_taxonomy         O M
    Map categories                              mapping.map                     O M P
    Add a category mapping                      mapping.add_categorymapping     O M P
    Change a category mapping                   mapping.change_categorymapping  O M P
    Delete a category mapping                   mapping.delete_categorymapping  O M
    Add an attribute mapping                    mapping.add_attributemapping    O M P
    Change an attribute mapping                 mapping.change_attributemapping O M P
    Delete an attribute mapping                 mapping.delete_attributemapping O M
    Fetch orders                                orders.import_orders            O M P
    Acknowledge                                 orders.acknowledge              O M P
    Reject                                      orders.reject                   O M
    Ship                                        orders.ship                     O M P
    Cancel                                      orders.cancel                   O M P
    Cancel beyond the limit                     orders.cancel_above_limit       O M
    Take buyers' addresses out                  orders.export_buyers            O M P
    Retry a failed order                        orders.retry                    O M P
    Leave a note                                orders.add_ordernote            O M P
    Fetch returns                               returns.fetch_returns           O M P
    Complete a return                           returns.complete_return         O M P
    Refund                                      returns.refund                  O M
    Use the JSON API                            api.use_api                     O M P V
    Manage webhooks                             api.manage_webhooks             O M
    Manage people                               auth.change_user                O
    Add people                                  auth.add_user                   O
    Manage groups                               auth.change_group               O
"""


# Edits made in forms are the other half of the history, and are seen with it.
SEEN_WITH = {"auditlog.logentry": "core.view_event"}
# Refunds are added on a page of their own, whose permission the pages' test looks at.
OWN_ADD_PAGES = {"returns.refund"}


def rows() -> list[tuple[str, set[str]]]:
    found = []
    for line in MATRIX.strip().splitlines():
        words = line.split()
        place = next(i for i, word in enumerate(words) if "." in word)
        found.append((words[place], {ROLES[letter] for letter in words[place + 1 :]}))
    return found


@pytest.fixture
def people() -> dict[str, Person]:
    """One person of each role, and one without any."""
    found = {}
    for role in (*roles.GROUPS, ""):
        person = Person.objects.create_user(role or "nobody", is_staff=True)
        if role:
            person.groups.add(Group.objects.get(name=role))
        found[role] = person
    return found


@pytest.mark.parametrize(
    ("permission", "allowed"), rows(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_action_is_open_to_its_roles_and_to_no_other(people, permission, allowed):
    assert {role for role, person in people.items() if person.has_perm(permission)} == allowed


def test_every_action_that_is_dealt_out_stands_in_the_matrix():
    assert set(roles.HOLDERS) - {permission for permission, _ in rows()} == set()


@pytest.mark.parametrize("role", [*roles.GROUPS, ""])
def test_a_grid_and_its_add_form_open_exactly_as_the_permissions_say(people, role, rf):
    person, client, astray = people[role], Client(raise_request_exception=False), []
    client.force_login(person)
    for model, page in admin.site._registry.items():
        meta = model._meta
        base = f"/admin/{meta.app_label}/{meta.model_name}/"
        may_see = any(
            person.has_perm(SEEN_WITH.get(meta.label_lower, f"{meta.app_label}.{verb}_{meta.model_name}"))
            for verb in ("view", "change")
        )
        request = rf.get(base)
        request.user = person
        seen, added = client.get(base).status_code, client.get(f"{base}add/").status_code
        if (seen == 403) == may_see:
            astray.append((base, seen))
        if (added == 403) == page.has_add_permission(request) and meta.label_lower not in OWN_ADD_PAGES:
            astray.append((f"{base}add/", added))

    assert astray == []
