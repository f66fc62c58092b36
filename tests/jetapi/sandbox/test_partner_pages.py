"""The partner pages, read and pressed as a browser without JavaScript does."""

import re

import pytest
import requests

from jetapi.sandbox.partner.views import PAGES
from tests.sound_html import Checker


@pytest.fixture
def browse(url):
    def get(page="", /, **query):
        return requests.get(f"{url}/partner/{page}", params={"mode": "test", **query}, timeout=60)

    return get


@pytest.fixture
def press(url):
    def post(button, mode="test", **fields):
        return requests.post(f"{url}/partner/do/{button}", params={"mode": mode}, data=fields, timeout=60)

    return post


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_sound_html_when_empty_and_when_full(browse, merchant, box, shipped_order, page):
    box.open_returns(order_id=shipped_order)
    full = browse(page)
    box.reset()
    empty = browse(page)

    for answer in (full, empty):
        checked = Checker(answer.text)
        assert answer.status_code == 200
        assert (checked.open, checked.bare, checked.headings) == ([], [], ["h1"])
        assert "<script" not in answer.text


def test_a_browser_at_the_root_is_led_to_the_pages(url):
    answer = requests.get(f"{url}/", headers={"Accept": "text/html"}, timeout=60)

    assert "API keys" in answer.text
    assert "test-secret" in answer.text


def test_texts_of_merchants_are_escaped(merchant, browse):
    merchant.list_mug("A", product_title="<script>alert(1)</script>")

    assert "&lt;script&gt;" in browse("products").text
    assert "<script>" not in browse("products").text


def test_products_tell_what_each_lacks(merchant, browse):
    merchant.put(
        "/merchant-skus/A", {"product_title": "Plain mug", "multipack_quantity": 1, "ASIN": "B00EXAMPLE"}
    )

    text = browse("products").text

    assert "Missing price, Missing image, Missing brand, No stock: the review does not begin" in text


def test_reviews_are_approved_and_refused_with_a_reason(merchant, browse, press):
    merchant.list_mug("A")
    merchant.list_mug("B")

    approved = press("review", sku="A", status="Available for Purchase")
    press("review", sku="B", status="Missing Listing Data", sub_status="Missing image")

    assert "A is now Available for Purchase." in approved.text
    assert merchant.get("/merchant-skus/A")["status"] == "Available for Purchase"
    assert merchant.get("/merchant-skus/B")["sub_status"] == ["Missing image"]
    assert "No listing is under review." in browse("reviews").text


def test_orders_are_generated_cancelled_and_returned(merchant, browse, press):
    press("generate-orders", sku="MUG-1", quantity="2", count="1", status="complete")
    [url] = merchant.get("/orders/complete")["order_urls"]
    order_id = url.rsplit("/")[-1]
    press("generate-orders", sku="MUG-1", quantity="2", price="7.5")
    [ready] = merchant.get("/orders/ready")["order_urls"]
    item = merchant.get(ready)["order_items"][0]
    asked = press(
        "request-cancel", order_id=ready.rsplit("/")[-1], order_item_id=item["order_item_id"], quantity="1"
    )
    opened = press("open-return", order_id=order_id)

    assert "Jet now asks" in asked.text
    assert merchant.get(ready)["order_items"][0]["request_order_cancel_qty"] == 1
    assert item["item_price"]["base_price"] == 7.5
    assert re.search(r"Opened return [0-9a-f]{32}", opened.text)
    assert order_id in browse("returns").text
    assert "Open return" in browse(f"orders/{order_id}").text


def test_a_form_that_makes_no_sense_comes_back_with_the_reason(press, merchant):
    answers = [
        press("generate-orders", sku="", quantity="1"),
        press("generate-orders", sku="A", quantity="many"),
        press("open-return", order_id="nobody"),
        press("create-node", fulfillment_node_name="West"),
        press("add-fault", kind="status", path="("),
        press("clock", now="soon"),
    ]

    assert [each.status_code for each in answers] == [400] * 6
    assert all('role="alert"' in each.text for each in answers)
    assert merchant.get("/orders/ready") == {"order_urls": []}


def test_nodes_clock_files_and_faults_are_set(press, browse, box, merchant):
    press("create-node", fulfillment_node_name="West", address1="1 A", city="B", state="CA", zip_code="90210")
    press("clock", now="2018-02-01T10:00:00Z")
    press("clock", transitions="at_once")
    press("delays", **{"delay sku.review": "7"})
    press("files", vague_errors="true", refuse="A, B")
    press("add-fault", kind="status", path="/authcheck", status="500", times="1", method="")
    info = box.info()
    merchant.log_in()
    struck = merchant.call("GET", "/authcheck").status_code
    press("clear-faults")

    assert "West" in browse("nodes").text
    assert info["now"].startswith("2018-02-01T10:0")
    assert (info["transitions"], info["delays"]["sku.review"]) == ("at_once", 7)
    assert info["files"] == {"vague_errors": True, "refuse": ["A", "B"]}
    assert struck == 500
    assert "No fault is in force." in browse("faults").text


def test_the_two_accounts_have_pages_of_their_own(press, browse, live_merchant):
    press("generate-orders", mode="live", sku="A", quantity="1")

    assert "No orders here" in browse("orders").text
    assert len(live_merchant.get("/orders/ready")["order_urls"]) == 1
    assert "live-secret" in browse("", mode="live").text


def test_long_lists_come_in_pages(merchant, browse, box):
    box.place_orders(items=[{"sku": "A", "quantity": 1}], count=60)

    first, second = browse("orders"), browse("orders", page="2")

    assert (first.text.count("1 x A"), second.text.count("1 x A")) == (50, 10)
    assert "Older" in first.text
    assert "Newer" in second.text


def test_the_journal_shows_what_was_done(merchant, browse):
    merchant.put("/merchant-skus/A", {"product_title": "x"})

    text = browse("journal", path="merchant-skus").text

    assert "/merchant-skus/A" in text
    assert ">no<" in text


def test_pages_of_other_sites_and_machines_are_kept_out(url, box):
    foreign = {"Origin": "https://evil.example"}

    pressed = requests.post(f"{url}/partner/do/reset", headers=foreign, timeout=60)
    called = requests.post(f"{url}/_sandbox/reset", headers=foreign, timeout=60)
    own = requests.post(f"{url}/partner/do/reset", headers={"Origin": url}, timeout=60)

    assert [each.status_code for each in (pressed, called, own)] == [403, 403, 200]


def test_unknown_pages_and_buttons_are_404(browse, press):
    assert browse("nothing").status_code == 404
    assert browse("orders/nobody").status_code == 404
    assert press("nothing").status_code == 404
