"""Files of thousands of rows: others are served meanwhile, and a kill in the middle loses no row."""

import signal
import time

import pytest
import requests

from jetapi.sandbox import Sandbox
from tests.jetapi.sandbox.conftest import MUG, Merchant
from tests.jetapi.sandbox.test_durability import running

MANY = 3000
ROWS = {f"S-{number}": MUG for number in range(MANY)}


def wait_for_end(merchant, file_id, seconds=60):
    end = time.monotonic() + seconds
    while not (file := merchant.get(f"/files/{file_id}"))["status"].startswith("Processed"):
        assert time.monotonic() < end, file
        time.sleep(0.02)
    return file


def test_a_big_file_keeps_nobody_waiting(merchant, box):
    box.set_clock(delays={"file.start": 0, "file.finish": 0})
    merchant.list_mug("MUG-1")
    many = 4 * MANY
    file_id = merchant.upload("MerchantSKUs", {f"S-{number}": MUG for number in range(many)})

    answered = 0
    while not merchant.get(f"/files/{file_id}")["status"].startswith("Processed"):
        merchant.get("/merchant-skus/MUG-1")
        answered += 1

    assert answered > 2  # a sandbox that answers nobody until the file is done would have answered once
    assert merchant.get(f"/files/{file_id}")["total_processed"] == many


@pytest.mark.parametrize("transitions", ["clock", "read", "at_once"])
def test_a_big_file_is_done_when_its_time_has_come_however_time_goes(merchant, box, transitions):
    box.set_clock(transitions=transitions)
    file_id = merchant.upload("MerchantSKUs", ROWS | {"BAD": {}})
    if transitions == "clock":
        box.advance(2)
    if transitions == "read":
        states = [merchant.get(f"/files/{file_id}")["status"] for _ in range(2)]
        assert states == ["Acknowledged", "Processing"]

    file = merchant.get(f"/files/{file_id}")

    assert (file["status"], file["total_processed"]) == ("Processed with errors", MANY + 1)
    assert list(requests.get(file["error_url"], timeout=60).json()) == ["BAD"]
    assert merchant.get("/merchant-skus?offset=2000")["sku_urls"][-1] == f"merchant-skus/S-{MANY - 1}"


@pytest.mark.parametrize(("rows", "listed"), [(ROWS, MANY), (ROWS | {"BAD": {}}, 0)])
def test_a_big_file_with_a_vague_error_is_applied_whole_or_not_at_all(merchant, box, rows, listed):
    box.file_policy(vague_errors=True)
    file_id = merchant.upload("MerchantSKUs", rows)

    box.advance(2)
    file = merchant.get(f"/files/{file_id}")

    assert file.get("error_excerpt") == (None if listed else ["Invalid UPC Code"])
    assert len(box.held("skus")) == listed


def test_thousands_of_reviews_end_in_one_step_of_the_clock(merchant, box):
    stock = {"fulfillment_nodes": [{"fulfillment_node_id": merchant.node, "quantity": 1}]}
    for kind, row in (("MerchantSKUs", MUG), ("Price", {"price": 5}), ("Inventory", stock)):
        merchant.upload(kind, dict.fromkeys(ROWS, row))
        box.advance(2)

    box.advance(61)

    page = merchant.get("/portal/merchantskus?size=5000&statuses=Available%20for%20Purchase")
    assert len(page["merchant_skus"]) == MANY


@pytest.mark.kill
def test_a_file_goes_on_after_a_kill_in_its_middle(tmp_path):
    state = str(tmp_path / "jet.sqlite3")
    with running("--state", state) as (process, url), (merchant := Merchant(url)).session:
        requests.post(
            f"{url}/_sandbox/clock", json={"delays": {"file.start": 0, "file.finish": 0}}, timeout=60
        )
        file_id = merchant.upload("MerchantSKUs", ROWS)
        while not merchant.get("/merchant-skus?limit=1")["sku_urls"]:
            pass
        process.send_signal(signal.SIGKILL)

    box = Sandbox(state=state)
    kept = len(box.held("skus"))
    with box.serve() as url, (merchant := Merchant(url)).session:
        file = wait_for_end(merchant, file_id)
        listed = len(box.held("skus"))
    box.close()

    assert 0 < kept < MANY
    assert (file["status"], file["total_processed"], listed) == ("Processed successfully", MANY, MANY)
