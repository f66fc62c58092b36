"""
What Jet's API returned of its taxonomy, as the files that merchants upload.

The API returns less than the files: attributes only where a category carries them, one name for each, and if text
is free, but not whether it is a number. What it does not say stays as it is stored, so that both ways end alike.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from catalog.mapping.models import JetAttribute, JetAttributeValue
from catalog.mapping.taxonomy.headers import (
    ATTRIBUTE_HEADER,
    CATEGORY_HEADER,
    LINK_HEADER,
    VALUE_HEADER,
)
from catalog.mapping.taxonomy.zip_files import csv_bytes
from jetapi.types.taxonomy import TaxonomyAttribute, TaxonomyNode

Found = tuple[TaxonomyNode, list[TaxonomyAttribute]]
Kind = JetAttribute.Kind
AttributeLine = tuple[object, ...]
NUMBERS = ("decimal", "double", "float", "int", "integer", "long", "number", "numeric")


def files_of(found: Sequence[Found]) -> dict[str, bytes]:
    attributes: dict[int, TaxonomyAttribute] = {}
    values: dict[tuple[int, str], str] = {}
    links = []
    for node, carried in found:
        for each in carried:
            attributes.setdefault(each.attribute_id, each)
            values |= {(each.attribute_id, value): "NULL" for value in each.values}
            values |= {(each.attribute_id, f"_{unit}"): unit for unit in each.units}
            links.append((each.attribute_id, node.jet_node_id, 1))
    lines = list(_attribute_lines(attributes.values()))
    for attribute in _unlinked().exclude(jet_id__in=attributes):
        lines.append(_stored_line(attribute))
        rows = JetAttributeValue.objects.filter(attribute=attribute, retired=False).order_by("pk")
        values |= {(attribute.jet_id, row.value): row.unit or "NULL" for row in rows}
    listed = ((number, *key, unit, 0) for number, (key, unit) in enumerate(values.items(), 1))
    return {
        "categories.csv": csv_bytes(CATEGORY_HEADER, (_category(node) for node, _ in found)),
        "attributes.csv": csv_bytes(ATTRIBUTE_HEADER, lines),
        "values.csv": csv_bytes(VALUE_HEADER, listed),
        "links.csv": csv_bytes(LINK_HEADER, links),
    }


def _unlinked() -> "QuerySet[JetAttribute]":
    """Attributes that no category carries: the API has no way to return them, so they are no news."""
    linked = JetAttribute.objects.filter(category_links__active=True, category_links__category__active=True)
    return JetAttribute.objects.filter(is_demo=False, retired=False).exclude(pk__in=linked.values("pk"))


def _attribute_lines(read: Iterable[TaxonomyAttribute]) -> Iterable[AttributeLine]:
    read = list(read)
    stored = {
        row.jet_id: row for row in JetAttribute.objects.filter(jet_id__in=[t.attribute_id for t in read])
    }
    says_numbers = any(each.validation and each.validation.data_type for each in read)
    for each in read:
        known = stored.get(each.attribute_id)
        # Its one name is one of the file's two.
        names = (known.name, known.display_name) if known else ()
        if each.attribute_description not in names:
            names = (each.attribute_description, each.attribute_description)
        kind = _kind(each, known, says_numbers=says_numbers)
        yield each.attribute_id, *names, kind, int(each.variant), 0


def _stored_line(row: JetAttribute) -> AttributeLine:
    return row.jet_id, row.name, row.display_name, row.kind, int(row.variant), 0


def _kind(read: TaxonomyAttribute, known: JetAttribute | None, *, says_numbers: bool) -> int:
    """The files' number of a kind: free text is a number where Jet checks it as one, else as it was stored."""
    if not read.free_text:
        return Kind.LIST
    if read.validation and (read.validation.data_type or "").lower() in NUMBERS:
        return Kind.NUMBER
    if known is not None and known.kind != Kind.LIST:
        return known.kind
    return Kind.NUMBER if read.units and not says_numbers else Kind.FREE_TEXT


def _category(node: TaxonomyNode) -> tuple[object, ...]:
    place = (node.parent_id or 0, int(node.active), node.jet_level)
    return (node.jet_node_id, node.jet_node_name, *place, node.suggested_tax_code or "")
