"""Jet's errors in plain words."""

from catalog.mapping.fields.error_texts import plain_error


def test_jets_field_names_are_put_into_words():
    assert plain_error("product_title must be 5 long") == "Title (product_title) must be 5 long"


def test_text_without_field_names_stays_as_it_is():
    assert plain_error("Invalid UPC Code") == "Invalid UPC Code"
