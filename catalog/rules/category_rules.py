"""Rules of the Jet category and of the attributes that it carries."""

from collections.abc import Iterator
from typing import Any

from catalog.mapping.fields.sources import attribute_texts
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.mapping.selectors import NeededAttribute
from catalog.products.models import Product
from catalog.products.values import number_and_unit
from catalog.rules.subjects import Asked, Found, Subject, advice, blocks, not_live
from jetbridge.core.texts import counted, several, squeezed

MOST_ATTRIBUTES = 10
LONGEST_VALUE, LONGEST_UNIT = 2000, 100
# Results on attribute values that are kept at once: memory stays flat over free texts.
MOST_KNOWN = 20_000
TWO_SOURCES = "attribute.two_sources"
LISTABLE = (Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE)


def kind(subject: Subject) -> Iterator[Found]:
    """Jet takes simple and configurable products only."""
    product = subject.product
    if product.kind not in LISTABLE:
        word = product.get_kind_display().lower()
        yield blocks(
            "type.not_listable",
            "kind",
            f"A product of type {word} cannot be listed on Jet: it takes simple and configurable products.",
        )


def category(subject: Subject) -> Iterator[Found]:
    """The product must be in a mapped category, and the mapping must lead to a category in force."""
    if subject.category is None:
        yield blocks(
            "category.unmapped", "category", "None of the product's store categories is mapped to Jet."
        )
    elif not subject.category.active:
        yield not_live(
            "category.retired",
            "category",
            f"The Jet category {subject.category.path} is retired: map another.",
        )
    elif subject.category.level == 0:
        yield not_live(
            "category.root", "category", f"{subject.category.path} is a root category: map one below it."
        )


def attributes(subject: Subject) -> Iterator[Found]:
    """Values of mapped attributes must fit Jet's; those without a value are named in one line."""
    missing, sent = [], 0
    for asked in subject.asked:
        answers = subject.answers(asked)
        if not answers:
            missing.append(asked.needed.attribute.display_name or asked.needed.attribute.name)
        said = [(each, _in_jets_words(asked, each, value)) for each, value in answers]
        for mapping, texts in said:
            sent += len(texts)
            for text in texts:
                yield from _text(subject, asked, mapping, text)
        if len(said) > 1 and any(texts != said[0][1] for _, texts in said):
            yield _two_sources(asked, [each for each, _ in said])
    if missing:
        yield advice(
            "attributes.missing",
            "attributes",
            f"Jet's category also asks for: {several(sorted(missing), 8)}.",
        )
    if sent > MOST_ATTRIBUTES:
        yield advice(
            "attributes.too_many",
            "attributes",
            f"Jet takes {MOST_ATTRIBUTES} attributes; the product has {counted(sent, 'value')}.",
        )


def value_faults(mapping: AttributeMapping, needed: NeededAttribute, value: Any) -> list[Found]:
    """Check one value by itself, for a page that shows what Jet asks for beside what a product has."""
    asked = Asked(needed, (mapping,))
    return [
        fault for text in _in_jets_words(asked, mapping, value) for fault in _compare(mapping, asked, text)
    ]


def _in_jets_words(asked: Asked, mapping: AttributeMapping, value: Any) -> list[str]:
    apart = asked.needed.attribute.kind == JetAttribute.Kind.LIST
    return attribute_texts(value, mapping.vocabulary, apart=apart)


def _two_sources(asked: Asked, mappings: list[AttributeMapping]) -> Found:
    """Ask which attribute is meant, where two that are mapped equally near say different things."""
    codes = " and ".join(each.attribute.code for each in mappings)
    name = asked.needed.attribute.name
    return advice(
        TWO_SOURCES,
        mappings[0].attribute.code,
        f"{codes} both feed Jet's {name}, with different values: choose one for this category.",
    )


def _text(subject: Subject, asked: Asked, mapping: AttributeMapping, text: str) -> tuple[Found, ...]:
    """Check a text once: the colors and sizes of a catalogue are few."""
    # The subjects of a run share their mappings, which live as long as what is kept here.
    known, key = subject.known_values, (id(mapping), text)
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        found = known[key] = tuple(_compare(mapping, asked, text))
    return found


def _compare(mapping: AttributeMapping, asked: Asked, text: str) -> Iterator[Found]:
    needed, attribute = asked.needed, asked.needed.attribute
    code, label = mapping.attribute.code, asked.label(mapping)
    if not text:
        yield blocks("attribute.empty", code, f"{label} is empty in Jet's words.")
    elif len(text) > LONGEST_VALUE:
        yield blocks(
            "attribute.too_long",
            code,
            f"{label} has {len(text):,} characters; {LONGEST_VALUE:,} fit.",
        )
    elif attribute.kind == JetAttribute.Kind.NUMBER:
        yield from _number(mapping, needed, text, label)
    elif attribute.kind == JetAttribute.Kind.LIST and needed.values:
        known = _squeezed_values(needed)
        if squeezed(text) not in known:
            yield not_live(
                "attribute.unknown_value", code, f"{label} is {text[:80]!r}, which is not in Jet's list."
            )


def _number(mapping: AttributeMapping, needed: NeededAttribute, text: str, label: str) -> Iterator[Found]:
    code, read = mapping.attribute.code, number_and_unit(text)
    if read is None:
        yield not_live("attribute.not_a_number", code, f"{label} is {text[:80]!r}; Jet requires a number.")
        return
    unit = read[1] or mapping.unit.strip()
    if len(unit) > LONGEST_UNIT:
        yield blocks(
            "attribute.unit_too_long",
            code,
            f"{label} has a unit of {len(unit):,} characters; {LONGEST_UNIT} fit.",
        )
        return
    if not needed.units:
        return
    if not unit:
        yield not_live(
            "attribute.unit_missing", code, f"{label} has no unit; Jet knows {several(needed.units)}."
        )
    elif squeezed(unit) not in {squeezed(each) for each in needed.units}:
        yield not_live(
            "attribute.unknown_unit",
            code,
            f"{label} has the unit {unit[:40]!r}; Jet knows {several(needed.units)}.",
        )


_SQUEEZED: dict[int, tuple[frozenset[str], frozenset[str]]] = {}


def _squeezed_values(needed: NeededAttribute) -> frozenset[str]:
    """Squeeze an attribute's thousands of values once, not once a product."""
    kept = _SQUEEZED.get(needed.attribute.pk)
    if kept is None or kept[0] is not needed.values:
        kept = (needed.values, frozenset(squeezed(each) for each in needed.values))
        _SQUEEZED[needed.attribute.pk] = kept
    return kept[1]
