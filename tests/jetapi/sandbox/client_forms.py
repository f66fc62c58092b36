"""The calls that clients of Jet made, kind by kind, and what each reads in the answer."""

import gzip
from collections.abc import Callable
from typing import Any, NamedTuple

import requests

from tests.jetapi.sandbox.conftest import MUG

FORM = "application/x-www-form-urlencoded"


class Form(NamedTuple):
    """One call as a kind of client makes it; words in braces stand for things of the place."""

    client: str
    method: str
    path: str
    body: object
    reads: Callable[[requests.Response, Any], object]
    headers: dict[str, str] = {}


def _status(*wanted):
    return lambda answer, _: answer.status_code in wanted and answer.content == b""


def _empty(answer, _):
    return answer.content == b""  # "not on Jet", whatever the status


def _json(read):
    return lambda answer, place: answer.ok and read(answer.json(), place)


def _list(key):
    return _json(lambda found, _: isinstance(found[key], list))


def _split(answer, _):
    """Read two flags as a program that knows no JSON: cut at the name, up to the next comma."""
    parts = [
        answer.text.split(f'"{name}":')[1].split(",")[0].strip()
        for name in ("has_shipments", "jet_request_directed_cancel")
    ]
    return all(each in ("true", "false") for each in parts)


def _kept(name, value):
    return lambda answer, place: answer.ok and place.merchant.get("/merchant-skus/MUG-1").get(name) == value


def _price(value):
    return lambda answer, place: (
        answer.status_code == 202 and place.merchant.get("/merchant-skus/MUG-1/price")["price"] == value
    )


def _first_line(found, _):
    return found["return_merchant_SKUs"][0]["order_item_id"] and found["items"] == []


def _texts(found, _):
    names = ("processing_start", "processing_end", "report_expiration_date", "report_url", "report_status")
    return all(isinstance(found[name], str) for name in names)


BAREST = {
    "product_title": "Blue mug",
    "multipack_quantity": 1,
    "standard_product_codes": MUG["standard_product_codes"],
}
PARCEL = {"alt_shipment_id": "S-1", "shipment_tracking_number": "1Z9", "carrier": "UPS"}
ONE = {"merchant_sku": "MUG-1", "response_shipment_sku_quantity": 1}
KEYS = {"user": "test-user", "pass": "test-secret"}
ACCEPTED = {"order_item_id": "{item}", "order_item_acknowledgement_status": "fulfillable"}
NODE = "{node}"
SURROGATES = b'{"product_title": "Smiling \xed\xa0\xbd\xed\xb8\x80 mug", "multipack_quantity": 1}'

