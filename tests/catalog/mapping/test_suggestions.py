"""Suggestions by local text match."""

import pytest

from catalog.mapping.text_matches import Candidate, Suggester, words_of

PATHS = (
    "Clothing > Men's Clothing > Tops & Tees",
    "Clothing > Women's Clothing > Tops & Tees",
    "Clothing > Men's Clothing > Pants",
    "Home > Kitchen > Coffee Mugs",
    "Home > Kitchen > Plates",
)


@pytest.fixture
def suggester():
    return Suggester(Candidate(number, path) for number, path in enumerate(PATHS))


def test_the_category_that_shares_name_and_branch_comes_first(suggester):
    best, second, *_ = suggester.suggest(["Default Category", "Men", "Tops", "T-Shirts"])

    assert (best.path, second.path) == (PATHS[0], PATHS[1])
    assert 100 >= best.score > second.score > 0


def test_the_reason_names_the_shared_words_as_the_store_spells_them(suggester):
    (only,) = suggester.suggest(["Kitchenware", "Mugs"])

    assert only.reason == "both say Mugs"


def test_words_that_share_nothing_suggest_nothing(suggester):
    assert suggester.suggest(["Default Category", "Bicycles"]) == []
    assert Suggester([]).suggest(["Mugs"]) == []


def test_words_are_singular_and_telling():
    assert words_of("Men's Watches & Accessories for the Kitchen") == ["men", "watch", "accessory", "kitchen"]
