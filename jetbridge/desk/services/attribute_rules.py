"""Attribute mappings as a part of the configuration's file: written, compared, taken over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.services import attribute_mappings
from catalog.products.models import Attribute
from jetbridge.core.texts import number_in
from jetbridge.desk.services.offer_rules import BadRule

SECTION = "attribute_mappings"


@dataclass
class MappingChanges:
    """What a file would change of the mappings, and those that it names no more."""

    stored: list[AttributeMapping] = field(default_factory=list)
    removed: list[AttributeMapping] = field(default_factory=list)
    rows: list[tuple[str, Any, Any]] = field(default_factory=list)


def dump() -> dict[str, Any]:
    """Return all mappings as JSON holds them; Jet's IDs as texts, for they have up to 19 digits."""
    rows = (_written(each) for each in _all())
    return {SECTION: sorted(rows, key=lambda row: (row["attribute"], row["category"]))}


def compare(document: Mapping[str, Any]) -> MappingChanges:
    """
    Compare a file's mappings with those in force; without the section nothing changes.

    What names an attribute or category that is not here is left out, and said.

    :raises BadRule: the section cannot be read
    """
    changes = MappingChanges()
    if SECTION not in document:
        return changes
    known = {
        (each.attribute.code, str(each.category.jet_id) if each.category else None): each for each in _all()
    }
    named = set()
    for place, given in enumerate(_list(document)):
        code, category, jet_id = (
            _text(given, name, place) for name in ("attribute", "category", "jet_attribute")
        )
        key = (code, category or None)
        if key in named:
            raise BadRule(f"{SECTION}.{place}: {code} stands there twice for one category.")
        named.add(key)
        _compare(changes, known.get(key), given, (code, category, jet_id), place)
    for key, row in known.items():
        if key not in named:
            changes.removed.append(row)
            changes.rows.append((f"mapping of {row.attribute.code}", str(row), ""))
    return changes


def apply(changes: MappingChanges) -> None:
    """Take the mappings over, each with its history; the products are checked again."""
    for row in changes.removed:
        attribute_mappings.remove_mapping(mapping=row)
    attribute_mappings.save_many(rows=changes.stored)


def _all() -> list[AttributeMapping]:
    return list(AttributeMapping.objects.select_related("attribute", "jet_attribute", "category"))


def _written(row: AttributeMapping) -> dict[str, Any]:
    return {
        "attribute": row.attribute.code,
        "category": str(row.category.jet_id) if row.category else "",
        "jet_attribute": str(row.jet_attribute.jet_id),
        "unit": row.unit,
        "words": row.vocabulary,
    }


def _compare(
    changes: MappingChanges,
    row: AttributeMapping | None,
    given: Mapping[str, Any],
    names: tuple[str, str, str],
    place: int,
) -> None:
    code, category, jet_id = names
    words, unit = given.get("words", {}), _text(given, "unit", place)
    if not isinstance(words, dict) or not all(isinstance(each, str) for each in (*words, *words.values())):
        raise BadRule(f"{SECTION}.{place}: \"words\" must name Jet's words by the store's.")
    attribute = Attribute.objects.filter(code=code).first()
    jet = JetAttribute.objects.filter(jet_id=_number(jet_id)).first()
    branch = JetCategory.objects.filter(jet_id=_number(category)).first() if category else None
    if attribute is None or jet is None or (category and branch is None):
        changes.rows.append((f"mapping of {code}", "", "left out: attribute or category is not here"))
        return
    before = _written(row) if row else None
    made = row or AttributeMapping(attribute=attribute, category=branch)
    old = str(row) if row else ""
    made.jet_attribute, made.unit, made.vocabulary = jet, unit[:60], dict(words)
    if before != _written(made):
        changes.stored.append(made)
        changes.rows.append((f"mapping of {code}", old, str(made)))


def _list(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document[SECTION]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadRule(f"{SECTION} must be a list of objects.")
    return found


def _text(given: Mapping[str, Any], name: str, place: int) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadRule(f"{SECTION}.{place}.{name} must be a text.")
    return value


def _number(text: str) -> int:
    number = number_in(text)
    return -1 if number is None else number
