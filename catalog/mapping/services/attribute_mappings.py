"""Checks and stores which Jet attribute a store attribute feeds: the ID, the unit, and words that differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from catalog.mapping import selectors
from catalog.mapping.changes import MAPPING, MappingChanged
from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.selectors import NeededAttribute
from catalog.mapping.taxonomy.files import Refused, whole_id
from catalog.products.changes import AttributeRemoving
from catalog.products.models import Attribute
from jetbridge.core import history
from jetbridge.core.texts import number_in, squeezed


class UnknownJetAttribute(Exception):
    """The Jet attribute ID is none; the message says what is wrong with it."""


class UnknownJetCategory(Exception):
    """There is no such Jet category; the message says what is wrong."""


class BadUnit(Exception):
    """The unit is none that Jet allows for the attribute; the message names those it does."""


class BadWords(Exception):
    """Right-hand words that Jet does not list for the attribute; by the store's value, with a reason each."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True)
class AttributeCheck:
    """What Jet says about an attribute, beside what the store has."""

    needed: NeededAttribute
    matched: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


def find_jet_attribute(text: str) -> JetAttribute:
    """
    Return the Jet attribute with the ID as a person typed it; up to 19 digits, every one of them kept.

    :raises UnknownJetAttribute: no ID, one that a spreadsheet rounded, or none of the taxonomy
    """
    try:
        jet_id = whole_id(text, "attribute ID")
    except Refused as refusal:
        raise UnknownJetAttribute(f"{refusal.args[1][0].upper()}{refusal.args[1][1:]}.") from refusal
    found = JetAttribute.objects.filter(jet_id=jet_id).first()
    if found is None:
        hint = "" if JetAttribute.objects.exists() else " Import Jet's categories first."
        raise UnknownJetAttribute(f"Jet's taxonomy has no attribute {jet_id}.{hint}")
    if found.retired:
        raise UnknownJetAttribute(f"Jet has retired attribute {jet_id} ({found.name}).")
    return found


def find_jet_category(text: str) -> JetCategory | None:
    """
    Return the Jet category with an ID or a path as a person typed it; nothing typed means all categories.

    :raises UnknownJetCategory: the taxonomy has none, or several of that path
    """
    text = " > ".join(part.strip() for part in text.split(">"))
    if not text:
        return None
    jet_id = number_in(text)
    found = JetCategory.objects.filter(**{"path": text} if jet_id is None else {"jet_id": jet_id})[:2]
    if not found:
        raise UnknownJetCategory(f"Jet's taxonomy has no category {text[:200]}.")
    if len(found) > 1:
        raise UnknownJetCategory(f"Jet has several categories {text[:200]}: give the ID.")
    return found[0]


def written(category: JetCategory) -> str:
    """Return how a person writes a Jet category: its path, or the ID where another has the same path."""
    alone = JetCategory.objects.filter(path=category.path).count() == 1
    return category.path if alone and ">" not in category.name else str(category.jet_id)


def check(
    *, jet_attribute: JetAttribute, attribute: Attribute | None, vocabulary: dict[str, str] | None = None
) -> AttributeCheck:
    """Compare the store's options with the values that Jet allows; free text and numbers match always."""
    (needed,) = selectors.with_values([jet_attribute])
    if attribute is None or not needed.values or jet_attribute.kind != JetAttribute.Kind.LIST:
        return AttributeCheck(needed)
    words = vocabulary or {}
    options = [str(value) for value in attribute.options.values_list("value", flat=True)]
    allowed = {squeezed(value) for value in needed.values}
    matched = tuple(each for each in options if squeezed(words.get(each, each)) in allowed)
    return AttributeCheck(needed, matched, tuple(each for each in options if each not in matched))


def check_unit(*, jet_attribute: JetAttribute, unit: str) -> str:
    """
    Return the unit in Jet's spelling.

    :raises BadUnit: Jet allows other units, or none
    """
    (needed,) = selectors.with_values([jet_attribute])
    if not unit:
        if jet_attribute.kind == JetAttribute.Kind.NUMBER and needed.units:
            raise BadUnit(f"{jet_attribute.name} is a number with a unit. Choose {_or(needed.units)}.")
        return ""
    spelled = {each.casefold(): each for each in needed.units}
    if unit.casefold() not in spelled:
        allowed = f"Jet allows {_or(needed.units)}" if needed.units else "Jet allows none here"
        raise BadUnit(f"{unit} is no unit of {jet_attribute.name}. {allowed}.")
    return spelled[unit.casefold()]


