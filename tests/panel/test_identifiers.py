"""What a spreadsheet left of a long number is no new identifier, through whichever door it comes, until confirmed."""

import pkgutil
from importlib import import_module

import pytest
from django import forms
from django.core.management import CommandError, call_command
from django.forms.forms import BaseForm
from django.urls import reverse
from openpyxl import Workbook

import catalog
import jetbridge
import orders as orders_room
import returns
from catalog.listings.admin.product_inlines import INLINES
from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.models import Attribute, Product, Variation
from catalog.rules.forms.products import ProductForm
from jetbridge.core import configuration
from jetbridge.core.texts import SHORTENED, is_shortened
from jetbridge.panel.identifiers import ConfirmingForm, IdentifierField
from tests.commands.test_every_form import COMMANDS
from tests.factories import ProductFactory

DAMAGED = "1.23457E+11"
# Texts for people, words of a list, and what is looked up: nothing is stored by them but what is there already.
PROSE = {
    "name", "label", "text", "subject", "note", "reason", "notes", "description", "short_description", "visibility",
    "attribute_set", "vocabulary", "unit", "brand", "title", "path", "carrier", "method", "value", "image_base_url",
    "words", "tags", "hold_reason", "gift_note", "url", "pattern", "checked",
    "ship_from_zip", "service_level", "shipping_method", "first_name", "last_name", "support_name",
}  # fmt: skip
LOOKED_UP = {
    "product_sku", "add_category", "ids", "jet_attribute_id", "jet_category", "code", "seen", "entered_for"
}  # fmt: skip
ROOMS = (catalog, jetbridge, orders_room, returns)
# Options of commands that name something; those of forms are the form's.
WORDS = {
    "sku",
    "id",
    "ids",
    "number",
    "tracking",
    "rma",
    "node",
    "merchant",
    "identifier",
    "user",
    "upc",
    "ean",
}
# What is no text at all: whole numbers.
NUMBERS = {("configure", "store_stock_id")}
CHECKED = {("configure", "api_user"), ("configure", "fulfillment_node_id"), ("configure", "merchant_id")}


def every_form():
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    waiting = [BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.split(".")[0] in {room.__name__ for room in ROOMS}:
                yield form


def takes_text(field):
    short = not isinstance(field.widget, forms.PasswordInput | forms.Textarea) or isinstance(
        field, IdentifierField
    )
    return isinstance(field, forms.CharField) and not hasattr(field, "choices") and short


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        (DAMAGED, True), ("1,23457E+11", True), ("9.40011e+21", True), ("9.40011E21", True), ("1E+11", True),
        ("1.2E+011", True), ("1E5", False), ("1E11", False), ("12.5E5", False), ("1.5E5", False), ("A1.2E+11", False),
        ("1.23457E+11-B", False), ("123457000000", False), ("1.5E-05", False), ("", False),
    ],
)  # fmt: skip
def test_only_what_a_spreadsheet_makes_is_taken_for_damage(text, shortened):
    assert is_shortened(text) is shortened


def test_every_field_of_every_form_that_takes_an_identifier_checks_it():
    open_fields = []
    for form in every_form():
        for name, field in form.base_fields.items():
            if isinstance(field, IdentifierField):
                assert issubclass(form, ConfirmingForm), form
            elif takes_text(field) and type(field) is forms.CharField and name not in PROSE | LOOKED_UP:
                open_fields.append(f"{form.__module__}.{form.__name__}.{name}")

    assert not open_fields, f"Make an IdentifierField of it, or say that it is prose: {open_fields}"


def test_every_option_of_every_command_that_takes_an_identifier_checks_it():
    found = set()
    for name, command in COMMANDS.items():
        of_form = (
            {command.flag(each) for each in command.form.base_fields} if hasattr(command, "form") else set()
        )
        for action in command.create_parser("manage.py", name)._actions:
            is_text = (
                action.option_strings and action.type is None and action.nargs is None and not action.choices
            )
            if is_text and not of_form & set(action.option_strings) and WORDS & set(action.dest.split("_")):
                found.add((name, action.dest))

    assert found - NUMBERS == CHECKED


@pytest.mark.parametrize("option", ["--api-user", "--merchant-id"])
def test_keys_are_checked_by_their_command_as_on_their_page(option, db):
    with pytest.raises(CommandError, match="a spreadsheet shortened"):
        call_command("configure", "--mode", "test", option, DAMAGED)

    call_command("configure", "--mode", "test", option, DAMAGED, "--confirm-identifiers")
    assert DAMAGED in vars(configuration.account("test")).values()


