"""First steps with the sandbox: keys, categories and the review by one press each, and what comes next."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from catalog.mapping.models import JetAttribute, JetAttributeValue, JetCategory, JetCategoryAttribute
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.desk.demo import practice, taxonomy
from jetbridge.panel.portal_links import linked
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
DASHBOARD = "/admin/"


@pytest.fixture
def beside(settings, served_sandbox, db):
    """A panel that runs beside a sandbox, with no keys yet."""
    path = settings.JETBRIDGE_HOME / "run.json"
    path.write_text(json.dumps({"panel": "http://127.0.0.1:8000/", "sandbox": served_sandbox.url}))
    yield served_sandbox
    path.unlink()


def test_the_sandboxs_keys_are_filled_in_by_one_button_and_then_checked(admin_client, beside):
    page = admin_client.get(DASHBOARD)
    assert page.context["next_step"].post.address == "/admin/sandbox/keys/test/"
    assert "Fill in the sandbox&#x27;s keys" in page.content.decode()

    answer = admin_client.post("/admin/sandbox/keys/test/")

    account = configuration.account("test")
    assert answer["Location"] == "/admin/configuration/?check=test"
    assert account.is_complete
    assert "/sandbox/keys/test/" not in admin_client.get("/admin/configuration/").content.decode()
    check = admin_client.post("/admin/configuration/accounts/test/validate/", headers={"HX-Request": "true"})
    assert check.context["check"].passed
    # What comes next stands beside the result.
    assert "Import products" in check.content.decode()


def test_the_dashboard_takes_one_step_after_the_other_without_being_left(admin_client, beside):
    page = admin_client.post("/admin/sandbox/keys/test/", {"home": "1"}, follow=True)

    assert page.request["PATH_INFO"] == DASHBOARD
    assert configuration.account("test").check_passed
    assert "Jet accepts the keys" in page.content.decode()
    ProductFactory()
    categories = admin_client.get(DASHBOARD).context["next_step"]
    assert categories.post.address == "/admin/sandbox/taxonomy/"
    # Jet's own files are still offered, behind the step's name.
    assert categories.address == "/admin/mapping/taxonomy/"
    assert admin_client.post(categories.post.address)["Location"] == "/admin/mapping/categories/suggestions/"


def test_without_a_sandbox_no_key_is_filled_in_and_nothing_is_offered(admin_client, db):
    assert admin_client.get(DASHBOARD).context["next_step"].post is None

    page = admin_client.post("/admin/sandbox/keys/test/", follow=True)

    assert "Nothing was filled in" in page.content.decode()
    assert not any(account.api_user for account in JetAccount.objects.all())
    assert admin_client.post("/admin/sandbox/keys/other/").status_code == 404


def test_another_jet_than_the_sandbox_gets_none_of_its_keys(admin_client, beside):
    Configuration.objects.update_or_create(
        pk=1, defaults={"api_url": "https://merchant-api.example.test/api"}
    )

    admin_client.post("/admin/sandbox/keys/test/")

    assert not configuration.account("test").api_user


def test_finish_review_now_ends_them_and_says_what_is_true(admin_client, beside):
    practice.fill_keys(account=configuration.account("test"))

    page = admin_client.post("/admin/sandbox/review/", follow=True)

    assert "No review had begun" in page.content.decode()
    assert practice.said_of_reviews(3) == "3 reviews finished; the statuses are being read now."


def test_the_command_does_the_same(beside, capsys):
    call_command("sandbox", keys="test")
    assert "api_user" in capsys.readouterr().out
    call_command("sandbox", finish_review=True)
    assert "No review had begun" in capsys.readouterr().out
    call_command("sandbox", taxonomy=True)
    assert JetCategory.objects.filter(name="Women's Dresses").exists()


def test_the_command_refuses_without_a_sandbox(db):
    with pytest.raises(CommandError, match="No sandbox"):
        call_command("sandbox", keys="test")


def test_the_practice_categories_cover_clothes_bags_gear_and_watches(admin_client, db):
    assert "Use practice categories" in admin_client.get(reverse("mapping:taxonomy")).content.decode()

    admin_client.post("/admin/sandbox/taxonomy/")

    names = set(JetCategory.objects.values_list("name", flat=True))
    assert {
        "Women's Dresses",
        "Men's Pants",
        "Sandals",
        "Backpacks",
        "Fitness Equipment",
        "Sport Watches",
    } <= names
    sizes = JetAttribute.objects.filter(name__contains="Size", kind=0)
    assert sizes.count() == 5
    for size in sizes:
        assert JetAttributeValue.objects.filter(attribute=size).count() >= 6
        assert JetCategoryAttribute.objects.filter(attribute=size).exists()
    # A category carries one size attribute at most.
    for name in taxonomy.category_ids():
        carried = JetCategoryAttribute.objects.filter(category__name=name, attribute__in=sizes)
        assert carried.count() <= 1, name
    assert "Use practice categories" not in admin_client.get(reverse("mapping:taxonomy")).content.decode()


def test_wherever_the_partner_portal_is_named_the_sandboxs_is_linked(admin_client, beside):
    link = f'href="{beside.url}/partner/"'
    for address in ("/admin/configuration/", "/admin/help/", "/admin/errors/", "/admin/jet-api/"):
        assert link in admin_client.get(address).content.decode(), address


def test_a_text_stays_escaped_and_has_no_link_without_a_sandbox(db):
    assert linked("<b> & Jet's partner portal") == "&lt;b&gt; &amp; Jet&#x27;s partner portal"


def test_the_checklists_primary_is_the_first_open_step(admin_client, account):
    ProductFactory()

    page = admin_client.get(DASHBOARD)

    assert page.context["next_step"].title == "Import Jet's categories"
    assert 'jb-primary" href="/admin/mapping/taxonomy/">Import categories' in page.content.decode()
