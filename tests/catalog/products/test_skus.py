"""What a SKU from outside stands for."""

import pytest

from catalog.products.management import choices
from catalog.products.skus import Spellings, product_named
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ours", "asked", "found"),
    [
        (["BOOK-9"], "book-9", "BOOK-9"),
        (["BOOK-9", "book-9"], "book-9", "book-9"),
        (["BOOK-9", "Book-9"], "book-9", None),
        (["BOOK-9"], "book-90", None),
        (["ÄPFEL"], "äpfel", "ÄPFEL"),
        (["BOOK-9"], "", None),
    ],
)
def test_the_same_spelling_first_then_the_only_one_that_differs_in_case(ours, asked, found):
    for sku in ours:
        ProductFactory(sku=sku)

    product = product_named(asked)

    assert (product and product.sku) == found
    assert Spellings((sku, sku) for sku in ours).get(asked) == found


def test_the_several_that_would_fit_are_named():
    spelled = Spellings({"BOOK-9": 1, "Book-9": 2})

    assert spelled.in_doubt("book-9") == ["BOOK-9", "Book-9"]
    assert spelled.in_doubt("BOOK-9") == []
    assert spelled.in_doubt("pen-1") == []


def test_a_command_takes_no_product_where_two_would_fit():
    ProductFactory(sku="BOOK-9")
    ProductFactory(sku="Book-9")
    pen = ProductFactory(sku="PEN-1")

    assert choices.ids_of(["pen-1"]) == [pen.pk]
    with pytest.raises(choices.UnknownSkus):
        choices.ids_of(["book-9"])
