"""Calls as well-known clients of the API word them, one a row, and what each reads out of the answer."""

import base64
from typing import Any

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
BUYER = {"email": "kim@shopper.example", "firstname": "Kim", "lastname": "Doe", "website_id": 1}


def picture(kind: str, content: bytes = PNG) -> dict[str, Any]:
    data = {"base64_encoded_data": base64.b64encode(content).decode(), "type": kind, "name": "front.png"}
    return {"entry": {"media_type": "image", "label": "front.png", "position": 0, "disabled": False,
                      "types": ["image"], "file": "front.png", "content": data}}  # fmt: skip


def criteria(
    name: str, field: str, value: str, condition: str = "eq", *, groups: str = "filter_groups"
) -> str:
    kind = "conditionType" if groups == "filterGroups" else "condition_type"
    place = f"{name}[{groups}][0][filters][0]"
    return f"{place}[field]={field}&{place}[value]={value}&{place}[{kind}]={condition}"


def at(*way: str | int) -> Any:
    """Read a place in an answer."""

    def found(answer: Any) -> Any:
        for each in way:
            answer = answer[each]
        return answer

    return found


def skus(answer: Any) -> list[str]:
    return [each["sku"] for each in answer["items"]]


S, C = "search_criteria", "searchCriteria"
BOTH, ALL = ["BOOT-1", "JB/2 A%"], "default/V1/"
# Automation platforms: their nodes for this store.
NODES = [
    ("GET", f"{ALL}modules", None, lambda found: "Magento_Sales" in found, True),
    ("GET", f"{ALL}products?{S}=0", None, skus, BOTH),
    ("GET", f"{ALL}products/attribute-sets/sets/list?{S}=0", None, at("items", 0, "attribute_set_name"), "Default"),
    ("GET", f"{ALL}customers/search?{criteria(S, 'email', '%25example%25', 'like')}&{S}[page_size]=1", None,
     at("items", 0, "email"), BUYER["email"]),
    ("GET", f"{ALL}attributeMetadata/customer", None,
     lambda found: [each["attribute_code"] for each in found if each["required"]],
     ["website_id", "firstname", "lastname", "email", "group_id"]),
    ("GET", f"{ALL}attributeMetadata/customerAddress/attribute/street", None, at("multiline_count"), 3),
    ("GET", f"{ALL}attributeMetadata/customer/form/adminhtml_customer", None, at(2, "attribute_code"), "firstname"),
    ("GET", f"{ALL}attributeMetadata/customer/custom", None, list, []),
    ("GET", f"{ALL}customerGroups/search?{S}=", None, at("items", 1, "code"), "General"),
    ("PUT", "V1/customers/1", {"customer": {**BUYER, "id": 1, "lastname": "Roe"}}, at("lastname"), "Roe"),
]  # fmt: skip
# Extractors into warehouses: by time and page, whichever names they use.
TAPS = [
    ("GET", f"V1/orders?{criteria(C, 'updated_at', '2020-01-01 00:00:00', 'gt')}&{C}[sortOrders][0][field]=updated_at"
            f"&{C}[sortOrders][0][direction]=ASC&{C}[pageSize]=300&{C}[currentPage]=1", None,
     at("items", 0, "items", 0, "sku"), "BOOT-1"),
    ("GET", f"V1/products?{criteria(C, 'store_id', '1')}&{C}[page_size]=100", None, skus, BOTH),
    ("GET", f"V1/products?{criteria(C, 'website_id', '1', groups='filterGroups')}", None, skus, BOTH),
    ("GET", f"V1/products?{criteria(C, 'website_id', '2')}", None, skus, []),
    ("GET", f"V1/carts/search?{C}[pageSize]=1", None, at("total_count"), 1),
    ("GET", f"V1/inventory/source-items?{criteria(C, 'sku', 'BOOT%25', 'like')}", None, at("items", 0, "quantity"),
     100),
    ("GET", f"V1/salesRules/search?{C}", None, at("total_count"), 0),
]  # fmt: skip
# Links to accounting and shipping programs.
LINKS = [
    ("GET", f"V1/products?{C}=", None, skus, BOTH),
    ("GET", f"V1/orders?{criteria(C, 'status', 'pending,processing', 'in')}"
            "&fields=items[increment_id,items[sku,qty_ordered]],total_count", None,
     at("items", 0, "items"), [{"sku": "BOOT-1", "qty_ordered": 1}]),
    ("GET", "V1/inventory/are-product-salable-for-requested-qty?sku_requests[0][sku]=BOOT-1&sku_requests[0][qty]=2"
            "&stock_id=1", None, at(0, "salable"), True),
    ("GET", "V1/inventory/are-products-salable?skus[0]=BOOT-1&skus[1]=JB/2 A%25&stockId=1", None,
     lambda found: [each["salable"] for each in found], [True, True]),
    ("GET", "V1/stockItems/lowStock/?scopeId=0&qty=50&pageSize=3", None, at("items", 0, "qty"), 5),
    ("PUT", "V1/products/BOOT-1/stockItems/1", {"stockItem": {"qty": "9", "is_in_stock": True}}, int, 1),
    ("POST", "V1/orders/1/comments",
     {"statusHistory": {"comment": "x", "is_customer_notified": 0, "is_visible_on_front": 0, "status": "pending"}},
     bool, True),
    ("POST", "V1/order/1/ship",
     {"items": [], "notify": True, "tracks": [{"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}]},
     str, "1"),
    ("POST", "V1/orders", {"entity": {"entity_id": 1, "status": "complete"}}, at("status"), "complete"),
    ("POST", "all/V1/products", {"product": {
        "sku": "N8", "name": "N8", "attribute_set_id": "4", "price": "12.50", "status": "1", "visibility": "4",
        "type_id": "simple", "extension_attributes": {
            "stock_item": {"qty": "5", "is_in_stock": "1", "manage_stock": 1}, "website_ids": ["1"]},
     }, "saveOptions": True}, at("price"), 12.5),
    ("POST", "V1/products/BOOT-1/media", picture("image/png"), str, "1"),
]  # fmt: skip


@pytest.fixture
def shop(store: MagentoSandbox, magento: Caller) -> Caller:
    magento.store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 1}]})
    magento("POST", "V1/customers", {"customer": BUYER})
    return magento


@pytest.mark.parametrize(("method", "path", "body", "read", "expected"), [*NODES, *TAPS, *LINKS])
def test_a_call_is_taken_as_clients_word_it(
    shop: Caller, method: str, path: str, body: object, read: Any, expected: object
) -> None:
    assert read(shop(method, path, body)) == expected


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("image/jpeg", PNG, "MIME type is not valid"),
        ("image/webp", b"RIFF1234WEBP", "MIME type is not valid"),
        ("image/png", b"no picture", "valid base64 encoded data"),
        ("image/png", b"", "valid base64 encoded data"),
    ],
)
def test_a_picture_of_another_kind_than_it_says_is_none(
    magento: Caller, kind: str, content: bytes, text: str
) -> None:
    status, said = magento.refused("POST", "V1/products/BOOT-1/media", picture(kind, content))

    assert status == 400
    assert text in said


@pytest.mark.parametrize("kind", ["customer", "customerAddress"])
def test_a_field_or_form_that_there_is_none_of_is_not_found(magento: Caller, kind: str) -> None:
    assert magento.refused("GET", f"V1/attributeMetadata/{kind}/attribute/colour")[0] == 404
    assert magento.refused("GET", f"V1/attributeMetadata/{kind}/form/none")[0] == 404