def test_what_a_form_holds_stays_and_what_is_new_asks(db):
    Attribute.objects.create(code="gtin14", label="GTIN", kind=Attribute.Kind.TEXT)
    Attribute.objects.create(code="finish", label="Finish", kind=Attribute.Kind.TEXT)
    held = ProductFactory(sku="9.1E+15", attributes={"gtin14": DAMAGED})
    data = {"sku": held.sku, "name": "Mug", "kind": "simple", "quantity": 0, "attr__gtin14": DAMAGED}

    same = ProductForm(data, instance=Product.objects.get())
    damaged = {
        **data,
        "sku": "8.1E+15",
        "attr__gtin14": "7.1E+15",
        "attr__finish": DAMAGED,
        "jet__mfr_part_number": DAMAGED,
    }
    new = ProductForm(damaged, instance=Product.objects.get())
    confirmed = ProductForm({**damaged, "confirm_identifiers": "on"}, instance=Product.objects.get())

    assert (same.is_valid(), same.asks) == (True, False)
    assert (set(new.errors), new.asks) == ({"sku", "attr__gtin14", "jet__mfr_part_number"}, True)
    assert new.errors.as_data()["sku"][0].code == SHORTENED
    assert confirmed.is_valid()


def test_the_page_shows_the_question_with_the_refusal_and_takes_the_answer(admin_client):
    url = reverse("admin:catalog_product_add")
    data = {"sku": DAMAGED, "name": "Mug", "kind": "simple", "quantity": 0, "manage_stock": "on"}
    for inline in INLINES:
        prefix = inline.model._meta.get_field(
            getattr(inline, "fk_name", None) or "product"
        ).remote_field.get_accessor_name()
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    child = {"variations-TOTAL_FORMS": 1, "variations-0-child_sku": DAMAGED, "variations-0-position": 0}

    blank = admin_client.get(url).content.decode()
    refused = admin_client.post(url, data).content.decode()
    row = admin_client.post(url, {**data, **child, "sku": "MUG-1", "kind": "configurable"}).content.decode()
    taken = admin_client.post(url, {**data, **child, "kind": "configurable", "confirm_identifiers": "on"})

    asks = [" are really written so" in page for page in (blank, refused, row)]
    assert asks == [False, True, True]
    assert taken.status_code == 302
    assert Variation.objects.get().child_sku == DAMAGED


def test_the_product_command_asks_as_its_page_does(db):
    call_command("product", "9.1E+15", "--create", "--set", "name=Mug", "--confirm-identifiers")
    call_command("product", "9.1E+15", "--set", "price=3")
    for arguments in (
        (DAMAGED, "--create", "--set", "name=Mug"),
        ("9.1E+15", "--set", f"jet.mfr_part_number={DAMAGED}"),
        ("9.1E+15", "--add", "child", f"child_sku={DAMAGED}"),
        ("9.1E+15", "--add", "return-exception", f"return_location_ids={DAMAGED}"),
    ):
        with pytest.raises(CommandError, match="a spreadsheet shortened"):
            call_command("product", *arguments)

    call_command("product", "9.1E+15", "--add", "child", f"child_sku={DAMAGED}", "--confirm-identifiers")
    assert Variation.objects.get().child_sku == DAMAGED


FILES = {
    "sku": f"sku,name\n{DAMAGED},Mug",
    "configurable_variations": "sku,name,product_type,configurable_variations\n"
    f'P,Mug,configurable,"sku={DAMAGED},size=S"',
    "barcode_value": f'sku,name,additional_attributes\nP,Mug,"barcode=EAN,barcode_value={DAMAGED}"',
    "gtin": f"sku,name,gtin\nP,Mug,{DAMAGED}",
    "shop_no": f"sku,name,shop_no\nP,Mug,{DAMAGED}",
    "mpn": f'sku,store_view_code,name,mpn\nP,,Mug,A1\nP,de,Becher,{DAMAGED}',
    "mfr_part_number": f"sku,name,jet.mfr_part_number\nP,Mug,{DAMAGED}",
    "source_code": f"source_code,sku,status,quantity\n{DAMAGED},HELD,1,4",
}  # fmt: skip


@pytest.mark.parametrize("column", FILES)
def test_every_column_of_identifiers_refuses_new_ones_until_they_are_confirmed(column, tmp_path, db):
    config = configuration.current()
    config.field_mapping = {"mfr_part_number": "shop_no"}
    config.save()
    ProductFactory(sku="HELD")
    path = tmp_path / "file.csv"
    path.write_text(FILES[column])

    def failed(**how):
        found = import_products(path=path, options=ImportOptions(**how))
        assert found.rows == sum(found.counts().values()) - found.rows
        return [(each.column, each.code) for each in found.errors if each.code == SHORTENED]

    assert failed(dry_run=True) == failed() == [(column, SHORTENED)]
    assert failed(confirm_identifiers=True) == []
    # What the store holds goes on working.
    assert failed() == []


def test_a_workbooks_long_number_is_seen_though_no_power_of_ten_was_shown(tmp_path, db):
    book, path = Workbook(), tmp_path / "file.xlsx"
    for row in (("sku", "name"), (9.40011e21, "Lost"), (123456789012345, "Whole")):
        book.active.append(row)
    book.save(path)

    found = import_products(path=path)

    assert [(each.sku, each.code) for each in found.errors] == [("9.40011E+21", SHORTENED)]
    assert Product.objects.get().sku == "123456789012345"
