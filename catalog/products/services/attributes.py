"""Deletes an attribute of the store with its options and what rooms above hang on it."""

from django.db import transaction

from catalog.products.changes import ATTRIBUTES, AttributeRemoving
from catalog.products.models import Attribute


@transaction.atomic
def remove(*, attribute: Attribute) -> None:
    """Delete an attribute; products keep their values."""
    ATTRIBUTES.announce(AttributeRemoving(attribute.pk, attribute.code))
    attribute.delete()
