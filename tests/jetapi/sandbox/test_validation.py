"""Each field rule of a SKU message, one by one."""

import pytest

from tests.jetapi.sandbox.conftest import MUG

WRONG = {
    "product_title": ["", "Mug", "x" * 501, 5],
    "jet_browse_node_id": ["3000001", 3.79164e14, 1.5, 0, True],
    "multipack_quantity": [0, 129, "1", 1.5],
    "brand": ["x" * 101, 7],
    "manufacturer": ["x" * 101],
    "mfr_part_number": ["x" * 51],
    "ASIN": ["B00", "B00EXAMPLE1", 1],
    "product_description": ["x" * 2001],
    "bullets": ["one", ["x"] * 6, ["x" * 501], [1]],
    "shipping_weight_pounds": [0, -1, 1.001, "1"],
    "package_height_inches": [0, 2.555],
    "prop_65": ["true", 1],
    "legal_disclaimer_description": ["x" * 501],
    "cpsia_cautionary_statements": ["x", ["hot"], ["no warning applicable", "choking hazard balloon"]],
    "country_of_origin": ["x" * 51],
    "safety_warning": ["x" * 2001],
    "start_selling_date": ["soon", "2018-13-01", 5],
    "fulfillment_time": [-1, 1.5],
    "msrp": [-1, 1.999],
    "map_price": [12345678, 1.001],
    "map_implementation": ["104", 101, "102"],
    "product_tax_code": ["Tax", 1],
    "exclude_from_fee_adjustments": ["no"],
    "ships_alone": [0],
    "main_image_url": ["mug.jpg", "ftp://x/y.jpg", 1],
    "alternate_images": [
        {},
        [{"image_slot_id": 9, "image_url": "https://x.example/y"}],
        [{"image_slot_id": 1}],
        [{"image_slot_id": 1, "image_url": "https://x.example/y"}] * 2,
        [{"image_slot_id": each, "image_url": "https://x.example/y"} for each in range(1, 10)],
    ],
    "attributes_node_specific": [
        "x",
        [{"attribute_id": 1, "attribute_value": 80}],
        [{"attribute_id": 1}],
        [{"attribute_value": "x"}],
        [{"attribute_id": 1, "attribute_value": "x"}] * 11,
    ],
    "standard_product_codes": [
        {},
        ["012345678905"],
        [{"standard_product_code": "012345678905", "standard_product_code_type": "SKU"}],
        [{"standard_product_code": "12345678905", "standard_product_code_type": "UPC"}],
        [{"standard_product_code": 12345678905, "standard_product_code_type": "UPC"}],
        [{"standard_product_code": "\u0661" * 12, "standard_product_code_type": "UPC"}],
    ],
}
CASES = [(field, value) for field, values in WRONG.items() for value in values]


@pytest.mark.parametrize(
    ("field", "value"), CASES, ids=[f"{field}-{n}" for n, (field, _) in enumerate(CASES)]
)
def test_a_wrong_value_is_named_by_its_field_and_by_no_other(exact, field, value):
    changes = {"map_price": 9} if field == "map_implementation" and value != "102" else {}

    answer = exact.put("/merchant-skus/A", {**MUG, "ASIN": "B00EXAMPLE", **changes, field: value})

    assert answer.status_code == 400
    texts = answer.json()["errors"]
    assert texts
    assert all(field in text or (field == "map_implementation" and "map_price" in text) for text in texts)
    assert all(text.endswith(".") for text in texts)


# What old clients send, and compat therefore takes.
TAKEN_IN_COMPAT = [
    ("multipack_quantity", "1"),
    ("shipping_weight_pounds", "1"),
    ("msrp", 1.999),
    ("map_price", 1.001),
]


def test_compat_takes_a_few_of_them_and_no_other(merchant):
    changes = {"map_implementation": {"map_price": 9}}
    bodies = [
        {**MUG, "ASIN": "B00EXAMPLE", **(changes.get(field, {}) if value != "102" else {}), field: value}
        for field, value in CASES
    ]

    statuses = [merchant.put("/merchant-skus/A", body).status_code for body in bodies]

    assert [case for case, status in zip(CASES, statuses, strict=True) if status < 300] == TAKEN_IN_COMPAT


RIGHT = {
    "jet_browse_node_id": 3000001,
    "attributes_node_specific": [
        {"attribute_id": 404891793019313, "attribute_value": "80", "attribute_value_unit": "count"}
    ],
    "cpsia_cautionary_statements": ["Choking hazard balloon", "choking hazard is a marble"],
    "map_implementation": "102",
    "map_price": 19.99,
    "product_tax_code": "Hurricane Prepardness Supplies",
    "start_selling_date": "2018-02-01T00:00:00.0000000-05:00",
    "shipping_weight_pounds": 1.25,
    "number_units_for_price_per_unit": 0.333,
    "alternate_images": [{"image_slot_id": 8, "image_url": "http://x.example/y"}],
    "bullets": [],
    "fulfillment_time": 0,
    "prop_65": False,
}


@pytest.mark.parametrize("field", RIGHT)
def test_right_values_come_back_as_they_were_sent(merchant, field):
    body = {**MUG, "map_price": 19.99, field: RIGHT[field]}

    assert merchant.put("/merchant-skus/A", body).status_code == 201
    assert merchant.get("/merchant-skus/A")[field] == RIGHT[field]


def test_one_identifier_is_enough_and_none_is_too_few(merchant):
    bare = {"product_title": "Plain mug", "multipack_quantity": 1}
    identifiers = (
        {"ASIN": "B00EXAMPLE"},
        {"standard_product_codes": MUG["standard_product_codes"]},
        {"brand": "Acme", "mfr_part_number": "M-1"},
    )

    answers = [merchant.put(f"/merchant-skus/S{n}", {**bare, **each}) for n, each in enumerate(identifiers)]
    refused = merchant.put("/merchant-skus/X", {**bare, "brand": "Acme"})

    assert [each.status_code for each in answers] == [201, 201, 201]
    assert refused.status_code == 400
    assert "mfr_part_number" in refused.text


def test_brand_and_part_number_alone_may_be_sent_but_do_not_go_live(merchant, box):
    merchant.list_mug("A", standard_product_codes=[], mfr_part_number="M-1")
    box.review()

    sku = merchant.get("/merchant-skus/A")
    assert (sku["status"], sku["sub_status"]) == ("Missing Listing Data", ["Additional SKU ID needed"])


@pytest.mark.parametrize("price", [0, -1, 1.234, "5", None, True, {}])
def test_a_price_is_a_positive_number_of_whole_cents(exact, price):
    exact.put("/merchant-skus/A", MUG)

    answer = exact.put("/merchant-skus/A/price", {"price": price})

    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("price ")


@pytest.mark.parametrize("quantity", [-1, 1.5, "5", None, True, 10**30])
def test_a_quantity_is_a_whole_number_from_zero(exact, quantity):
    exact.put("/merchant-skus/A", MUG)

    answer = exact.stock("A", quantity)

    assert answer.status_code == 400
    assert "fulfillment_nodes[0].quantity" in answer.text
