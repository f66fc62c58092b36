"""The configuration as a file: out without secrets, in only when all of it is allowed and was accepted."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.products.models import StoreCategory
from catalog.products.services import categories
from catalog.rules.models import BrandRule
from catalog.rules.services import brand_rules
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.desk.services import configuration as settings_service
from jetbridge.desk.services import configuration_files
from tests import fashion

pytestmark = pytest.mark.django_db


def changed(**settings):
    document = json.loads(configuration_files.dump())
    document["settings"] |= settings
    return json.dumps(document).encode()


def test_the_file_holds_no_secret_and_comes_back_unchanged(account):
    text = configuration_files.dump()

    assert account.api_secret not in text
    assert account.api_user in text
    assert configuration_files.load(text.encode()).rows == []


def test_a_file_is_shown_first_and_taken_over_when_accepted(admin_client):
    content = changed(price_mode="increase_percent", price_value="12.5", batch_size=40)
    url = reverse("desk:import_configuration")

    shown = admin_client.post(url, {"file": SimpleUploadedFile("c.json", content)})
    assert b"What would change" in shown.content
    assert configuration.current().batch_size == 30

    admin_client.post(url, {"accepted": shown.context["content"]})
    config = configuration.current()
    assert (config.price_mode, str(config.price_value), config.batch_size) == (
        "increase_percent",
        "12.5000",
        40,
    )


def test_secrets_stay_when_a_file_is_taken_over(account):
    secret, user = account.api_secret, account.api_user
    text = configuration_files.dump().replace(user, "somebody-else")

    configuration_files.apply(configuration_files.load(text.encode()))

    account.refresh_from_db()
    assert (account.api_user, account.api_secret) == ("somebody-else", secret)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"[1]", "not a configuration"),
        (b'{"format": "other"}', "not a configuration"),
    ],
)
def test_what_is_no_configuration_is_refused(content, message):
    with pytest.raises(configuration_files.BadFile, match=message):
        configuration_files.load(content)


@pytest.mark.parametrize(
    "settings",
    [
        {"no_such": 1}, {"batch_size": 0}, {"batch_size": "30"}, {"batch_size": True}, {"price_value": "NaN"},
        {"store_view": "fr"}, {"field_mapping": {"brand": 5}}, {"auto_cancel": None}, {"price_mode": "free"},
    ],
)  # fmt: skip
def test_one_bad_value_refuses_the_whole_file(settings):
    with pytest.raises(configuration_files.BadFile):
        configuration_files.load(changed(concurrency=3, **settings))

    assert configuration.current().concurrency == 32


def test_the_rules_of_what_is_offered_travel_along():
    mugs = StoreCategory.add_root(name="Mugs", full_path="Mugs")
    categories.set_rule(category=mugs, listing_rule="keep_off", stock_buffer=2)
    brand_rules.save_brand_rule(rule=BrandRule(brand="Acme"))
    text = configuration_files.dump()
    assert configuration_files.load(text.encode()).rows == []

    categories.set_rule(category=mugs, listing_rule="", stock_buffer=None)
    BrandRule.objects.all().delete()
    brand_rules.save_brand_rule(rule=BrandRule(brand="Later"))
    loaded = configuration_files.load(text.encode())
    assert ("brand Later", "keep_off", "") in loaded.rows
    assert ("category Mugs", "", "keep_off, 2 held back") in loaded.rows
    configuration_files.apply(loaded)

    mugs.refresh_from_db()
    assert (mugs.listing_rule, mugs.stock_buffer) == ("keep_off", 2)
    assert list(BrandRule.objects.values_list("brand", "listing_rule")) == [("Acme", "keep_off")]
    assert configuration_files.load(text.encode()).rows == []


def test_a_file_without_rules_leaves_them_and_an_unknown_category_is_named():
    brand_rules.save_brand_rule(rule=BrandRule(brand="Acme"))
    document = json.loads(configuration_files.dump())
    del document["brand_rules"]
    document["category_rules"] = {"Nowhere": {"offering": "offer"}}

    loaded = configuration_files.load(json.dumps(document).encode())

    assert loaded.rows == [("category Nowhere", "", "left out: the store has no such category")]
    configuration_files.apply(loaded)
    assert BrandRule.objects.count() == 1


@pytest.mark.parametrize(
    "section",
    [
        {"brand_rules": {"Acme": "perhaps"}},
        {"brand_rules": []},
        {"category_rules": {"Mugs": {"stock_buffer": -1}}},
        {"category_rules": {"Mugs": "off"}},
    ],
)
def test_a_bad_rule_refuses_the_whole_file(section):
    document = {**json.loads(configuration_files.dump()), **section}

    with pytest.raises(configuration_files.BadFile, match=next(iter(section))):
        configuration_files.load(json.dumps(document).encode())


def test_every_setting_is_in_the_file():
    named = set(json.loads(configuration_files.dump())["settings"])
    columns = {each.name for each in Configuration._meta.fields if each.editable}

    assert columns - named == {"id", "mode"}


def test_the_commands_write_and_load_it(tmp_path):
    file = tmp_path / "c.json"
    settings_service.save(changes={"batch_size": 77})
    call_command("configure", export=str(file), json=True)
    settings_service.save(changes={"batch_size": 30})

    call_command("configure", load=str(file), json=True, dry_run=True)
    assert configuration.current().batch_size == 30
    call_command("configure", load=str(file), json=True)

    assert configuration.current().batch_size == 77
    with pytest.raises(CommandError, match="No such file"):
        call_command("configure", load=str(tmp_path / "none.json"))


def test_the_file_carries_attribute_mappings_of_every_category(account):
    fashion.shop()
    dresses = JetCategory.objects.get(name="Dresses")
    fashion.mapped("fashion_size", 84, dresses, XS="X-Small")
    fashion.mapped("fashion_size", 116)
    text = configuration_files.dump()
    assert configuration_files.load(text.encode()).rows == []
    AttributeMapping.objects.filter(category=dresses).delete()
    AttributeMapping.objects.update(jet_attribute=JetAttribute.objects.get(jet_id=85))
    fashion.mapped("fashion_color", fashion.COLOR)

    loaded = configuration_files.load(text.encode())
    configuration_files.apply(loaded)

    assert len(loaded.rows) == 3
    assert json.loads(configuration_files.dump()) == json.loads(text)
    assert AttributeMapping.objects.get(category=dresses).vocabulary == {"XS": "X-Small"}


@pytest.mark.parametrize(
    "section",
    [
        {},
        [1],
        [{"attribute": 5}],
        [{"attribute": "a", "words": []}],
        [{"attribute": "a"}, {"attribute": "a"}],
    ],
)
def test_mappings_that_cannot_be_are_refused(section):
    document = {**json.loads(configuration_files.dump()), "attribute_mappings": section}

    with pytest.raises(configuration_files.BadFile, match="attribute_mappings"):
        configuration_files.load(json.dumps(document).encode())


def test_a_mapping_of_an_attribute_that_is_not_here_is_left_out_and_said():
    given = [{"attribute": "nowhere", "jet_attribute": "9" * 30, "category": "x"}]
    document = {**json.loads(configuration_files.dump()), "attribute_mappings": given}

    (row,) = configuration_files.load(json.dumps(document).encode()).rows

    assert "left out" in row[2]
