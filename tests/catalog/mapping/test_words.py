"""The words page: each value of the store beside Jet's word for it, and which Jet attribute is probably meant."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.mapping import attribute_suggestions, vocabulary
from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategoryAttribute,
)
from catalog.products.models import Attribute, AttributeOption
from catalog.rules.models import ValidationResult
from jetbridge.core.models import Event
from tests.factories import JetCategoryFactory, ProductFactory, StoreCategoryFactory

pytestmark = pytest.mark.django_db


def jet_attribute(name, values=(), kind=JetAttribute.Kind.LIST, jet_id=None):
    made = JetAttribute.objects.create(jet_id=jet_id or hash(name) % 10**9, name=name, kind=kind)
    for value in values:
        JetAttributeValue.objects.create(attribute=made, value=value)
    return made


@pytest.fixture
def mapping():
    jet = jet_attribute("Color", ["Red", "Blue", "Off White", "Gray"])
    color = Attribute.objects.create(code="color", label="Color", kind="select")
    for place, value in enumerate(("Crimson", "blue", "Deep Red")):
        AttributeOption.objects.create(attribute=color, value=value, position=place)
    return AttributeMapping.objects.create(attribute=color, jet_attribute=jet)


def found(mapping):
    return {word.value: word for word in vocabulary.vocabulary_of(mapping).words}


def test_values_are_the_options_and_what_products_hold_with_how_many(mapping):
    ProductFactory(attributes={"color": "Grey"})
    ProductFactory(attributes={"color": ["Crimson", "Grey"]})
    ProductFactory(attributes={"size": "M"})

    words = found(mapping)

    assert {value: word.products for value, word in words.items()} == {
        "Grey": 2, "Crimson": 1, "blue": 0, "Deep Red": 0,
    }  # fmt: skip
    assert words["blue"].same
    assert [word.value for word in vocabulary.vocabulary_of(mapping).unmapped] == [
        "Grey", "Crimson", "Deep Red",
    ]  # fmt: skip


def test_a_word_is_suggested_where_a_value_holds_it_or_is_spelled_alike(mapping):
    ProductFactory(attributes={"color": "Graye"})

    words = found(mapping)

    assert words["Deep Red"].suggestion == "Red"
    assert words["Graye"].suggestion == "Gray"
    assert words["Crimson"].suggestion == ""


def test_words_are_stored_in_jets_spelling_and_their_products_checked_again(admin_client, mapping):
    product = ProductFactory(attributes={"color": "Crimson"})
    url = reverse("mapping:words", args=[mapping.pk])

    answer = admin_client.post(
        url, {"ours": ["Crimson", "Deep Red", "blue"], "jets": ["red", "", ""]}, follow=True
    )

    mapping.refresh_from_db()
    assert mapping.vocabulary == {"Crimson": "Red"}
    assert "1 value without a word" in answer.content.decode()
    assert ValidationResult.objects.get(product=product).stale_since is not None
    assert Event.objects.get(action="attribute mapped").after["vocabulary"] == {"Crimson": "Red"}


def test_an_emptied_word_is_taken_away_and_others_stay(admin_client, mapping):
    mapping.vocabulary = {"Crimson": "Red", "Ruby": "Red"}
    mapping.save()

    admin_client.post(reverse("mapping:words", args=[mapping.pk]), {"ours": ["Crimson"], "jets": [""]})

    mapping.refresh_from_db()
    assert mapping.vocabulary == {"Ruby": "Red"}


def test_a_word_that_jet_does_not_list_stores_nothing_and_is_told_beside_its_value(admin_client, mapping):
    url = reverse("mapping:words", args=[mapping.pk])

    answer = admin_client.post(url, {"ours": ["Crimson", "Deep Red"], "jets": ["Purple", "Red"]})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was stored." in page
    assert 'value="Purple"' in page
    mapping.refresh_from_db()
    assert mapping.vocabulary == {}


def test_free_text_needs_no_words(admin_client):
    free = jet_attribute("Free", kind=JetAttribute.Kind.FREE_TEXT)
    attribute = Attribute.objects.create(code="free", label="Free")
    mapping = AttributeMapping.objects.create(attribute=attribute, jet_attribute=free)

    page = admin_client.get(reverse("mapping:words", args=[mapping.pk])).content.decode()

    assert "Jet takes any text" in page


def test_saving_a_mapping_goes_on_to_the_words_that_are_missing(admin_client, mapping):
    AttributeMapping.objects.all().delete()
    data = {
        "attribute": mapping.attribute_id, "jet_attribute_id": str(mapping.jet_attribute.jet_id),
        "unit": "", "vocabulary": "", "_save": "Save",
    }  # fmt: skip

    answer = admin_client.post(reverse("admin:mapping_attributemapping_add"), data)

    assert answer.url == reverse("mapping:words", args=[AttributeMapping.objects.get().pk])


def test_the_grid_counts_missing_words_without_a_query_a_row(admin_client, mapping):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = admin_client.get(reverse("admin:mapping_attributemapping_changelist")).content.decode()
        assert "2 words missing" in page
        return len(asked)

    queries()
    few = queries()
    for number in range(5):
        attribute = Attribute.objects.create(code=f"code_{number}", label="x")
        AttributeMapping.objects.create(attribute=attribute, jet_attribute=jet_attribute(f"jet {number}"))

    assert queries() == few


def test_attributes_that_tell_children_apart_are_named_until_they_are_mapped(admin_client, mapping):
    size = Attribute.objects.create(code="size", label="Size", kind="select")
    ProductFactory(kind="configurable", variation_codes=["color", "size"])
    url = reverse("admin:mapping_attributemapping_changelist")

    before = admin_client.get(url).context["to_map"]
    AttributeMapping.objects.create(attribute=size, jet_attribute=jet_attribute("Size"))

    assert before == [size]
    assert admin_client.get(url).context["to_map"] == []


def test_the_likeliest_jet_attribute_shares_name_options_and_mapped_category(mapping):
    sizes = jet_attribute("Shirt Size", ["XS", "S", "M"])
    jet_attribute("Shoe Size", ["39", "40"])
    category = JetCategoryFactory()
    JetCategoryAttribute.objects.create(category=category, attribute=sizes)
    CategoryMapping.objects.create(store_category=StoreCategoryFactory(), jet_category=category)
    size = Attribute.objects.create(code="size", label="Size", kind="select")
    for value in ("XS", "S", "XXXL"):
        AttributeOption.objects.create(attribute=size, value=value)

    best = attribute_suggestions.suggest(size)[0]

    assert best.attribute == sizes
    assert "Jet's words: 2 of 3 options" in best.reason
    assert "in 1 of your mapped categories" in best.reason


def test_suggestions_stand_beside_the_id_and_fill_it_in(admin_client, mapping):
    answer = admin_client.get(
        reverse("mapping:attribute_suggestions"), {"attribute": mapping.attribute_id, "field": "id_x"}
    )

    page = answer.content.decode()
    assert 'data-jb-fill="id_x"' in page
    assert f'data-jb-value="{mapping.jet_attribute.jet_id}"' in page


def test_a_viewer_sees_the_words_and_can_change_none(client, django_user_model, mapping):
    person = django_user_model.objects.create_user("victor", is_staff=True)
    person.groups.add(Group.objects.get(name="viewer"))
    client.force_login(person)
    url = reverse("mapping:words", args=[mapping.pk])

    page = client.get(url).content.decode()
    client.post(url, {"ours": ["Crimson"], "jets": ["Red"]})

    assert "Save words" not in page
    mapping.refresh_from_db()
    assert mapping.vocabulary == {}
