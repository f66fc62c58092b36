"""The store's values of one attribute beside Jet's: which are the same, translated, or without a word yet."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTransform

from catalog.mapping import selectors
from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.mapping.selectors import NeededAttribute
from catalog.mapping.text_matches import meaning, words_of
from catalog.products.models import Attribute, Product
from jetbridge.core.texts import squeezed

# Values are counted over the newest products: enough to see which word matters, and no walk through a million.
COUNTED = 50_000
# More different values than this are texts, not words.
MOST_VALUES = 500
# How alike a value and Jet's word must be to be suggested.
ALIKE = 0.8
WITH_OPTIONS = (Attribute.Kind.SELECT, Attribute.Kind.MULTISELECT)


@dataclass(frozen=True)
class Word:
    """One value of the store: how many products hold it, Jet's word for it, and a suggestion where it has none."""

    value: str
    products: int
    jets: str = ""
    suggestion: str = ""
    same: bool = False

    @property
    def is_unmapped(self) -> bool:
        """Return whether Jet would not know the value."""
        return not (self.jets or self.same)

    @property
    def state(self) -> str:
        """Return same, translated or unmapped."""
        return "same" if self.same else "translated" if self.jets else "unmapped"


@dataclass(frozen=True)
class Vocabulary:
    """All values of a store attribute beside the words that Jet allows."""

    needed: NeededAttribute
    words: tuple[Word, ...] = ()
    cut: bool = False

    @property
    def has_words(self) -> bool:
        """Return whether Jet takes listed words only; free text and numbers need no vocabulary."""
        return self.needed.attribute.kind == JetAttribute.Kind.LIST and bool(self.needed.values)

    @property
    def unmapped(self) -> list[Word]:
        """Return the values that Jet would not know."""
        return [each for each in self.words if each.is_unmapped]


def vocabulary_of(mapping: AttributeMapping) -> Vocabulary:
    """Return the store's values of a mapped attribute, those without a word first, then the most used."""
    (needed,) = selectors.with_values([mapping.jet_attribute])
    found = Vocabulary(needed)
    if not found.has_words:
        return found
    counts = store_values(mapping.attribute)
    by_key = {squeezed(value): value for value in needed.values}
    words = [_word(value, count, mapping.vocabulary, by_key) for value, count in counts.items()]
    words.sort(key=lambda each: (not each.is_unmapped, each.same, -each.products, each.value.casefold()))
    return Vocabulary(needed, tuple(words[:MOST_VALUES]), cut=len(words) > MOST_VALUES)


def unmapped_options(mapping: AttributeMapping, needed: NeededAttribute, options: Iterable[str]) -> list[str]:
    """Return the options of a store attribute that are neither Jet's words nor translated."""
    if needed.attribute.kind != JetAttribute.Kind.LIST or not needed.values:
        return []
    known = {squeezed(value) for value in needed.values}
    return [each for each in options if squeezed(mapping.in_jets_words(each)) not in known]


def store_values(attribute: Attribute) -> dict[str, int]:
    """Return the values of an attribute with how many products hold them: its options, and what products hold."""
    counts: Counter[str] = Counter()
    if attribute.kind in WITH_OPTIONS:
        counts.update(dict.fromkeys(attribute.options.values_list("value", flat=True), 0))
    newest = Product.objects.order_by("-pk").values("pk")[:COUNTED]
    holders = Product.objects.filter(pk__in=newest, attributes__has_key=attribute.code)
    held = holders.annotate(held=KeyTransform(attribute.code, "attributes")).values_list("held")
    for value, count in held.annotate(n=Count("pk")).order_by("-n")[: MOST_VALUES * 10]:
        for each in value if isinstance(value, list) else [value]:
            if text := _text(each):
                counts[text] += count
    return dict(counts)


def same_meaning(value: str, allowed: Iterable[str]) -> str:
    """Return the word of Jet's that surely means the value: spelled alike, or the same size in other letters."""
    mine = meaning(value)
    found = [word for word in allowed if meaning(word) == mine]
    return min(found, key=lambda word: (squeezed(word) != squeezed(value), len(word), word), default="")


def suggestion(value: str, allowed: Iterable[str]) -> str:
    """Return the word of Jet's that a value probably means: one whose words it holds, or one spelled alike."""
    listed = sorted(allowed)
    if same := same_meaning(value, listed):
        return same
    mine = set(words_of(value))
    inside = [word for word in listed if (theirs := set(words_of(word))) and theirs <= mine]
    if inside:
        return max(inside, key=lambda word: (len(words_of(word)), word))
    lower = {word.casefold(): word for word in reversed(listed)}
    alike = get_close_matches(value.casefold(), lower, n=1, cutoff=ALIKE)
    return lower[alike[0]] if alike else ""


def _word(value: str, count: int, translated: Mapping[str, str], by_key: Mapping[str, str]) -> Word:
    jets = translated.get(value, "")
    if jets and squeezed(jets) in by_key:
        return Word(value, count, jets)
    if not jets and squeezed(value) in by_key:
        return Word(value, count, same=True)
    return Word(value, count, suggestion=suggestion(value, by_key.values()))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
