"""Suggestions by local text match."""

from types import SimpleNamespace

import pytest

from catalog.mapping import category_suggestions
from catalog.mapping.text_matches import Candidate, Suggester, Suggestion, words_of

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


@pytest.mark.parametrize(
    ("ours", "jets", "apart"),
    [
        ("Men/Pants", "Women's Clothing > Women's Pants", True),
        ("Men/Pants", "Men's Clothing > Men's Pants", False),
        ("Pants", "Women's Clothing > Women's Pants", False),
        ("Baby/Shoes", "Kids > Shoes", True),
        ("Leather Belts", "Cotton Belts", True),
        ("Leather Belts", "Belts", False),
    ],
)
def test_other_people_ages_and_materials_are_no_match(ours, jets, apart):
    assert category_suggestions.contradict(set(words_of(ours)), set(words_of(jets))) is apart


def offer(score, second=None, *, products=3, contradicts=False):
    branch = SimpleNamespace(id=1, products=products)
    two = None if second is None else Suggestion(2, "B", second, ())
    return category_suggestions.Offer(branch, Suggestion(1, "A", score, ()), two, contradicts)


def test_only_what_is_high_and_unambiguous_is_selected_beforehand():
    assert offer(90).selected
    assert offer(90, 80).selected
    assert not offer(90, 88).selected
    assert not offer(79).selected
    assert not offer(95, contradicts=True).selected
    assert not offer(95, products=0).selected
