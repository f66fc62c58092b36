"""Deletes an attribute of the store with its options and its mapping."""

from django.db import transaction

from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.products.models import Attribute


@transaction.atomic
def remove(*, attribute: Attribute) -> None:
    """Delete an attribute; products keep their values, their verdicts become stale where it was mapped."""
    for mapping in AttributeMapping.objects.filter(attribute=attribute).select_related("jet_attribute"):
        attribute_mappings.remove_mapping(mapping=mapping)
    attribute.delete()
