"""SKUs: what is sent, and how Jet's answers are read."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from jetapi.errors import JetInvalidRequest, JetNotFound, JetRejected, JetUnreadable
from tests.jetapi.conftest import BASE

SKU_URL = f"{BASE}/merchant-skus/MUG-1"


def sent(wire, index=-1):
    return json.loads(wire.calls[index].request.body)


@pytest.mark.parametrize(("status", "body"), [(200, ""), (201, ""), (202, "{"), (204, "")])
def test_any_2xx_is_success_on_a_put_whatever_its_body(jet, wire, status, body):
    wire.put(SKU_URL, status=status, body=body)

    assert jet.products.put("MUG-1", {"product_title": "A mug"}) is None

    assert sent(wire) == {"product_title": "A mug"}


def test_a_price_is_sent_as_a_plain_number(jet, wire):
    wire.put(f"{SKU_URL}/price", status=202)

    jet.products.put_price("MUG-1", price=Decimal("12.10"), nodes={"n1": Decimal("12")})

    assert wire.calls[-1].request.body == (
        b'{"price":12.1,"fulfillment_nodes":[{"fulfillment_node_id":"n1","fulfillment_node_price":12}]}'
    )


def test_inventory_is_patched_so_that_other_nodes_keep_theirs(jet, wire):
    wire.patch(f"{SKU_URL}/inventory", status=204)

    jet.products.patch_inventory("MUG-1", {"n1": 5})

    assert sent(wire) == {"fulfillment_nodes": [{"fulfillment_node_id": "n1", "quantity": 5}]}


@pytest.mark.parametrize(
    "price", [Decimal("NaN"), Decimal("Infinity"), 9.5, True, Decimal("1234567890123456.7")]
)
def test_what_is_no_amount_is_refused_before_it_is_sent(jet, wire, price):
    with pytest.raises(JetInvalidRequest, match="price of MUG-1"):
        jet.products.put_price("MUG-1", price=price)

    assert len(wire.calls) == 0


@pytest.mark.parametrize("quantity", [-1, 1.5, "5", True])
def test_what_is_no_quantity_is_refused_before_it_is_sent(jet, wire, quantity):
    with pytest.raises(JetInvalidRequest, match="quantity"):
        jet.products.patch_inventory("MUG-1", {"n1": quantity})

    assert len(wire.calls) == 0


@pytest.mark.parametrize(
    ("sku", "path"),
    [
        ("A B", "A%20B"),
        ("A&B?C#D", "A%26B%3FC%23D"),
        ("50%", "50%25"),
        ("Ä!1", "%C3%84%211"),
        ("a+b", "a%2Bb"),
    ],
)
def test_a_sku_is_percent_encoded_in_the_path(jet, wire, sku, path):
    wire.get(f"{BASE}/merchant-skus/{path}", json={"merchant_sku": sku})

    found = jet.products.get(sku)

    assert found.merchant_sku == sku
    assert wire.calls[-1].request.path_url in {
        f"/api/merchant-skus/{path}",
        f"/api/merchant-skus/{path.replace('%21', '!')}",
    }


@pytest.mark.parametrize("sku", ["", ".", "..", "A/B", "A\\B"])
def test_a_sku_that_would_address_something_else_is_refused(jet, sku):
    with pytest.raises(JetInvalidRequest, match="merchant SKU"):
        jet.products.get(sku)


def test_a_sku_is_read_with_exact_amounts_and_jets_dates(jet, wire):
    wire.get(
        SKU_URL,
        body='{"merchant_sku":"MUG-1","status":"Excluded","sub_status":["Missing price"],"price":12.10,'
        '"ASIN":"B00","msrp":20,"sku_last_update":"2015-10-12T09:35:11.6347408+00:00","brand":null,'
        '"attributes_node_specific":[{"attribute_id":404891793019313,"attribute_value":"80",'
        '"attribute_value_units":"count"}],"inventory_by_fulfillment_node":[{"fulfillment_node_id":"n1",'
        '"quantity":3,"inventory_last_update":"2018-02-01T00:00:00.0000000Z"}],"from_the_future":{"x":1}}',
    )

    found = jet.products.get("MUG-1")

    assert str(found.price) == "12.10"
    assert found.asin == "B00"
    assert found.brand is None
    assert found.sku_last_update == datetime(2015, 10, 12, 9, 35, 11, 634740, tzinfo=UTC)
    assert found.attributes_node_specific[0].attribute_id == 404891793019313
    assert found.attributes_node_specific[0].unit == "count"
    assert found.inventory_by_fulfillment_node[0].quantity == 3
    assert found.raw["from_the_future"] == {"x": 1}


def test_values_are_frozen(jet, wire):
    wire.get(SKU_URL, json={"merchant_sku": "MUG-1"})

    found = jet.products.get("MUG-1")

    with pytest.raises(ValidationError, match="frozen"):
        found.merchant_sku = "OTHER"


def test_an_attribute_id_ruined_by_a_spreadsheet_is_refused_by_name(jet, wire):
    wire.get(SKU_URL, body='{"attributes_node_specific":[{"attribute_id":3.79164E+14}]}')

    with pytest.raises(JetUnreadable, match=r"attributes_node_specific\.0\.attribute_id"):
        jet.products.get("MUG-1")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ({"errors": ["too short", "no code"]}, ["too short", "no code"]),
        ({"error": "one text"}, ["one text"]),
        ({"Message": "capital"}, ["capital"]),
        ({"errors": {"price": ["must be a number"]}}, ["price: must be a number"]),
    ],
)
def test_the_texts_of_a_refusal_come_from_whichever_envelope_jet_used(jet, wire, body, texts):
    wire.put(SKU_URL, status=400, json=body)

    with pytest.raises(JetRejected) as refused:
        jet.products.put("MUG-1", {})

    assert refused.value.messages == texts
    assert refused.value.status == 400
    assert not refused.value.retryable


def test_an_unknown_sku_is_its_own_error(jet, wire):
    wire.get(SKU_URL, status=404, json={"errors": ["unknown merchant SKU"]})

    with pytest.raises(JetNotFound, match="404: unknown merchant SKU"):
        jet.products.get("MUG-1")


def test_a_list_of_skus_is_read_from_addresses_without_a_leading_slash(jet, wire):
    urls = ["merchant-skus/MUG-1", "merchant-skus/A%20B", "merchant-skus/100% wool"]
    wire.get(f"{BASE}/merchant-skus", json={"sku_urls": urls})

    found = jet.products.list(offset=0, limit=10)

    assert found == ["MUG-1", "A B", "100% wool"]
    assert wire.calls[-1].request.params == {"offset": "0", "limit": "10"}


def test_all_skus_are_walked_page_by_page_each_once(jet, wire):
    for page in (["A", "B"], ["B", "C"], []):
        wire.get(f"{BASE}/merchant-skus", json={"sku_urls": [f"merchant-skus/{sku}" for sku in page]})

    assert list(jet.products.iter_skus(page=2)) == ["A", "B", "C"]


def test_the_children_of_a_variation_are_read_in_both_forms(jet, wire):
    children = [{"merchant_sku": "A-2"}, "A-3"]
    wire.get(f"{SKU_URL}/variation", json={"children_skus": children, "variation_refinements": [119]})

    found = jet.products.get_variation("MUG-1")

    assert found.children_skus == ("A-2", "A-3")
    assert found.variation_refinements == (119,)
