"""The store's words and Jet's: the vocabulary holds for the verdict and for what is sent."""

import pytest

from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue, JetCategoryAttribute
from catalog.mapping.vocabulary import same_meaning
from catalog.products.models import Attribute
from catalog.rules.services import validations
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    category = JetCategoryFactory()
    jet_attribute = JetAttribute.objects.create(
        jet_id=404891793019313, name="Color", kind=JetAttribute.Kind.LIST
    )
    JetAttributeValue.objects.create(attribute=jet_attribute, value="Red")
    JetCategoryAttribute.objects.create(category=category, attribute=jet_attribute)
    color = Attribute.objects.create(code="color", label="Color")
    AttributeMapping.objects.create(attribute=color, jet_attribute=jet_attribute)
    product = ProductFactory(mapped=category)
    product.attributes["color"] = "Crimson"
    product.save()
    return product


def codes(product):
    return {found.code for found in validations.problems(product)}


def test_a_word_that_jet_does_not_know_is_a_problem_until_it_is_translated(product):
    assert "attribute.unknown_value" in codes(product)

    AttributeMapping.objects.update(vocabulary={"Crimson": "Red"})

    assert "attribute.unknown_value" not in codes(product)


def test_what_is_sent_is_jets_word_under_the_whole_id(product):
    AttributeMapping.objects.update(vocabulary={"Crimson": "Red"})
    listing = ListingFactory(product=product)

    body = Facet.DETAILS.build(listing, Facet.DETAILS.gather([listing]))

    assert body["attributes_node_specific"] == [{"attribute_id": 404891793019313, "attribute_value": "Red"}]


@pytest.mark.parametrize(
    ("value", "allowed", "word"),
    [
        ("XS", ["Extra Small", "Small"], "Extra Small"), ("2XL", ["X-Large", "XX-Large"], "XX-Large"),
        ("32x30", ["32W x 30L", "32W x 32L"], "32W x 30L"), ("6.0", ["6", "60"], "6"), ("grey", ["Gray"], "Gray"),
        ("M", ["Medium/Large", "Medium", "M"], "M"), ("OS", ["One Size"], "One Size"), ("L", ["XL", "Left"], ""),
        ("", ["Small"], ""), ("x" * 200, ["X-Large"], ""),
    ],
)  # fmt: skip
def test_a_size_in_letters_is_the_size_in_words(value, allowed, word):
    assert same_meaning(value, allowed) == word
