"""What a store does that a client would not expect; each trap by its name."""

import json
import re
from typing import Any

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller, filled, search, signature

ALL = "all/V1"


def updated_at(magento: Caller, sku: str = "BOOT-1") -> str:
    return str(magento("GET", f"{ALL}/products/{sku}")["updated_at"])


def quantities(store: MagentoSandbox, sku: str) -> dict[str, float]:
    return {
        each["source"]: each["quantity"]
        for each in store.do("state", {"kind": "sources", "id": sku})["sources"]
    }


def test_a_signed_call_is_known_and_any_bearer_is_refused_in_the_same_words(magento: Caller) -> None:
    assert magento("GET", "V1/store/websites")[1]["code"] == "base"
    for authorization in ("", "Bearer jb-token", "Bearer other"):
        answer = magento.answer("GET", "V1/store/websites", authorization=authorization)
        assert answer.status == 401
        assert json.loads(answer.body)["parameters"] == {"resources": "Magento_Backend::store"}


SIGNED_WRONGLY = [
    ({"oauth_consumer_key": "other"}, 401, "A consumer having the specified key does not exist"),
    ({"oauth_token": "other"}, 401, "Specified token does not exist"),
    ({"oauth_signature": "other"}, 401, "The signature is invalid. Verify and try again."),
    ({"oauth_timestamp": "soon"}, 401, "An error occurred validating the nonce"),
    ({"oauth_version": "2.0"}, 400, 'The "2.0" Oauth version isn\'t supported.'),
    ({"oauth_signature_method": "PLAINTEXT"}, 400, "Signature method PLAINTEXT is not supported"),
    ({"oauth_token": None}, 400, '"oauth_token" is required. Enter and try again.'),
    ({"oauth_token": None, "oauth_nonce": None}, 400, "One or more input exceptions have occurred."),
]


@pytest.mark.parametrize(("change", "status", "text"), SIGNED_WRONGLY, ids=lambda each: str(each)[:40])
def test_of_a_signed_call_the_store_says_what_is_wrong(
    magento: Caller, change: dict[str, str | None], status: int, text: str
) -> None:
    signed = signature("GET", "/rest/V1/store/websites").removeprefix("OAuth ")
    said = {name: value.strip('"') for name, value in (each.split("=", 1) for each in signed.split(", "))}
    words = ",".join(f'{name}="{value}"' for name, value in {**said, **change}.items() if value is not None)

    answer = magento.answer("GET", "V1/store/websites", authorization=f"OAuth {words}")

    assert (answer.status, filled(json.loads(answer.body))) == (status, text)


@pytest.mark.parametrize("signed_query", ["searchCriteria", ""])
def test_a_parameter_without_a_value_may_be_signed_or_left_out(magento: Caller, signed_query: str) -> None:
    signed = signature("GET", f"/rest/V1/products?{signed_query}")

    assert magento.answer("GET", "V1/products?searchCriteria", authorization=signed).status == 200
    other = signature("GET", "/rest/V1/products?searchCriteria=1")
    assert magento.answer("GET", "V1/products?searchCriteria", authorization=other).status == 401


@pytest.mark.parametrize(
    ("head", "between"), [('OAuth realm="http://shop.example/",', ","), ("oauth ", ", "), ("OAuth  ", ",\n")]
)
def test_a_signed_header_is_read_in_each_way_that_clients_write_it(
    magento: Caller, head: str, between: str
) -> None:
    signed = signature("GET", "/rest/V1/store/websites").removeprefix("OAuth ")
    words = [each for each in signed.split(", ") if not each.startswith("oauth_version")]
    assert magento.answer("GET", "V1/store/websites", authorization=head + between.join(words)).status == 401
    whole = head + between.join(
        signature("GET", "/rest/V1/store/websites").removeprefix("OAuth ").split(", ")
    )

    assert magento.answer("GET", "V1/store/websites", authorization=whole).status == 200


def test_a_nonce_is_used_once_even_by_a_call_that_is_refused(magento: Caller) -> None:
    path = "/rest/V1/store/websites"
    for secret in ("jb-secret&another", "jb-secret&jb-token-secret"):
        signed = signature("GET", path, secret, nonce="once")
        answer = magento.answer("GET", "V1/store/websites", authorization=signed)
        assert answer.status == 401
    assert filled(json.loads(answer.body)) == "The nonce is already being used by the consumer with ID 1"


