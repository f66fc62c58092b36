"""Rounding of prices: each way, and that none of them makes nothing out of something."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.rounding import WAYS, rounded


@pytest.mark.parametrize(
    ("how", "price", "expected"),
    [
        ("cents", "12.345", "12.35"),
        ("up_99", "12.34", "12.99"),
        ("up_99", "12.99", "12.99"),
        ("up_99", "12.995", "13.99"),
        ("up_95", "12.96", "13.95"),
        ("up_95", "0.40", "0.95"),
        ("nearest_99", "12.34", "11.99"),
        ("nearest_99", "12.49", "12.99"),
        ("nearest_99", "12.48", "11.99"),
        ("nearest_99", "0.20", "0.99"),
        ("nearest_nickel", "12.32", "12.30"),
        ("nearest_nickel", "12.325", "12.35"),
        ("nearest_nickel", "0.01", "0.05"),
        ("nearest_dime", "12.35", "12.40"),
        ("nearest_dollar", "12.50", "13.00"),
        ("nearest_dollar", "0.20", "1.00"),
        ("up_dollar", "12.01", "13.00"),
        ("up_dollar", "12.00", "12.00"),
    ],
)
def test_each_way_of_rounding(how, price, expected):
    assert rounded(Decimal(price), how) == Decimal(expected)


@pytest.mark.parametrize("how", ["cents", *WAYS])
def test_what_is_not_above_zero_is_left_for_the_refusal(how):
    assert rounded(Decimal("-2.50"), how) == Decimal("-2.50")
    assert rounded(Decimal(0), how) == 0


@given(st.decimals("0.01", "100000", places=2), st.sampled_from(sorted(WAYS)))
def test_a_rounded_price_is_near_above_zero_and_stays_when_rounded_again(price, how):
    found = rounded(price, how)

    assert found > 0
    assert abs(found - price) <= 1
    assert rounded(found, how) == found
