"""The store's words and Jet's: the vocabulary holds for the verdict and for what is sent."""

import pytest

from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue, JetCategoryAttribute
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
