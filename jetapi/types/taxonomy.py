"""Jet's categories and their attributes (docs/jet-api.md, taxonomy)."""

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from jetapi.types.base import AttributeId, Count, JetDocument, JetValue, Many, Money


def _any_number_but_zero(value: Any) -> Any:
    """Jet's own tables have 2 for "a number with a unit", which is free text too."""
    return bool(value) if isinstance(value, int) else value


FreeText = Annotated[bool, BeforeValidator(_any_number_but_zero)]


class TaxonomyNode(JetDocument):
    """A category. Its path is leaf first: `Dresses/Women's Clothing/Clothing`."""

    jet_node_id: int
    jet_node_name: str = ""
    jet_node_path: str = ""
    amazon_node_ids: Many[int] = Field(
        default=(), validation_alias=AliasChoices("amazon_node_ids", "amazon_node_id")
    )
    parent_id: Count = None
    jet_level: Count = None
    suggested_tax_code: str | None = None
    active: bool = True


class AttributeValidation(JetValue):
    """What a free value must be."""

    data_type: str | None = None
    min_value: Money = None
    max_value: Money = None


class TaxonomyAttribute(JetDocument):
    """An attribute of a category: free text, or one of `values`; with a unit where `units` has any."""

    attribute_id: AttributeId
    attribute_description: str = ""
    free_text: FreeText = False
    variant: bool = False
    values: Many[str] = ()
    units: Many[str] = ()
    validation: AttributeValidation | None = None