@pytest.mark.parametrize(
    ("seconds", "status"), [(-10 * 365 * 86400, 200), (-3600, 200), (590, 200), (620, 401)]
)
def test_a_signed_call_may_be_old_and_not_ahead_of_the_store(
    magento: Caller, seconds: int, status: int
) -> None:
    signed = signature("GET", "/rest/V1/store/websites", seconds=seconds)

    answer = magento.answer("GET", "V1/store/websites", authorization=signed)

    assert answer.status == status
    assert (b"validating the nonce" in answer.body) is (status == 401)


def test_a_refund_by_invoice_is_left_to_payments_that_know_how(magento: Caller) -> None:
    [order] = magento.store.do("orders", {"items": [{"sku": "BOOT-1", "quantity": 1}]})["order_ids"]
    invoice = magento("POST", f"V1/order/{order}/invoice")

    status, text = magento.refused("POST", f"V1/invoice/{invoice}/refund", {})

    assert (status, text.endswith("We can't create creditmemo for the invoice.")) == (400, True)
    assert magento("POST", f"V1/order/{order}/refund", {})


def test_a_missing_permission_is_401_and_names_its_resource(store: MagentoSandbox, magento: Caller) -> None:
    store.do("acl", {"deny": ["Magento_Catalog::products"]})

    assert magento.refused("GET", "V1/products/BOOT-1") == (
        401, "The consumer isn't authorized to access Magento_Catalog::products.",
    )  # fmt: skip
    magento("GET", "V1/store/websites")


@pytest.mark.parametrize(
    ("name", "moves", "method", "path", "body"),
    [
        ("product", True, "PUT", "products/BOOT-1", {"product": {"price": 49.99}}),
        ("attribute", True, "PUT", "products/BOOT-1", {"product": {"custom_attributes": [
            {"attribute_code": "meta_title", "value": "x"}]}}),
        ("stock item", False, "PUT", "products/BOOT-1/stockItems/1", {"stockItem": {"qty": 7}}),
        ("source item", False, "POST", "inventory/source-items", {"sourceItems": [
            {"sku": "BOOT-1", "source_code": "default", "quantity": 3, "status": 1}]}),
        ("base price", False, "POST", "products/base-prices", {"prices": [
            {"sku": "BOOT-1", "price": 1, "store_id": 0}]}),
        ("special price", False, "POST", "products/special-price", {"prices": [
            {"sku": "BOOT-1", "price": 1, "store_id": 0, "price_from": "2026-11-01 00:00:00", "price_to": ""}]}),
        ("category", False, "POST", "categories/2/products", {"productLink": {
            "sku": "BOOT-1", "position": 1, "category_id": "2"}}),
    ],
)  # fmt: skip
def test_which_writes_move_updated_at(
    store: MagentoSandbox, magento: Caller, name: str, moves: bool, method: str, path: str, body: Any
) -> None:
    before = updated_at(magento)
    store.do("clock", {"advance_seconds": 60})

    magento(method, f"{ALL}/{path}", body)

    assert (updated_at(magento) != before) is moves, name


def test_a_write_without_all_goes_to_the_default_view_alone(magento: Caller) -> None:
    magento("PUT", "V1/products/BOOT-1", {"product": {"name": "View"}})
    assert magento("GET", f"{ALL}/products/BOOT-1")["name"] == "Plain boot"
    assert magento("GET", "default/V1/products/BOOT-1")["name"] == "View"

    magento("PUT", "default/V1/products/BOOT-1", {"product": {"name": None}})
    assert magento("GET", "default/V1/products/BOOT-1")["name"] == "Plain boot"


