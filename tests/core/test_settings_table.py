"""The table of settings: whole, and told alike by page, command and document."""

import re

import pytest
from django.urls import reverse

from jetbridge.core import settings_table
from jetbridge.core.models import Configuration
from jetbridge.core.settings_table import Setting, Tab
from jetbridge.desk.forms.configuration import form_of, tabs_with_form
from jetbridge.home import PROJECT_ROOT
from tests.commands.forms import options_of

# Columns that nobody sets as a setting: what a switch, a draft or the database itself writes.
NO_SETTINGS = {"id", "mode", "price_draft", "updated_at"}


def test_every_column_of_the_configuration_is_a_setting_with_a_label():
    columns = {column.name for column in Configuration._meta.fields}

    assert columns - NO_SETTINGS == set(settings_table.names())
    assert all(setting.label for setting in settings_table.settings())


def test_every_setting_stands_once_and_has_an_option_of_its_own():
    names = settings_table.names()
    options = [setting.command_option for setting in settings_table.settings()]

    assert len(names) == len(set(names)) == len(set(options))
    assert set(options) <= options_of("configure")


def test_a_setting_on_two_tabs_is_refused():
    twice = Tab("second", "Second", 9, {"": [Setting("batch_size", "Products in one file")]})

    with pytest.raises(ValueError, match="batch_size"):
        settings_table.register(twice)

    assert "second" not in settings_table.tabs()


@pytest.mark.django_db
@pytest.mark.parametrize("tab", tabs_with_form())
def test_a_tabs_form_has_the_labels_and_hints_of_the_table(tab):
    fields = form_of(tab)().fields
    settings = settings_table.tabs()[tab].settings

    told = {name: (field.label, field.help_text) for name, field in fields.items()}
    assert told == {each.name: (each.label, each.hint) for each in settings}


def test_limits_are_those_of_the_column_and_stand_in_the_hint():
    batch, floor, margin = map(settings_table.setting, ("batch_size", "price_floor", "minimum_margin"))

    assert batch.limits == "1 to 5,000."
    assert batch.hint.startswith("1 to 5,000. Small files")
    assert (floor.limits, margin.limits) == ("At least 0.01.", "")


def test_an_empty_amount_is_taken_for_what_the_table_says(admin_client):
    data = {"price_mode": "store", "price_value": "", "price_rounding": "cents", "map_check": "advise",
            "price_review_percent": "20", "stock_buffer": "0", "unmanaged_quantity": "100"}  # fmt: skip

    answer = admin_client.post(reverse("desk:configuration_tab", args=["prices"]), data)

    assert answer.status_code == 302
    assert Configuration.objects.get().price_value == 0


def test_the_commands_document_has_the_table():
    document = (PROJECT_ROOT / "docs" / "commands.md").read_text()
    rows = re.findall(r"^\| `(--[a-z0-9-]+)` \| (.+?) \| (.+?) \|$", document, re.MULTILINE)

    assert rows == [
        (each.command_option, settings_table.tab_of(each.name).title, _what(each))
        for each in settings_table.settings()
    ]


def _what(setting: Setting) -> str:
    return " ".join(filter(None, (f"{setting.title or setting.label}.", setting.hint)))
