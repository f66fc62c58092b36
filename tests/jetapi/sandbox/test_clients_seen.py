"""
The forms in which clients spoke to Jet, each with what it reads back; docs/jet-api.md lists them by the same names.

Two tables: every manner of speaking at every endpoint, and whole conversations of single kinds of clients.
"""

import json
import re
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests

from jetapi.sandbox import Sandbox
from tests.jetapi.sandbox.client_forms import FORM, FORMS
from tests.jetapi.sandbox.conftest import MUG, Merchant

DOCUMENT = Path(__file__).parents[3] / "docs" / "jet-api.md"


class Place:
    """A sandbox with one thing of each kind, for calls that leave it much as it was."""

    def __init__(self, url, box):
        self.url, self.box, self.merchant = url, box, Merchant(url)
        self.token = self.merchant.session.headers["Authorization"].removeprefix("Bearer ")
        self.merchant.list_mug("MUG-1")
        [self.order] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 2}], status="complete")
        [self.returned] = box.open_returns(order_id=self.order)
        item = {
            "order_item_id": box.held("orders", self.order)["order_items"][0]["order_item_id"],
            "total_quantity_returned": 0, "order_return_refund_qty": 1, "refund_reason": "Accidental order",
            "refund_amount": {"principal": 1},
        }  # fmt: skip
        self.merchant.call("POST", f"/refunds/{self.order}/R-1", {"items": [item]})
        self.file = self.merchant.upload("Archive", {"MUG-1": {"is_archived": False}})
        self.report = self.merchant.call("POST", "/reports/ProductStatus").json()["report_id"]

    def endpoints(self):
        node = [{"fulfillment_node_id": self.merchant.node, "quantity": 4}]
        sku = "/merchant-skus/MUG-1"
        return [
            ("GET", "/authcheck", None, 200),
            ("GET", "/merchant-skus", None, 200),
            ("PUT", sku, MUG, 202),
            ("GET", sku, None, 200),
            ("PUT", f"{sku}/price", {"price": 9.5}, 202),
            ("GET", f"{sku}/price", None, 200),
            ("PATCH", f"{sku}/inventory", {"fulfillment_nodes": node}, 202),
            ("PUT", f"{sku}/inventory", {"fulfillment_nodes": node}, 202),
            ("GET", f"{sku}/inventory", None, 200),
            ("PUT", f"{sku}/image", {"main_image_url": "https://shop.example/mug.jpg"}, 202),
            ("GET", f"{sku}/variation", None, 200),
            ("GET", f"{sku}/shippingexception", None, 200),
            ("PUT", f"{sku}/returnsexception", {"time_to_return": 14}, 202),
            ("GET", f"{sku}/returnsexception", None, 200),
            ("PUT", f"{sku}/status/archive", {"is_archived": False}, 202),
            ("GET", "/files/uploadToken", None, 200),
            ("GET", f"/files/{self.file}", None, 200),
            ("GET", "/orders/ready", None, 200),
            ("GET", "/orders/directedCancel", None, 200),
            ("GET", f"/orders/withoutShipmentDetail/{self.order}", None, 200),
            ("GET", "/orders/complete/exported/false", None, 200),
            ("PUT", f"/orders/{self.order}/tag", {"tag": "x"}, 204),
            ("POST", "/orders/generate/1", {"items": [{"sku": "MUG-1", "order_quantity": 1}]}, 200),
            ("GET", "/returns/created", None, 200),
            ("GET", "/returns/completed%20by%20merchant", None, 200),
            ("GET", f"/returns/state/{self.returned}", None, 200),
            ("GET", "/refunds/created", None, 200),
            ("GET", "/refunds/state/R-1", None, 200),
            ("GET", "/settlement/7", None, 200),
            ("GET", f"/reports/state/{self.report}", None, 200),
            ("GET", "/taxonomy/links/v1", None, 200),
            ("GET", "/fulfillmentnodesbymerchantid", None, 200),
            ("GET", "/portal/merchantsetupstatus", None, 200),
            ("GET", f"/portal/analytics/order/{self.order}/history", None, 200),
            ("GET", "/merchant-skus/NONE", None, 404),
            ("GET", "/orders/withoutShipmentDetail/none", None, 404),
        ]


