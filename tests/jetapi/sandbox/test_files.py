"""Bulk files: tokens, blobs, processing, and the errors of single rows."""

import gzip
import json

import pytest
import requests

from tests.jetapi.sandbox.conftest import MUG
from tests.jetapi.sandbox.test_switches import merchant_at

HEADERS = {"x-ms-blob-type": "BlockBlob"}


def processed(merchant, box, file_id):
    box.advance(10)
    return merchant.get(f"/files/{file_id}")


def test_a_file_goes_from_acknowledged_to_processed_and_its_rows_apply(merchant, box):
    file_id = merchant.upload("MerchantSKUs", {"A-1": MUG, "A-2": MUG})
    states = [merchant.get(f"/files/{file_id}")["status"]]
    box.advance(1)
    states.append(merchant.get(f"/files/{file_id}")["status"])

    file = processed(merchant, box, file_id)

    assert [*states, file["status"]] == ["Acknowledged", "Processing", "Processed successfully"]
    assert (file["total_processed"], file["error_count"], "error_url" in file) == (2, 0, False)
    assert len(merchant.get("/merchant-skus")["sku_urls"]) == 2


def test_good_rows_apply_and_bad_ones_are_named(merchant, box):
    merchant.list_mug("A-1")

    file_id = merchant.upload("Price", {"A-1": {"price": 3}, "A-2": {"price": 3}, "A%2D1": {"price": -1}})
    file = processed(merchant, box, file_id)

    assert file["status"] == "Processed with errors"
    assert file["error_excerpt"] == [
        "A-2: The merchant SKU 'A-2' was not found.",
        "A-1: price must be more than 0.",
    ]
    assert requests.get(file["error_url"], timeout=60).json().keys() == {"A-1", "A-2"}
    assert merchant.get("/merchant-skus/A-1/price")["price"] == 3


