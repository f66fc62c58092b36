"""Price rules and quantities: pure reckoning, all edges."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.products.models import Product
from catalog.rules.prices import PriceRefused, jet_price, reckoned
from catalog.rules.quantities import jet_quantity
from jetbridge.core.models import Configuration

TODAY = date(2026, 11, 23)


def priced(**fields):
    return Product(**{"sku": "MUG-1", "price": Decimal("20"), **fields})


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("store", "7", "20.00"),
        ("increase_fixed", "1.505", "21.51"),
        ("decrease_fixed", "0.005", "20.00"),
        ("increase_percent", "12.5", "22.50"),
        ("decrease_percent", "33.33", "13.33"),
    ],
)
def test_each_price_rule_rounds_half_up_to_cents(mode, value, expected):
    config = Configuration(price_mode=mode, price_value=Decimal(value))

    assert jet_price(priced(), config, TODAY) == Decimal(expected)


@pytest.mark.parametrize(("mode", "value"), [("decrease_fixed", "20"), ("decrease_percent", "100")])
def test_a_rule_that_leaves_nothing_is_refused(mode, value):
    config = Configuration(price_mode=mode, price_value=Decimal(value))

    with pytest.raises(PriceRefused, match="above zero"):
        jet_price(priced(), config, TODAY)


def test_the_floor_holds_a_price_up():
    config = Configuration(price_mode="decrease_fixed", price_value=Decimal(19), price_floor=Decimal("5.50"))

    assert jet_price(priced(), config, TODAY) == Decimal("5.50")


def test_a_product_without_a_price_is_refused_in_words():
    with pytest.raises(PriceRefused, match="has no price"):
        jet_price(priced(price=None), Configuration(), TODAY)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, "15.00"),
        (TODAY, TODAY, "15.00"),
        (date(2026, 11, 24), None, "20.00"),
        (None, date(2026, 11, 22), "20.00"),
    ],
)
def test_the_special_price_counts_from_its_first_to_its_last_day(start, end, expected):
    product = priced(special_price=Decimal(15), special_price_from=start, special_price_to=end)

    assert jet_price(product, Configuration(), TODAY) == Decimal(expected)


def test_a_special_price_above_the_price_does_not_raise_it():
    assert jet_price(priced(special_price=Decimal(25)), Configuration(), TODAY) == Decimal("20.00")


@pytest.mark.parametrize("value", ["", "abc", "NaN"])
def test_a_price_attribute_without_an_amount_is_refused(value):
    config = Configuration(price_mode="attribute", price_attribute="jet_price")

    with pytest.raises(PriceRefused, match="jet_price"):
        jet_price(priced(attributes={"jet_price": value}), config, TODAY)


def test_the_price_attribute_is_the_price():
    config = Configuration(price_mode="attribute", price_attribute="jet_price")

    assert jet_price(priced(attributes={"jet_price": "$1,012.5"}), config, TODAY) == Decimal("1012.50")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quantity": 1}, 1),
        ({"quantity": 5, "reserved": 2}, 3),
        ({"quantity": 1, "reserved": 2}, 0),
        ({"quantity": 5, "stock_buffer": 2}, 3),
        ({"quantity": 5, "is_in_stock": False}, 0),
        ({"quantity": 5, "enabled": False}, 0),
        ({"quantity": 5, "excluded": True}, 0),
        ({"quantity": 0, "manage_stock": False}, 100),
        ({"quantity": 5, "kind": "configurable"}, 0),
    ],
)
def test_the_quantity_for_jet_follows_stock_and_settings(fields, expected):
    assert jet_quantity(priced(**fields), Configuration()) == expected


def test_a_buffer_of_zero_on_the_product_overrides_the_configured_one():
    product = priced(quantity=5, stock_buffer=0)

    assert jet_quantity(product, Configuration(stock_buffer=3)) == 5


def with_cost(cost, **fields):
    return priced(attributes={"cost": cost}, **fields)


@pytest.mark.parametrize(
    ("cost", "margin", "expected"),
    [
        ("8", "20", "20.00"),
        ("18", "20", "22.50"),
        ("$18.01", "20", "22.52"),
        ("18", "0", "20.00"),
        ("", "50", "20.00"),
    ],
)
def test_a_margin_is_kept_over_the_cost(cost, margin, expected):
    config = Configuration(minimum_margin=Decimal(margin))

    assert jet_price(with_cost(cost), config, TODAY) == Decimal(expected)


def test_a_cost_that_is_no_amount_stops_the_price_while_a_margin_is_to_be_kept():
    with pytest.raises(PriceRefused, match=r"cost attribute 'cost' holds 'dear'"):
        jet_price(with_cost("dear"), Configuration(minimum_margin=Decimal(10)), TODAY)
    assert jet_price(with_cost("dear"), Configuration(), TODAY) == Decimal("20.00")


@pytest.mark.parametrize(
    "where", [{"jet_fields": {"map_price": "25"}}, {"attributes": {"map_price": "25.00"}}]
)
def test_a_price_below_map_is_sent_raised_or_refused_as_configured(where):
    product = priced(**where)

    assert jet_price(product, Configuration(map_check="advise"), TODAY) == Decimal("20.00")
    assert reckoned(product, Configuration(map_check="raise"), TODAY) == (Decimal(25), "the MAP price")
    with pytest.raises(PriceRefused, match="below the MAP price of 25"):
        jet_price(product, Configuration(map_check="refuse"), TODAY)


def test_floors_hold_after_rounding_and_the_highest_counts():
    config = Configuration(
        price_mode="decrease_fixed", price_value=Decimal(8), price_rounding="nearest_99",
        price_floor=Decimal("12.50"), minimum_margin=Decimal(50),
    )  # fmt: skip

    assert reckoned(with_cost("6.10"), config, TODAY) == (Decimal("12.50"), "the lowest price")
    assert reckoned(with_cost("7"), config, TODAY) == (Decimal("14.00"), "a margin of 50 %")
