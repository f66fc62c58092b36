"""Jet's reasons in plain words, each with what fixes it."""

import pytest

from catalog.listings.models import Listing
from catalog.listings.texts.sub_statuses import STATUS_HELP, explained

JETS = (
    "Missing variation information",
    "Missing title",
    "Missing shipping weight",
    "Missing price",
    "Missing image",
    "Missing category",
    "Missing brand",
    "Missing attribute value",
    "Invalid SKU identifier",
    "Invalid category",
    "Incorrect multipack quantity",
    "Additional SKU ID needed",
    "Attribute Data Needed",
    "Price Needed",
    "Image Needed",
)


@pytest.mark.parametrize("word", JETS)
def test_each_reason_of_jet_comes_with_what_fixes_it(word):
    ((said, fix),) = explained([word])

    assert said == word
    assert fix.endswith(".")


def test_a_reason_that_nobody_documented_is_shown_as_it_is():
    assert explained(["Missing karma"]) == [("Missing karma", "")]


def test_each_status_says_what_it_means():
    assert set(STATUS_HELP) == set(Listing.Status.values)