def test_the_excerpt_holds_twenty_errors_and_the_url_all(merchant, box):
    file_id = merchant.upload("Archive", {f"X-{number}": {"is_archived": True} for number in range(30)})

    file = processed(merchant, box, file_id)

    assert (file["error_count"], len(file["error_excerpt"])) == (30, 20)
    assert len(requests.get(file["error_url"], timeout=60).json()) == 30


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"oops", "not valid JSON"),
        (gzip.compress(b"{}", mtime=0)[:-4], "damaged"),
        (gzip.compress(b"{oops", mtime=0), "not valid JSON"),
        (gzip.compress(b"[]", mtime=0), "one JSON object"),
        (gzip.compress(b"[" * 100_000, mtime=0), "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(merchant, box, raw, word):
    file = processed(merchant, box, merchant.upload("Price", None, raw=raw))

    assert file["status"] == "Processed with errors"
    assert word in file["error_excerpt"][0]


def test_plain_json_is_a_file_too_in_compat(merchant, box):
    merchant.list_mug("A-1")

    file = processed(merchant, box, merchant.upload("Price", None, raw=b' {"A-1": {"price": 3}}'))

    assert (file["status"], file["total_processed"]) == ("Processed successfully", 1)
    assert merchant.get("/merchant-skus/A-1/price")["price"] == 3


def test_a_large_upload_that_is_refused_leaves_nothing_behind(merchant, box):
    url = merchant.get("/files/uploadToken")["url"]
    content = bytes(600_000)

    refused = requests.put(url, content, headers={"x-ms-blob-type": "PageBlob"}, timeout=60)
    left = box.world.store.rows("SELECT COUNT(*) FROM pieces")[0][0]
    taken = requests.put(url, content, headers={"x-ms-blob-type": "BlockBlob"}, timeout=60)

    assert (refused.status_code, left, taken.status_code) == (400, 0, 201)
    assert box.world.store.rows("SELECT SUM(LENGTH(content)) FROM pieces")[0][0] == len(content)


def test_without_compat_a_file_is_gzip():
    with merchant_at(compat=False) as (merchant, box):
        file = processed(merchant, box, merchant.upload("Price", None, raw=b"{}"))

    assert file["error_excerpt"] == ["The file is not compressed with gzip."]


def test_a_vague_error_names_no_sku_and_applies_nothing(merchant, box):
    box.file_policy(vague_errors=True)

    file = processed(merchant, box, merchant.upload("MerchantSKUs", {"A-1": MUG, "A-2": {}}))

    assert file["error_excerpt"] == ["Invalid UPC Code"]
    assert merchant.get("/merchant-skus") == {"sku_urls": []}
    assert merchant.get("/portal/merchantsetupstatus")["IsMerchantSkuUploaded"] is False


def test_a_sku_can_be_refused_although_it_keeps_every_rule(merchant, box):
    box.file_policy(refuse=["A-2"])

    file = processed(merchant, box, merchant.upload("MerchantSKUs", {"A-1": MUG, "A-2": MUG}))

    assert file["error_count"] == 1
    assert file["error_excerpt"][0].startswith("A-2: ")
    assert merchant.put("/merchant-skus/A-2", MUG).status_code == 400
    assert merchant.get("/merchant-skus") == {"sku_urls": ["merchant-skus/A-1"]}


def test_a_blob_needs_its_header_signature_and_half_hour(merchant, box):
    url = merchant.get("/files/uploadToken")["url"]
    altered = url.replace("sig=", "sig=A")

    bare = requests.put(url, b"x", timeout=60)
    wrong = requests.put(altered, b"x", headers=HEADERS, timeout=60)
    box.advance(1801)
    late = requests.put(url, b"x", headers=HEADERS, timeout=60)

    assert [each.status_code for each in (bare, wrong, late)] == [400, 403, 403]
    assert "<Code>AuthenticationFailed</Code>" in late.text


def test_an_upload_url_does_not_let_anybody_read(merchant):
    url = merchant.get("/files/uploadToken")["url"]

    assert requests.get(url, timeout=60).status_code == 403


def test_announcing_twice_is_one_file_and_a_second_blob_a_second_file(merchant):
    token = merchant.get("/files/uploadToken")
    body = {"url": token["url"], "file_type": "Price", "file_name": "p.json.gz"}
    requests.put(token["url"], gzip.compress(b"{}"), headers=HEADERS, timeout=60)

    first, again = (merchant.call("POST", "/files/uploaded", body).json() for _ in range(2))
    requests.put(token["url"], gzip.compress(b'{"A": {}}'), headers=HEADERS, timeout=60)
    second = merchant.call("POST", "/files/uploaded", body).json()

    assert first["jet_file_id"] == again["jet_file_id"] == token["jet_file_id"]
    assert second["jet_file_id"] != first["jet_file_id"]
    assert second["url"] == token["url"]


def test_an_announcement_is_checked_whole(merchant):
    answer = merchant.call("POST", "/files/uploaded", {"url": "http://[", "file_type": "Shipments"})

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 3


def test_another_merchants_upload_cannot_be_announced(merchant, live_merchant):
    token = merchant.get("/files/uploadToken")
    requests.put(token["url"], gzip.compress(b"{}"), headers=HEADERS, timeout=60)
    body = {"url": token["url"], "file_type": "Price", "file_name": "p.json.gz"}

    assert live_merchant.call("POST", "/files/uploaded", body).status_code == 400


def test_every_file_type_says_the_same_as_its_single_call(merchant, box):
    merchant.list_mug("P", attributes_node_specific=[{"attribute_id": 119, "attribute_value": "Red"}])
    merchant.list_mug("C", attributes_node_specific=[{"attribute_id": 119, "attribute_value": "Blue"}])
    node = {"fulfillment_node_id": merchant.node}
    rule = {"service_level": "Standard", "shipping_exception_type": "restricted"}
    group = {"relationship": "Variation", "variation_refinements": [119], "children_skus": ["C"]}
    files = {
        "Inventory": {"fulfillment_nodes": [{**node, "quantity": 4}]},
        "Variation": group,
        "ReturnsException": {"time_to_return": 9},
        "ShippingException": {**node, "shipping_exceptions": [rule]},
        "Archive": {"is_archived": True},
    }

    ids = [merchant.upload(kind, {"P": record}) for kind, record in files.items()]
    box.advance(10)

    assert {merchant.get(f"/files/{each}")["status"] for each in ids} == {"Processed successfully"}
    sku = merchant.get("/merchant-skus/P")
    assert (sku["time_to_return"], sku["is_archived"], sku["relationship"]) == (9, True, "Variation")


def test_transitions_by_reads_show_every_state_once(merchant, box):
    box.set_clock(transitions="read")

    file_id = merchant.upload("MerchantSKUs", {"A-1": MUG})

    states = [merchant.get(f"/files/{file_id}")["status"] for _ in range(4)]
    assert states == ["Acknowledged", "Processing", "Processed successfully", "Processed successfully"]


def test_transitions_at_once_leave_nothing_to_wait_for(merchant, box):
    box.set_clock(transitions="at_once")

    file_id = merchant.upload("MerchantSKUs", {"A-1": MUG})
    merchant.list_mug("A-1")

    assert merchant.get(f"/files/{file_id}")["status"] == "Processed successfully"
    assert merchant.get("/merchant-skus/A-1")["status"] == "Available for Purchase"


def test_the_journal_tells_a_file_by_its_size_and_hides_signatures(merchant, box):
    merchant.upload("Price", {})

    [entry] = box.calls(path="merchant-files")

    assert entry["body"].startswith("(")
    assert "sig" not in json.dumps(entry)