def spelled_words(*, jet_attribute: JetAttribute, words: Mapping[str, str]) -> dict[str, str]:
    """
    Return a vocabulary in Jet's spelling, without words that say nothing new.

    :raises BadWords: Jet does not list some of the right-hand words
    """
    (needed,) = selectors.with_values([jet_attribute])
    if jet_attribute.kind != JetAttribute.Kind.LIST or not needed.values:
        return dict(words)
    allowed = {squeezed(value): value for value in needed.values}
    bad = {
        ours: f"Jet does not list {jets} for {jet_attribute.name}."
        for ours, jets in words.items() if squeezed(jets) not in allowed
    }  # fmt: skip
    if bad:
        raise BadWords(bad)
    return {ours: allowed[squeezed(jets)] for ours, jets in words.items()}


def set_words(*, mapping: AttributeMapping, words: Mapping[str, str]) -> bool:
    """
    Put words into the vocabulary of a mapping, an empty one taking its value's word away; return whether it changed.

    :raises BadWords: Jet does not list some of them; then nothing is stored
    """
    kept = {ours: jets for ours, jets in mapping.vocabulary.items() if ours not in words}
    given = {ours: jets.strip() for ours, jets in words.items() if jets.strip()}
    vocabulary = {**kept, **spelled_words(jet_attribute=mapping.jet_attribute, words=given)}
    if vocabulary == mapping.vocabulary:
        return False
    mapping.vocabulary = vocabulary
    save_mapping(mapping=mapping)
    return True


@transaction.atomic
def save_many(*, rows: Iterable[AttributeMapping]) -> int:
    """Store those mappings that differ from what is stored; return how many. The products are checked again once."""
    changed = [row for row in rows if _summary(_stored(row)) != _summary(row)]
    for row in changed:
        _store(row)
    if changed:
        MAPPING.announce(MappingChanged(codes=tuple(sorted({row.attribute.code for row in changed}))))
    return len(changed)


@transaction.atomic
def save_mapping(*, mapping: AttributeMapping) -> None:
    """Store a mapping with its history; the products that have the attribute are checked again."""
    _store(mapping)
    _announce(mapping)


def _stored(mapping: AttributeMapping) -> AttributeMapping | None:
    if mapping.pk is None:
        return None
    return AttributeMapping.objects.filter(pk=mapping.pk).select_related("jet_attribute", "category").first()


def _store(mapping: AttributeMapping) -> None:
    before = _stored(mapping)
    mapping.save()
    history.record(
        "attribute mapped",
        mapping.attribute,
        message=str(mapping),
        before=_summary(before),
        after=_summary(mapping),
    )


@transaction.atomic
def remove_mapping(*, mapping: AttributeMapping) -> None:
    """Remove a mapping with its history."""
    history.record("attribute mapping removed", mapping.attribute, before=_summary(mapping))
    _announce(mapping)
    mapping.delete()


def follow_attributes(change: AttributeRemoving) -> None:
    """Remove the mapping of an attribute that is about to go, with its history."""
    for mapping in AttributeMapping.objects.filter(attribute=change.attribute_id).select_related(
        "jet_attribute", "category"
    ):
        remove_mapping(mapping=mapping)


def _announce(mapping: AttributeMapping) -> None:
    MAPPING.announce(MappingChanged(codes=(mapping.attribute.code,)))


def _summary(mapping: AttributeMapping | None) -> dict[str, object] | None:
    if mapping is None:
        return None
    summary: dict[str, object] = {"jet_attribute": mapping.jet_attribute.jet_id, "unit": mapping.unit}
    if mapping.category:
        summary["category"] = mapping.category.path
    return {**summary, "vocabulary": mapping.vocabulary} if mapping.vocabulary else summary


def _or(words: tuple[str, ...]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1]) if len(words) > 1 else words)