def test_a_sku_is_renamed_by_its_number_and_leaves_a_ghost_row(
    store: MagentoSandbox, magento: Caller
) -> None:
    number = magento("GET", f"{ALL}/products/BOOT-1")["id"]

    assert magento("PUT", f"{ALL}/products/BOOT-1", {"product": {"sku": "OTHER"}})["sku"] == "BOOT-1"
    renamed = magento("POST", f"{ALL}/products", {"product": {"id": number, "sku": "BOOT-9"}})

    assert (renamed["id"], renamed["sku"]) == (number, "BOOT-9")
    assert quantities(store, "BOOT-1") == {"default": 100}
    assert quantities(store, "BOOT-9") == {"default": 0}
    assert magento("POST", f"{ALL}/products", {"product": {"sku": "boot-9"}})["sku"] == "boot-9"


def test_what_a_deleted_product_leaves(store: MagentoSandbox, magento: Caller) -> None:
    magento("DELETE", f"{ALL}/products/BOOT-1")

    assert magento.answer("GET", f"{ALL}/products/BOOT-1").status == 404
    assert [each["sku"] for each in magento.listed("V1/products", page_size=300)] == ["JB/2 A%"]
    assert quantities(store, "BOOT-1") == {"default": 100}
    empty = magento("GET", f"V1/products?{search(sku='BOOT-1')}&fields=items[sku],total_count")
    assert empty == {"items": None, "total_count": 0}


def test_values_that_nobody_would_take_are_taken(magento: Caller) -> None:
    given = [("color", "999"), ("no_such_code", "x"), ("special_price", "abc"), ("meta_title", "x" * 300),
             ("news_from_date", "24.12.2026")]  # fmt: skip
    attributes = [{"attribute_code": code, "value": value} for code, value in given]

    found = magento("PUT", f"{ALL}/products/BOOT-1", {"product": {"custom_attributes": attributes}})

    held = {each["attribute_code"]: each["value"] for each in found["custom_attributes"]}
    assert (held["color"], held["special_price"], len(held["meta_title"])) == ("999", "0.000000", 255)
    assert held["news_from_date"] == "2026-12-24 00:00:00"
    assert "no_such_code" not in held
    for code, value in (("color", "Red"), ("color", ""), ("color", True)):
        wrong = {"product": {"custom_attributes": [{"attribute_code": code, "value": value}]}}
        assert magento.answer("PUT", f"{ALL}/products/BOOT-1", wrong).status == 400


def test_a_picture_of_the_same_name_takes_over_the_roles(magento: Caller) -> None:
    content = {"base64_encoded_data": "iVBORw0KGgoAAAANSUhEUg==", "type": "image/png", "name": "front.png"}
    for roles in (["image", "small_image"], []):
        entry = {"media_type": "image", "label": "", "position": 1, "disabled": False, "types": roles}
        magento("POST", f"{ALL}/products/BOOT-1/media", {"entry": {**entry, "content": content}})

    first, second = magento("GET", f"{ALL}/products/BOOT-1")["media_gallery_entries"]
    assert (first["file"], first["types"]) == ("/f/r/front.png", [])
    assert (second["file"], second["types"]) == ("/f/r/front_1.png", ["image", "small_image"])


def test_pages_and_arrays_have_limits_where_they_are_switched_on() -> None:
    magento = Caller(MagentoSandbox(seed="none", limits=True))

    assert magento.refused("GET", f"V1/products?{search(page_size=301)}") == (
        400, "Maximum SearchCriteria pageSize is 300",
    )  # fmt: skip
    rows = [{"sku": "X", "source_code": "default", "quantity": 1, "status": 1}] * 21
    status, said = magento.refused("POST", f"{ALL}/inventory/source-items", {"sourceItems": rows})
    assert status == 400
    assert re.fullmatch(r'Maximum items of type ".+" is 20', said)


def test_a_store_without_msi_has_no_sources() -> None:
    store = MagentoSandbox(seed="none", msi=False)
    store.do("products", {"products": [{"sku": "A", "quantity": 4}]})
    magento = Caller(store)

    assert magento("GET", "V1/stockItems/A")["qty"] == 4
    assert magento.refused("GET", "V1/inventory/sources")[0] == 404
    assert "Magento_InventoryApi" not in magento("GET", "V1/modules")


