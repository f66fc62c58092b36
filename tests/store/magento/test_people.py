"""The pages for people, read and pressed over loopback as a browser without JavaScript does."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.people.actions import ACTIONS
from jetbridge.store.magento.sandbox.people.site import PAGES
from tests.sound_html import Checker
from tests.store.magento.caller import Caller

GIF = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")
Answer = requests.Response


@pytest.fixture
def url(magento: Caller) -> Iterator[str]:
    with magento.store.serve() as url:
        yield url


@pytest.fixture
def browse(url: str) -> Callable[..., Answer]:
    return lambda page="", /, **query: requests.get(f"{url}/admin/{page}", params=query, timeout=60)


@pytest.fixture
def press(url: str) -> Callable[..., Answer]:
    def post(button: str, files: Any = None, **fields: Any) -> Answer:
        named = {name.replace("line_", "units of line "): value for name, value in fields.items()}
        return requests.post(f"{url}/admin/do/{button}", data=named, files=files, timeout=60)

    return post


def order_of(magento: Caller) -> dict[str, Any]:
    return dict(magento("GET", "V1/orders/1"))


def held(magento: Caller) -> tuple[float, float]:
    """Return what the source holds of the boot, and what of it is reserved."""
    sources = magento.store.do("state", {"kind": "sources", "id": "BOOT-1"})["sources"]
    rows = magento.store.do("state", {"kind": "reservations"})["reservations"]
    return sources[0]["quantity"], sum(each["quantity"] for each in rows if each["sku"] == "BOOT-1")


def test_every_page_is_sound_html_when_empty_and_when_full(magento, browse, press):
    press("place-order", sku="BOOT-1", quantity="2")
    for button, line in (("invoice", {}), ("ship", {"line_1": 1}), ("refund", {"line_1": 1})):
        assert press(button, order=1, **line).status_code == 200
    full = [browse(page) for page in (*PAGES, "products/BOOT-1", "orders/1")]
    magento.store.do("reset")
    empty = [browse(page) for page in PAGES]

    for answer in (*full, *empty):
        checked = Checker(answer.text)
        assert answer.status_code == 200
        assert (checked.open, checked.bare, checked.headings) == ([], [], ["h1"])
        assert "<script" not in answer.text


def test_a_price_is_edited_and_moves_the_products_date(magento, press, url):
    before = magento("GET", "V1/products/BOOT-1")["updated_at"]
    magento.store.do("clock", {"advance_seconds": 60})

    said = press("price", sku="boot-1", price="45.5")

    product = magento("GET", "V1/products/BOOT-1")
    assert "costs 45.5 now." in said.text
    assert product["price"] == 45.5
    assert product["updated_at"] > before


def test_stock_is_edited_source_by_source_and_moves_no_date(magento, press, url):
    before = magento("GET", "V1/products/BOOT-1")["updated_at"]
    source = {"source_code": "west", "name": "West", "country_id": "US", "postcode": "90210"}
    magento("POST", "V1/inventory/sources", {"source": source})
    magento.store.do("clock", {"advance_seconds": 60})

    press("stock", sku="BOOT-1", source="default", quantity="7", in_stock="yes")
    press("stock", sku="BOOT-1", source="west", quantity="3", in_stock="no")

    rows = magento.store.do("state", {"kind": "sources", "id": "BOOT-1"})["sources"]
    assert [(each["source"], each["quantity"], each["status"]) for each in rows] == [
        ("default", 7, 1),
        ("west", 3, 0),
    ]
    assert magento("GET", "V1/products/BOOT-1")["updated_at"] == before


def test_a_store_without_sources_has_its_stock_item_edited():
    store = MagentoSandbox(seed="none", msi=False)
    store.do("products", {"products": [{"sku": "A", "quantity": 1}]})
    with store.serve() as url:
        form = {"sku": "A", "quantity": "9", "in_stock": "yes"}
        said = requests.post(f"{url}/admin/do/stock", data=form, timeout=60)
        page = requests.get(f"{url}/admin/stock", timeout=60)

    assert "default holds 9 of A now." in said.text
    assert Caller(store)("GET", "V1/stockItems/A")["qty"] == 9
    assert "Reserved" not in page.text
    store.close()


def test_pictures_are_added_shown_and_removed(magento, browse, press, url):
    added = press("add-picture", files={"picture": ("b.gif", GIF)}, sku="JB/2 A%", label="Side")
    [file] = re.findall(r'<img src="([^"]+)" alt="Side"', added.text)
    [entry] = magento("GET", "V1/products/JB%2F2%20A%25/media")
    shown = requests.get(url + file, timeout=60)
    press("drop-picture", sku="JB/2 A%", entry=entry["id"])

    assert shown.content == GIF
    assert set(entry["types"]) == {"image", "small_image", "thumbnail"}
    assert magento("GET", "V1/products/JB%2F2%20A%25/media") == []
    assert press("add-picture", files={"picture": ("a.gif", b"text")}, sku="BOOT-1").status_code == 400


def test_an_order_is_placed_invoiced_shipped_and_refunded_in_both_ledgers(magento, browse, press):
    ledgers = [held(magento)]
    for button, line in (
        ("place-order", {"sku": "BOOT-1", "quantity": "3"}),
        ("invoice", {}),
        ("ship", {"line_1": "2", "source": "default", "carrier": "ups", "tracking": "1Z9"}),
        ("refund", {"line_1": "1", "returns": "yes"}),
    ):
        assert press(button, order=1, **line).status_code == 200, button
        ledgers.append(held(magento))

    [line] = order_of(magento)["items"]
    assert ledgers == [(100, 0), (100, -3), (100, -3), (98, -1), (98, 0)]
    assert (line["qty_invoiced"], line["qty_shipped"], line["qty_refunded"]) == (3, 2, 1)
    assert "1Z9" in browse("documents", kind="shipment").text
    assert "order_placed" in browse("stock").text


def test_an_order_is_held_goes_on_and_is_cancelled(magento, press, url):
    press("place-order", sku="BOOT-1", quantity="1")
    states = []
    for button in ("hold", "unhold", "cancel"):
        press(button, order=1)
        states.append(order_of(magento)["state"])
    again = press("cancel", order=1)

    assert states == ["holded", "new", "canceled"]
    assert held(magento) == (100, 0)
    assert "Nothing of this order can be cancelled any more." in again.text


def test_consumers_run_and_what_comes_to_zero_is_forgotten(magento, press):
    magento.store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 1}]})
    magento.store.do("cancel", {"order_id": 1})
    magento.store.world.memory.set_meta("lagging", [[2, "boot-1"]])

    press("consume")
    press("clean-up")

    assert magento.store.world.memory.meta("lagging") == []
    assert magento.store.do("state", {"kind": "reservations"})["reservations"] == []


def test_what_the_store_refuses_comes_back_on_its_page_and_changes_nothing(magento, press):
    press("place-order", sku="BOOT-1", quantity="1")
    before = held(magento)
    refused = {
        "price": press("price", sku="BOOT-1", price="-1"),
        "price text": press("price", sku="BOOT-1", price="x"),
        "price of none": press("price", sku="NEW", price="1"),
        "order": press("place-order", sku="BOOT-1", quantity="500"),
        "stock": press("stock", sku="BOOT-1", source="nowhere", quantity="1"),
        "not a number": press("stock", sku="BOOT-1", quantity="nan"),
        "ship": press("ship", order=1, line_1="9"),
        "ship none": press("ship", order=1),
        "refund": press("refund", order=1, line_1="1"),
        "nobody's": press("invoice", order=99),
        "picture": press("drop-picture", sku="BOOT-1", entry="7"),
    }

    assert {
        name: each.status_code for name, each in refused.items() if each.status_code not in (400, 404)
    } == {}
    assert all('role="alert"' in each.text for each in refused.values())
    assert not [name for name, each in refused.items() if re.search(r'role="alert">[^<]*%\d', each.text)]
    assert held(magento) == before
    assert magento.answer("GET", "V1/products/NEW").status == 404


def test_each_button_on_the_pages_is_one_that_there_is_and_each_is_on_a_page(browse, press):
    for _ in range(2):
        press("place-order", sku="BOOT-1", quantity="2")
    press("invoice", order=1)
    press("hold", order=2)
    press("add-picture", files={"picture": ("boot.gif", GIF)}, sku="BOOT-1")

    pages = ("products/BOOT-1", "orders", "orders/1", "orders/2", "stock")
    found = {name for page in pages for name in re.findall(r'action="/admin/do/([\w-]+)"', browse(page).text)}

    assert found == set(ACTIONS)


def test_texts_of_the_store_are_escaped(magento, browse):
    magento.store.do("products", {"products": [{"sku": "<b>", "name": "<script>alert(1)</script>"}]})

    for page in ("products", "products/%3Cb%3E", "stock"):
        assert "<script" not in browse(page).text
        assert "<b>" not in browse(page).text


def test_long_lists_come_in_pages_and_are_searched(magento, browse):
    magento.store.do("products", {"products": [{"sku": f"P-{n}"} for n in range(60)]})

    first, second, one = browse("products"), browse("products", page="2"), browse("stock", q="p-59")

    assert (first.text.count("<code>P-"), second.text.count("<code>P-"), one.text.count("<code>P-")) == (
        50,
        10,
        1,
    )
    assert "Older" in first.text
    assert "Newer" in second.text


def test_pages_of_other_sites_and_names_are_kept_out(magento, url, press):
    press("place-order", sku="BOOT-1", quantity="1")
    door = f"{url}/admin/do/cancel"
    foreign = [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ]  # fmt: skip

    refused = [
        requests.post(door, data={"order": 1}, headers=each, timeout=60).status_code for each in foreign
    ]
    read = requests.get(f"{url}/admin/", headers={"Host": "evil.example"}, timeout=60).status_code
    unharmed = order_of(magento)["state"]
    own = {"Origin": url, "Sec-Fetch-Site": "same-origin"}

    assert [*refused, read, unharmed] == [403, 403, 403, 403, 403, "new"]
    assert requests.post(door, data={"order": 1}, headers=own, timeout=60).status_code == 200
    assert order_of(magento)["state"] == "canceled"


def test_a_name_that_was_allowed_is_answered_and_a_browser_at_the_root_led_here():
    store = MagentoSandbox(seed="none", allowed_hosts=("store.local",))
    with store.serve() as url:
        named = requests.get(f"{url}/admin/", headers={"Host": "store.local"}, timeout=60)
        led = requests.get(f"{url}/", headers={"Accept": "text/html"}, timeout=60)
    store.close()

    assert named.status_code == 200
    assert led.url.endswith("/admin/")


def test_unknown_pages_buttons_and_huge_forms_are_refused(browse, press):
    codes = [browse(page).status_code for page in ("nothing", "products/none", "orders/99", "orders/x")]

    assert codes == [404] * 4
    assert browse("documents", kind="carts").status_code == 404
    assert press("nothing").status_code == 404
    assert (
        press("add-picture", files={"picture": ("a.gif", b"x" * 9 * 1024**2)}, sku="BOOT-1").status_code
        == 413
    )