def plain(method, target, body, token):
    """Word a request as most clients do; what a manner does otherwise it changes in this."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return {"method": method, "target": f"/api{target}", "body": body, "headers": headers, "version": "1.1"}


def _with(name, value):
    return lambda call: call["headers"].update({name: value})


def _target(change):
    return lambda call: call.update(target=change(call["target"]))


def _authorization(change):
    return lambda call: call["headers"].update(Authorization=change(call["headers"]["Authorization"]))


def _chunked(call):
    if call["body"]:
        call["headers"]["Transfer-Encoding"] = "chunked"


MANNERS = {
    "JSON as most send it": lambda call: None,
    "the scheme in lower case": _authorization(lambda text: text.replace("Bearer", "bearer")),
    "the scheme in capitals": _authorization(lambda text: text.replace("Bearer", "BEARER")),
    "the token without a scheme": _authorization(lambda text: text.removeprefix("Bearer ")),
    "two blanks before the token": _authorization(lambda text: text.replace(" ", "  ")),
    "JSON labelled as a form": _with("Content-Type", FORM),
    "JSON without a label": lambda call: call["headers"].pop("Content-Type"),
    "a charset in the label": _with("Content-Type", "application/json; charset=UTF-8"),
    "a slash at the end": _target(lambda text: text + "/"),
    "two slashes after the base": _target(lambda text: text.replace("/api/", "/api//")),
    "no base": _target(lambda text: text.removeprefix("/api")),
    "the base in capitals": _target(lambda text: text.replace("/api/", "/API/")),
    "slashes that are encoded": _target(lambda text: "/api/" + quote(text.removeprefix("/api"), safe="%")),
    "a query that nobody reads": _target(lambda text: text + "?_=1517461200"),
    "a length of 0 on reading": lambda call: (
        None if call["body"] else call["headers"].update({"Content-Length": "0"})
    ),
    "waiting for 100 Continue": _with("Expect", "100-continue"),
    "a chunked body": _chunked,
    "HTTP/1.0": lambda call: call.update(version="1.0"),
    "a mark of byte order": lambda call: call["body"] and call.update(body=b"\xef\xbb\xbf" + call["body"]),
    "JSON over many lines": lambda call: (
        call["body"]
        and call.update(body=json.dumps(json.loads(call["body"]), indent=4).replace("\n", "\r\n").encode())
    ),
    "names in another case": lambda call: (
        call["body"]
        and call.update(body=re.sub(rb'"([A-Za-z_]+)":', lambda found: found.group().title(), call["body"]))
    ),
}


def sent(place, call):
    """Send a call byte by byte as it was worded; give status and body."""
    headers, body = dict(call["headers"]), call["body"] or b""
    if headers.get("Transfer-Encoding"):
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif body:
        headers["Content-Length"] = str(len(body))
    lines = [
        f"{call['method']} {call['target']} HTTP/{call['version']}",
        "Host: 127.0.0.1",
        "Connection: close",
    ]
    head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])
    where = urlsplit(place.url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, rest = received.rpartition(b"HTTP/1.1 ")[2].partition(b"\r\n\r\n")
    return int(head[:3]), rest


@pytest.fixture(scope="module")
def place():
    box = Sandbox()
    with box.serve() as url:
        one = Place(url, box)
        yield one
        one.merchant.session.close()
    box.close()


@pytest.mark.parametrize("manner", MANNERS)
def test_every_manner_of_speaking_is_understood_at_every_endpoint(place, manner):
    wrong = []
    for method, target, document, status in place.endpoints():
        body = None if document is None else json.dumps(document).encode()
        call = plain(method, target, body, place.token)
        MANNERS[manner](call)
        found, text = sent(place, call)
        if found != status or (status == 404 and text) or (status == 200 and json.loads(text) is None):
            wrong.append((method, target, found, text[:200]))

    assert wrong == []


def things(place):
    """Make what the forms speak of anew, so that none depends on another."""
    place.merchant.list_mug("MUG-1")
    [ready], [accepted] = (
        place.box.place_orders(items=[{"sku": "MUG-1", "quantity": 1}], status=status)
        for status in ("ready", "acknowledged")
    )
    return {
        "ready": ready,
        "item": place.box.held("orders", ready)["order_items"][0]["order_item_id"],
        "accepted": accepted,
        "accepted reference": place.box.held("orders", accepted)["reference_order_id"],
        "complete": place.order,
        "complete item": place.box.held("orders", place.order)["order_items"][0]["order_item_id"],
        "returned": place.returned,
        "report": place.merchant.call("POST", "/reports/ProductStatus").json()["report_id"],
        "upload": place.merchant.get("/files/uploadToken")["url"],
        "node": place.merchant.node,
        "token": place.token,
    }


def filled(text, named):
    for name, value in named.items():
        text = text.replace("{" + name + "}", value)
    return text


@pytest.mark.parametrize("form", FORMS, ids=[f"{each.client}: {each.method} {each.path}" for each in FORMS])
def test_a_form_is_understood_and_answered_as_it_is_read(place, form):
    named = things(place)
    body = form.body
    if body is not None and not isinstance(body, str | bytes):
        body = filled(json.dumps(body), named)
    path = filled(form.path, named)
    headers = {"Authorization": f"Bearer {place.token}", "Content-Type": "application/json"}
    headers |= {name: filled(value, named) for name, value in form.headers.items()}

    answer = requests.request(
        form.method, path if path.startswith("http") else f"{place.url}/api{path if path[0] == '/' else '/' + path}",
        data=body, headers=headers, timeout=60,
    )  # fmt: skip

    assert form.reads(answer, place), (answer.status_code, answer.text)


def test_the_document_lists_every_form_and_no_other():
    section = DOCUMENT.read_text().partition("## Clients seen\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| ")
    ]

    listed = {(row[0], row[1].strip("`")) for row in rows[1:] if not row[0].startswith("-")}

    assert listed == {(each.client, f"{each.method} {each.path}") for each in FORMS}
    assert len(listed) >= 20
