"""A command behind a form has an option for each of its fields, and fills it in as its page's own line says."""

import pytest
from django import forms
from django.core.management import load_command_class
from django.core.validators import MaxValueValidator

from jetbridge.core.management.faults import Usage
from jetbridge.panel import cli_fields
from jetbridge.panel.management import form_rows
from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from tests.commands.forms import options_of, our_commands

COMMANDS = {name: load_command_class(app, name) for name, app in our_commands().items()}
WITH_FORM = sorted(name for name, command in COMMANDS.items() if isinstance(command, FormCommand))


@pytest.mark.parametrize("name", WITH_FORM)
def test_a_command_offers_every_field_of_its_form(name):
    command = COMMANDS[name]
    fields = command.form.base_fields
    options = options_of(name)

    for field in fields:
        flag = command.flag(field)
        is_meant = command.flags.get(field) == NO_OPTION or isinstance(
            fields[field].widget, forms.HiddenInput
        )
        assert flag in options or (flag == NO_OPTION and is_meant), field
    assert set(command.flags) | set(command.words) | set(command.types) <= set(fields)
    assert set(command.rows) <= options
    assert set(command.hints) <= set(fields) | set(command.rows)


def test_the_forms_of_orders_and_returns_have_their_commands():
    assert {
            "ship_order", "reject_order", "note_order", "fetch_orders", "refund_order", "complete_return",
            "attribute", "store_category", "brand_rule", "ask_support", "notifications", "map_attribute",
        } <= set(WITH_FORM)  # fmt: skip


class Lines(forms.Form):
    """Two rows of one SKU and one of another, with a part that only those who are asked for get."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, sku in enumerate(("MUG", "MUG", "POT")):
            self.fields[f"ship_{number}"] = forms.IntegerField(max_value=2, initial=1)
            cli_fields.say(self.fields[f"ship_{number}"], "--ship", before=f"{sku}=")
            self.fields[f"include_{number}"] = forms.BooleanField(required=False)
            for part in ("units", "notes"):
                self.fields[f"{part}_{number}"] = forms.CharField(required=False)
                cli_fields.say(
                    self.fields[f"{part}_{number}"], "--line", row=f"{sku}{number}", key=part,
                    only_if=f"include_{number}",
                )  # fmt: skip


def placed(flag, metavar, texts, aliases=None):
    named = form_rows.read(flag, metavar, texts)
    return form_rows.placed(Lines(), flag, named, "Order 7", aliases or {})


def test_a_number_is_shared_over_the_rows_of_one_name_in_their_order():
    assert placed("--ship", "SKU=N", ["MUG=3", "POT=0"]) == {"ship_0": "2", "ship_1": "1", "ship_2": "0"}
    assert placed("--ship", "SKU=N", ["MUG=9"]) == {"ship_0": "2", "ship_1": "7"}


def test_a_line_fills_in_its_row_and_leaves_out_those_that_nobody_names():
    found = placed("--line", "SKU;NAME=VALUE;...", ["POT2;units=1"])

    assert found == {
        "include_0": "no", "include_1": "no", "include_2": "yes", "units_2": "1", "notes_2": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "metavar", "texts", "code", "words"),
    [
        ("--ship", "SKU=N", ["CUP=1"], 1, "Order 7 has no item CUP."),
        ("--ship", "SKU=N", ["MUG"], 2, "'MUG' is not SKU=N."),
        ("--ship", "SKU=N", ["MUG=²"], 2, "'MUG=²' is not SKU=N."),
        ("--ship", "SKU=N", ["MUG=1", "MUG=2"], 2, "names MUG twice"),
        ("--line", "SKU;NAME=VALUE;...", ["POT2;colour=red"], 2, "--line takes units, notes; not colour."),
        ("--line", "SKU;NAME=VALUE;...", ["POT2;red"], 2, "takes NAME=VALUE, not 'red'"),
        ("--line", "SKU;NAME=VALUE;...", ["POT2;units=1", "POT;units=2"], 2, "twice, by two names"),
        ("--line", "SKU;NAME=VALUE;...", ["MUG;units=1"], 1, "MUG stands on several lines"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_with_what_is_wrong(flag, metavar, texts, code, words):
    aliases = {"POT": ["POT2"], "MUG": ["MUG0", "MUG1"]} if flag == "--line" else {}

    with pytest.raises(Exception) as refused:
        placed(flag, metavar, texts, aliases)

    assert (refused.value.returncode, words in str(refused.value)) == (code, True), str(refused.value)
    assert (code == 2) == isinstance(refused.value, Usage)


def test_that_a_row_asks_for_too_much_is_left_to_the_service():
    form = Lines()

    form_rows.leave_limits(form, ["--ship"])

    assert not any(isinstance(each, MaxValueValidator) for each in form.fields["ship_0"].validators)