FORMS = [
    Form(
        "Python library",
        "POST",
        "/token",
        KEYS,
        _json(lambda found, _: found["id_token"] and found["expires_on"][-1] == "Z"),
    ),
    Form(
        "Node SDK",
        "POST",
        "/token/",
        "user=test-user&pass=test-secret",
        _json(lambda found, _: found["id_token"]),
        {"Content-Type": FORM},
    ),
    Form(
        "Node requesters",
        "POST",
        "/Token",
        KEYS,
        _json(lambda found, _: found["id_token"]),
        {"Authorization": "null"},
    ),
    Form(
        "Java library",
        "GET",
        "/authcheck",
        None,
        lambda answer, _: answer.text == '"This message is authorized."',
    ),
    Form(
        "Java library",
        "GET",
        "/merchant-skus?offset=0&amp;limit=1",
        None,
        _json(lambda found, _: len(found["sku_urls"]) == 1),
    ),
    Form("Java library", "GET", "/merchant-skus/MUG-1/variation", None, _json(lambda found, _: found == {})),
    Form("Java library", "GET", "/reports/state/{report}", None, _json(_texts)),
    Form(
        "Java library",
        "PUT",
        "/merchant-skus/MUG-1",
        SURROGATES,
        lambda answer, _: answer.status_code == 400 and answer.json()["errors"],
    ),
    Form("Java library", "GET", "/refunds/Created", None, _list("refund_urls")),
    Form(
        "Ruby gem",
        "PUT",
        "/merchant-skus/MUG-1/price",
        {"price": 30.95},
        _price(30.95),
        {"Content-Type": FORM},
    ),
    Form("Ruby gem", "GET", "/taxonomy/links/v1?limit=10&offset=0", None, _list("node_urls")),
    Form(
        "Ruby gem",
        "PUT",
        "{upload}",
        gzip.compress(b"{}"),
        _status(201),
        {"x-ms-blob-type": "blockblob", "Authorization": ""},
    ),
    Form(
        "Rust crate",
        "PUT",
        "/orders/{ready}/acknowledge",
        {
            "acknowledgement_status": "accepted",
            "alt_order_id": None,
            "order_items": [ACCEPTED | {"alt_order_item_id": None}],
        },
        _status(204),
    ),
    Form(
        "Rust crate",
        "GET",
        "/orders/withoutShipmentDetail/{ready}",
        None,
        _json(
            lambda found, _: (
                found["has_shipments"] is False and found["order_items"][0]["item_price"]["base_price"] >= 0
            )
        ),
    ),
    Form(".NET test suite", "PUT", "/merchant-skus/MUG-1", BAREST, _status(201, 202)),
    Form(
        ".NET shipping software",
        "PUT",
        "/orders/{accepted}/shipped",
        {
            "shipments": [
                PARCEL
                | {
                    "response_shipment_date": "2018-02-02T10:00:00.0000000-00:00",
                    "response_shipment_method": "UPSGround",
                    "shipment_items": [ONE],
                }
            ]
        },
        _status(204),
    ),
    Form(".NET program without JSON", "GET", "/orders/withoutShipmentDetail/{ready}", None, _split),
    Form("Magento 1 extension", "GET", "/merchant-skus/NOT%20THERE", None, _empty),
    Form("Magento 1 extension", "GET", "/orders/directedCancel", None, _list("order_urls")),
    Form(
        "Magento 1 extension",
        "POST",
        "/refunds/{complete}/1517461200",
        {
            "items": [
                {
                    "order_item_id": "{complete item}",
                    "alt_order_item_id": "",
                    "total_quantity_returned": 1,
                    "order_return_refund_qty": 1,
                    "refund_reason": "accidental order",
                    "refund_feedback": "",
                    "notes": "",
                    "refund_amount": {"principal": 1, "tax": 0, "shipping_cost": 0, "shipping_tax": 0},
                }
            ]
        },
        lambda answer, _: answer.status_code == 201 and answer.json()["refund_authorization_id"],
    ),
    Form(
        "Magento 2 module",
        "PUT",
        "/orders/{accepted reference}/shipped",
        {"shipments": [PARCEL | {"shipment_items": [ONE]}]},
        _status(204),
    ),
    Form(
        "Magento 2 module",
        "GET",
        "/orders/withoutShipmentDetail/{ready}",
        None,
        _json(lambda found, _: found["jet_request_directed_cancel"] is False and found["status"] == "ready"),
    ),
    Form("Magento 2 extension", "PUT", "/merchant-skus/MUG-1/price", {"price": "12.3450"}, _price(12.35)),
    Form(
        "Magento 2 extension",
        "GET",
        "/portal/merchantskus?from=0&size=5000&statuses=Under%20Jet%20Review",
        None,
        _list("merchant_skus"),
    ),
    Form(
        "Shopify app",
        "PUT",
        "/merchant-skus/MUG-1/Inventory",
        {"fulfillment_nodes": [{"fulfillment_node_id": NODE, "quantity": 20}]},
        _status(202),
    ),
    Form("Shopify app", "GET", "%2Freturns%2Fstate%2F{returned}", None, _json(_first_line)),
    Form(
        "Shopify app",
        "POST",
        "/orders/generate/1",
        {
            "fulfillment_node": NODE,
            "items": [{"sku": "MUG-1", "order_quantity": 0, "order_cancel_quantity": 1}],
        },
        _json(lambda found, _: found["order_urls"][0].split("/")[3]),
    ),
    Form(
        "Shopify app",
        "PUT",
        "/orders/{ready}/shipped",
        {
            "shipments": [
                {
                    "alt_shipment_id": "C-1",
                    "response_shipment_method": "",
                    "shipment_items": [
                        {
                            "merchant_sku": "MUG-1",
                            "response_shipment_sku_quantity": 0,
                            "response_shipment_cancel_qty": 1,
                            "RMA_number": "abcedef",
                        }
                    ],
                }
            ]
        },
        _status(204),
    ),
    Form(
        "Shopify app",
        "GET",
        "/portal/analytics/order/{complete}/history",
        None,
        _json(
            lambda found, _: any(
                each["eventType"] == "order_shipped" and each["payload"]["shipments"] for each in found
            )
        ),
    ),
    Form(
        "Odoo module",
        "PUT",
        "/merchant-skus/MUG-1",
        MUG
        | {
            "manufacturer": False,
            "attributes_node_specific": [
                {"attribute_id": 50, "attribute_value": "Red", "attribute_value_unit": False}
            ],
        },
        _kept("attributes_node_specific", [{"attribute_id": 50, "attribute_value": "Red"}]),
    ),
    Form("Odoo module", "GET", "/orders/ready?fulfillment_node={node}", None, _list("order_urls")),
    Form(
        "Perl script",
        "PUT",
        "/merchant-skus/MUG-1",
        MUG | {"price": 9, "fulfillment_nodes": [{"fulfillment_node_id": NODE, "quantity": 3}]},
        _status(202),
    ),
    Form(
        "Spreadsheet macro",
        "PUT",
        "/merchant-skus/MUG-1",
        MUG | {"jet_retail_sku": "MUG-1", "product_description": "Blue.\r\nLarge."},
        _kept("product_description", "Blue.\r\nLarge."),
    ),
    Form(
        "PHP feed",
        "PUT",
        "/merchant-skus/MUG-1",
        MUG | {"jet_browse_node_id": None, "multipack_quantity": "1", "asin": "B00EXAMPLE"},
        _kept("ASIN", "B00EXAMPLE"),
    ),
    Form(
        "PHP store",
        "PUT",
        "/orders/{accepted}/shipped",
        {
            "alt_order_id": 17,
            "shipments": [
                PARCEL
                | {"shipment_items": [ONE | {"shipment_item_id": "x", "response_shipment_sku_quantity": "1"}]}
            ],
        },
        _status(204),
    ),
    Form("PHP store", "GET", "/return/state/{returned}", None, _json(_first_line)),
    Form(
        "Web app in a browser",
        "PUT",
        "/orders/{ready}/acknowledge",
        {"acknowledgement_status": "accepted", "alt_order_id": None, "order_items": [ACCEPTED]},
        _status(204),
    ),
    Form(
        "Django store", "GET", "/orders/ready", None, _list("order_urls"), {"Authorization": "bearer {token}"}
    ),
    Form("Integration platform", "GET", "/orders/created", None, _list("order_urls")),
    Form("PHP library of 2015", "GET", "/settlement/settlement/7", None, _list("settlement_report_urls")),
    Form("PHP library of 2015", "GET", "/merchant-skus/bystatus/Archived/0/10", None, _list("sku_urls")),
]
