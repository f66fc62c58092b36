"""What a file holds is told by its whole header, and what it takes off sale is counted."""

import pytest

from catalog.products.intake.file_kinds import FOREIGN, FileKind, recognise
from catalog.products.intake.reports import UnreadableFile
from catalog.products.models import Product
from tests.catalog.products.imports.files import imported, problems, sample
from tests.factories import ProductFactory

TAKEN = {
    "sku,name,price": FileKind.PRODUCTS,
    "sku,color": FileKind.PRODUCTS,
    "sku,store_view_code,attribute_set_code,product_type,categories,name,price,qty,status": FileKind.PRODUCTS,
    "sku,product_type,name,gender,dob,email": FileKind.PRODUCTS,
    "sku,_store,_attribute_set,_type,_category,_product_websites,color,name,status": FileKind.OLD_PRODUCTS,
    "store,websites,attribute_set,type,category_ids,sku,has_options,name,image,status,qty": FileKind.OLD_PRODUCTS,
    "sku,name,special_from_date,special_to_date": FileKind.OLD_PRODUCTS,
    "source_code,sku,status,quantity": FileKind.STOCK_SOURCES,
    "sku,source_code,quantity": FileKind.STOCK_SOURCES,
    "source code,sku,status,quantity": FileKind.STOCK_SOURCES,
    "source_code,sku,qty,status": FileKind.STOCK_SOURCES,
    "sku,source,qty": FileKind.STOCK_SOURCES,
    "sku,name,source,qty": FileKind.PRODUCTS,
    "sku,name,price,qty,position,website_code": FileKind.PRODUCTS,
    "sku,tier_price_website,tier_price_customer_group,tier_price_qty,tier_price,tier_price_value_type": (
        FileKind.ADVANCED_PRICES
    ),
}  # fmt: skip
REFUSED = {
    "email,_website,_store,confirmation,created_at,created_in,dob,firstname,gender,group_id,lastname": "customers",
    "_website,_email,_entity_id,city,company,country_id,firstname,lastname,postcode,street,telephone": (
        "customer addresses"
    ),
    "code,country,state,zip/post code,rate,range from,range to,default": "tax rates",
    "id,purchase point,purchase date,bill-to name,ship-to name,grand total (base),status": "orders",
    "order_id,sku,name,price,qty": "orders",
    "increment_id,sku,name,qty_ordered,price,weight": "orders",
    "order,tracking_number,carrier,method": "shipments",
    "order,sku,quantity,tracking_number,carrier": "shipments",
    "id,created,status,title,nickname,review,visibility,type,product,sku": "reviews",
    "coupon code,created,uses,times used": "coupons",
    "id,email,type,customer first name,customer last name,status,web site,store,store view": "newsletter",
    "country,region/state,zip/postal code,weight (and above),shipping price": "shipping rates",
    "handle,title,body (html),vendor,type,tags,variant sku,variant price": "Shopify",
    "id,type,sku,name,published,is featured?,visibility in catalog,in stock?,stock,regular price": "WooCommerce",
    "sku,customer_group,price": "customer groups",
    "sku,price_qty,price": "customer groups",
    "sku,stock_id,qty,is_salable": "salable quantities",
    "sku,option_title,option_price,price": "custom options",
    "sku,linked_sku,link_type,position": "links between products",
    "sku,category_id,position": "places in categories",
    "interval,product,sku,ordered quantity": "orders",
    "id,name,parent_id,active,level,jettaxcode": "taxonomy",
    "source_code,sku,notify_stock_qty,notify_stock_qty_use_default": "stock settings",
    "attribute_code,frontend_input,frontend_label,is_searchable": "attributes",
    "request_path,target_path,redirect_type": "URL rewrites",
    "name,price": "no column named sku",
}  # fmt: skip


@pytest.mark.parametrize(("header", "kind"), TAKEN.items())
def test_what_is_imported_is_told_by_the_whole_header(header, kind):
    assert recognise(header.split(",")) == kind


@pytest.mark.parametrize(("header", "what"), REFUSED.items())
def test_what_is_not_imported_is_refused_by_its_name(header, what):
    with pytest.raises(UnreadableFile, match=what):
        recognise(header.split(","))


def test_no_mark_of_another_file_refuses_a_real_product_export():
    header = sample("magento", "luma_products.csv").read_text("utf-8").partition("\n")[0].strip().split(",")

    for kind in FOREIGN:
        for mark in kind.alone:
            assert recognise([*header, mark]) == FileKind.PRODUCTS


@pytest.mark.django_db
def test_a_status_alone_disables_nothing_and_says_so(tmp_path):
    ProductFactory(sku="A", enabled=True)

    report = imported(tmp_path, "sku,status,price\nA,0,7\n")

    assert Product.objects.get().enabled
    assert "column status is left out" in report.notices[0]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Source Code,SKU,Status,Quantity", "source_code,sku,status,qty"])
def test_a_sources_status_and_units_are_no_products_however_they_are_called(tmp_path, header):
    ProductFactory(sku="A", enabled=True, quantity=7)

    report = imported(tmp_path, f"{header}\neast,A,0,40\nwest,A,1,9\n")

    product = Product.objects.get()
    assert (report.kind, product.enabled, product.quantity) == (FileKind.STOCK_SOURCES, True, 9)


@pytest.mark.django_db
def test_a_column_that_others_call_so_is_an_attribute_and_said(tmp_path):
    report = imported(tmp_path, "sku,name,quantity\nA,Mug,4\n")

    assert Product.objects.get().attributes == {"quantity": "4"}
    assert ["Name it qty" in each for each in report.notices] == [True]


@pytest.mark.django_db
def test_magento_1_is_read_in_its_own_words_and_rows_that_continue_are_counted(tmp_path):
    report = imported(
        tmp_path,
        "sku,_store,_attribute_set,_type,_category,name,status,special_from_date,image\n"
        "A,,Default,simple,Shop/A,Mug,2,2018-01-01,/a.jpg\n,,,,Shop/B,,,,\n,de,,,,Tasse,,,\nB,,Default,simple,,Cup,1,,\n",
    )

    assert report.counts() == {
        "rows": 4, "created": 2, "updated": 0, "unchanged": 0, "skipped": 2, "failed": 0,
    }  # fmt: skip
    assert problems(report) == [(3, "sku", "continuation"), (4, "sku", "continuation")]
    assert dict(Product.objects.values_list("sku", "enabled")) == {"A": False, "B": True}


@pytest.mark.django_db
def test_what_an_import_takes_off_sale_is_counted_by_product(tmp_path):
    for sku in "ABCD":
        ProductFactory(sku=sku, quantity=3)
    ProductFactory(sku="GONE", enabled=False, is_in_stock=False, quantity=0)
    rows = ("A,2,1,3", "B,1,0,3", "C,1,1,0", "D,2,0,0", "D,1,1,5", "GONE,2,0,0", "NEW,2,0,0")
    content = "\n".join(["sku,product_online,is_in_stock,qty", *rows])

    preview = imported(tmp_path, content, dry_run=True)
    report = imported(tmp_path, content)

    # C is out of stock because nothing is left of it; D's later row takes back what its first one did.
    assert preview.losses == report.losses == {"disables": 1, "closes": 2, "zeroes": 1}
