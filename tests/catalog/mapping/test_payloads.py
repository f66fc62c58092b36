"""How our rows are put in Jet's words."""

import pytest

from catalog.mapping.placements import MOST_ATTRIBUTES, AttributeRule, node_attributes
from catalog.products.models import Product


def written(value, **rule):
    rules = [AttributeRule("parts", 119, **rule)]
    return node_attributes(Product(attributes={"parts": value}), rules)


def test_each_option_of_a_multiple_select_goes_to_a_list_of_jets_by_itself():
    found = written(["Lid", "Spoon", "Ladle"], words={"Ladle": "Spoon"}, is_list=True)

    assert found == [
        {"attribute_id": 119, "attribute_value": "Lid"},
        {"attribute_id": 119, "attribute_value": "Spoon"},
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(["Lid", "Spoon"], "Lid, Spoon"), (["Lid", ""], "Lid"), ("Lid", "Lid")]
)
def test_where_jet_takes_free_text_several_options_are_one_text(value, text):
    assert [each["attribute_value"] for each in written(value)] == [text]


def test_options_beyond_what_jet_takes_are_left_out():
    assert len(written([str(each) for each in range(12)], is_list=True)) == MOST_ATTRIBUTES
