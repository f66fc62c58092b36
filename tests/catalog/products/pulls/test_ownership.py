"""What a linked store keeps is changed there: every door of the panel says so, and Jet's own stays open."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog.products import ownership
from catalog.products.intake.importer import import_products
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product, StoreCategory
from catalog.products.services import categories, products, store_pulls
from catalog.rules.forms.products import ProductForm
from jetapi.sandbox.kit.wire import Request
from jetbridge.core.models import Configuration
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.ports import Store

pytestmark = pytest.mark.django_db
SKU = "DEMO-LAMP"


@pytest.fixture
def lamp(store: Store) -> Product:
    store_pulls.read_whole(row=store_pulls.start(confirmed=True), store=store)
    return Product.objects.get(sku=SKU)


def page_of(product: Product) -> str:
    return reverse("admin:catalog_product_change", args=[product.pk])


def test_every_column_is_the_stores_or_ours():
    columns = {field.name for field in Product._meta.concrete_fields if field.editable}

    assert columns | {"shipping_exceptions", "return_exceptions"} >= ownership.OURS
    assert not ownership.OURS & {"sku", "name", "price", "special_price", "quantity", "enabled", "attributes"}


def test_the_page_locks_what_the_store_keeps_and_leads_there(
    admin_client: Client, lamp: Product, magento: MagentoSandbox
):
    shown = admin_client.get(page_of(lamp)).content.decode()
    form = ProductForm(instance=lamp)

    assert f"/catalog/product/view/id/{lamp.store_link.number}" in shown
    assert "The linked store keeps this product" in shown
    open_fields = {name for name, field in form.fields.items() if not field.disabled}
    assert {"excluded", "offered_anyway", "stock_buffer", "listed_in"} <= open_fields
    assert not open_fields & {
        "sku",
        "name",
        "price",
        "quantity",
        "category_links",
        "add_category",
        "variation_codes",
    }
    assert any(name.startswith("jet") for name in open_fields)
    assert "images-0-path" not in shown


def test_a_disconnect_frees_the_fields(lamp: Product):
    Configuration.objects.update(store_kind="files")

    assert not any(field.disabled for field in ProductForm(instance=lamp).fields.values())
    call_command("product", SKU, "--set", "price=99")
    lamp.refresh_from_db()
    assert lamp.price == 99


def test_no_service_changes_what_the_store_keeps(lamp: Product):
    lamp.price = 1
    with pytest.raises(ownership.KeptByStore, match="The linked store keeps price"):
        products.store(product=lamp, changed={"price"})
    with pytest.raises(ownership.KeptByStore, match="categories"):
        products.place(product=lamp, categories=[])
    with pytest.raises(ownership.KeptByStore, match="add it there"):
        products.store(product=Product(sku="NEW", name="New"), changed={"name"})
    category = StoreCategory.objects.get(name="Kitchen")
    with pytest.raises(ownership.KeptByStore):
        categories.change(category=category, name="Cooking", parent=category.get_parent())
    with pytest.raises(ownership.KeptByStore):
        categories.remove(category=category)
    with pytest.raises(ownership.KeptByStore):
        categories.create(name="Own", parent=None)
    categories.set_rule(category=category, listing_rule="keep_off", stock_buffer=2)
    products.store(product=lamp, changed={"stock_buffer", "excluded"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("--set", "price=3"), ("--set", "special_price=1"), ("--category", "Default Category/Kitchen"),
        ("--add", "image", "path=/a.jpg"), ("--clear", "text"),
    ],
)  # fmt: skip
def test_the_command_refuses_the_stores_and_takes_ours(lamp: Product, arguments: tuple[str, ...]):
    with pytest.raises(CommandError, match="The linked store keeps"):
        call_command("product", SKU, *arguments)

    call_command("product", SKU, "--set", "stock_buffer=4", "--set", "jet.brand=Acme")
    lamp.refresh_from_db()
    assert (lamp.stock_buffer, lamp.jet_fields) == (4, {"brand": "Acme"})


def test_a_product_is_added_in_the_store_only(admin_client: Client, lamp: Product):
    with pytest.raises(CommandError, match="add it there"):
        call_command("product", "NEW-1", "--create", "--set", "name=New")
    assert admin_client.get(reverse("admin:catalog_product_add")).status_code == 403
    assert admin_client.get(reverse("admin:catalog_storecategory_add")).status_code == 403


def test_lists_offer_no_edit_of_what_the_store_keeps(admin_client: Client, lamp: Product):
    grid = admin_client.get(reverse("admin:catalog_product_changelist")).content.decode()
    cell = reverse("catalog:product_cell", args=[lamp.pk, "price"])
    form = admin_client.get(cell)
    answer = admin_client.post(cell, {"value": "5", "seen": form.context["form"].fields["seen"].initial})

    assert cell not in grid
    assert "The linked store keeps price" in answer.content.decode()


def test_a_file_brings_jets_own_columns_alone(lamp: Product, tmp_path: Path):
    file = tmp_path / "products.csv"
    file.write_text(f"sku,name,price,jet.brand\n{SKU},Other,1,Acme\nNEW-1,New,2,Acme\n")

    report = import_products(path=file)

    lamp.refresh_from_db()
    assert (lamp.name, lamp.jet_fields) == ("Reading lamp with clamp", {"brand": "Acme"})
    assert (report.updated, report.failed) == (1, 1)
    assert report.notices == [ownership.PARTLY]
    assert report.errors[0].message == ownership.NEW


@pytest.mark.parametrize(
    "text",
    [
        f"sku,name,price\n{SKU},Other,1\n",
        f"sku,source_code,status,quantity\n{SKU},default,1,9\n",
        f"sku,tier_price_website,tier_price_customer_group,tier_price_qty,tier_price,tier_price_value_type\n"
        f"{SKU},All,ALL GROUPS,1,5,Fixed\n",
    ],
)
def test_a_file_of_the_stores_own_columns_is_refused(lamp: Product, tmp_path: Path, text: str):
    file = tmp_path / "products.csv"
    file.write_text(text)

    with pytest.raises(UnreadableFile, match="The linked store keeps the products"):
        import_products(path=file)


def test_the_stores_address_of_a_product_leads_to_its_page(lamp: Product, magento: MagentoSandbox):

    found = magento.answer(Request("GET", f"/catalog/product/view/id/{lamp.store_link.number}", {}))

    assert found.status == 302
    assert dict(found.headers)["Location"] == f"/admin/products/{SKU}"
    assert magento.answer(Request("GET", "/catalog/product/view/id/999999", {})).status == 404