def test_without_msi_an_order_lowers_the_one_quantity_at_once_and_a_cancel_raises_it() -> None:
    store = MagentoSandbox(seed="none", msi=False)
    store.do("products", {"products": [{"sku": "A", "quantity": 9}]})
    magento = Caller(store)

    def held() -> float:
        return float(magento("GET", "V1/stockItems/A")["qty"])

    first, second = (
        store.do("orders", {"items": [{"sku": "A", "quantity": 2}]})["order_ids"][0] for _ in "12"
    )
    assert held() == 5
    store.do("ship", {"order_id": first, "tracks": []})
    assert held() == 5
    store.do("cancel", {"order_id": second})
    assert held() == 7
    item = magento("GET", "V1/stockItems/A")["item_id"]
    magento("PUT", f"{ALL}/products/A/stockItems/{item}", {"stockItem": {"qty": 20, "is_in_stock": True}})
    assert held() == 20


def test_zero_has_several_meanings(store: MagentoSandbox, magento: Caller) -> None:
    store.do("products", {"products": [{"sku": sku, "quantity": 5} for sku in ("GONE", "FREE", "MARKED")]})
    store.do("stock", {"sku": "GONE", "quantity": 0})
    free = {"use_config_manage_stock": False, "manage_stock": False, "qty": 5, "is_in_stock": True}
    magento("PUT", f"{ALL}/products/FREE/stockItems/1", {"stockItem": free})
    marked = {"extension_attributes": {"stock_item": {"qty": 5, "is_in_stock": False}}}
    magento("PUT", f"{ALL}/products/MARKED", {"product": marked})

    path = "V1/inventory/export-stock-salable-qty/website/base"
    found = {each["sku"]: (each["qty"], each["is_salable"]) for each in magento.listed(path, page_size=300)}

    assert (found["GONE"], found["FREE"], found["MARKED"]) == ((0, False), (0, True), (0, True))


@pytest.mark.parametrize(
    "kind", ["status", "html", "maintenance", "drop_before", "drop_after", "truncate", "revoke_token"]
)
def test_every_fault_strikes_and_the_journal_says_whether_the_work_was_done(
    store: MagentoSandbox, magento: Caller, kind: str
) -> None:
    store.do("faults", {"kind": kind, "path": "/products/", "times": 1})

    answer = magento.answer("PUT", f"{ALL}/products/BOOT-1", {"product": {"price": 1}})

    done = kind in ("drop_after", "truncate")
    assert (answer.cut is not None) is (kind in ("drop_before", "drop_after", "truncate"))
    assert (magento("GET", f"{ALL}/products/BOOT-1")["price"] == 1) is done
    [call] = store.do("calls", {"path": "products/BOOT-1$"})["calls"][:1]
    assert (call["fault"], call["applied"]) == (kind, done)


def test_an_asynchronous_call_is_accepted_and_done_by_a_consumer(
    store: MagentoSandbox, magento: Caller
) -> None:
    bodies = [{"sku": "BOOT-1", "product": {"price": 1}}, {"sku": "NEW", "product": {"price": 1}}]
    answer = magento.answer("PUT", "all/async/bulk/V1/products/bySku", bodies)
    number = json.loads(answer.body)["bulk_uuid"]
    assert (answer.status, magento("GET", f"V1/bulk/{number}/operation-status/4")) == (202, 2)

    store.do("consume")

    found = magento("GET", f"V1/bulk/{number}/status")["operations_list"]
    assert [each["status"] for each in found] == [1, 3]
    assert magento("GET", f"{ALL}/products/BOOT-1")["price"] == 1


def test_a_storefront_shows_the_least_price_of_a_quantity_and_passes_over_a_tier_without_one(
    magento: Caller,
) -> None:
    tiers = [{"customer_group_id": 0, "qty": 5, "value": 39.99}, {"customer_group_id": 0, "qty": 9}]
    magento("PUT", f"{ALL}/products/BOOT-1", {"product": {"tier_prices": tiers}})

    [shown] = magento("GET", "V1/products-render-info?searchCriteria[pageSize]=1")["items"]

    prices = shown["price_info"]
    assert (prices["final_price"], prices["minimal_price"], prices["regular_price"]) == (49.99, 39.99, 49.99)
    assert prices["formatted_prices"]["final_price"] == '<span class="price">$49.99</span>'
