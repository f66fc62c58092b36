"""Which of Jet's attributes a store attribute probably means: by its name, its options, and the mapped categories."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.mapping.models import CategoryMapping, JetAttribute, JetAttributeValue, JetCategoryAttribute
from catalog.mapping.text_matches import words_of
from catalog.products.models import Attribute
from jetbridge.core.texts import counted, squeezed

SHOWN = 3
# The name says more than the options: sizes of shoes and of shirts share many values.
NAME, OPTIONS, CARRIED = 60, 30, 10
LEAST_SCORE = 30


@dataclass(frozen=True)
class AttributeSuggestion:
    """One of Jet's attributes with a score of 0 to 100 and the reasons for it."""

    attribute: JetAttribute
    score: int
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        return "; ".join(self.reasons)


def suggest(attribute: Attribute) -> list[AttributeSuggestion]:
    """Return the likeliest Jet attributes, best first; four queries."""
    options = [str(value) for value in attribute.options.values_list("value", flat=True)]
    keys = {squeezed(each) for each in options}
    candidates = list(JetAttribute.objects.filter(retired=False))
    lists = [each.pk for each in candidates if each.kind == JetAttribute.Kind.LIST]
    matched = _matches(keys, lists) if keys else {}
    carriers = _carriers()
    query = set(words_of(attribute.code.replace("_", " "))) | set(words_of(attribute.label))
    found = [_scored(each, query, len(options), matched, carriers) for each in candidates]
    best = sorted(found, key=lambda each: (-each.score, each.attribute.name, each.attribute.jet_id))
    return [each for each in best[:SHOWN] if each.score >= LEAST_SCORE]


def _matches(keys: Collection[str], attributes: Collection[int]) -> dict[int, int]:
    """Count the options that each attribute lists among its values."""
    values = JetAttributeValue.objects.filter(attribute__in=attributes, retired=False, unit="")
    rows = values.values_list("attribute_id", "value")
    return Counter(attribute_id for attribute_id, value in rows if squeezed(value) in keys)


def _carriers() -> dict[int, int]:
    """Count the mapped Jet categories that carry each attribute."""
    mapped = CategoryMapping.objects.values("jet_category")
    links = JetCategoryAttribute.objects.filter(active=True, category__in=mapped)
    return Counter(links.values_list("attribute_id", flat=True))


def _scored(
    candidate: JetAttribute,
    query: set[str],
    options: int,
    matched: Mapping[int, int],
    carriers: Mapping[int, int],
) -> AttributeSuggestion:
    likeness = max(_likeness(query, name) for name in (candidate.name, candidate.display_name))
    hits, carried = matched.get(candidate.pk, 0), carriers.get(candidate.pk, 0)
    share = hits / options if options else 0.0
    reasons = []
    if likeness:
        reasons.append("the same name" if likeness == 1 else "a similar name")
    if hits:
        reasons.append(f"Jet's words: {hits} of {counted(options, 'option')}")
    if carried:
        reasons.append(f"in {carried} of your mapped categories")
    score = NAME * likeness + OPTIONS * share + (CARRIED if carried else 0)
    if not options or candidate.kind != JetAttribute.Kind.LIST:
        # Nothing can be compared but the name, which then stands for both.
        score += OPTIONS * likeness
    return AttributeSuggestion(candidate, round(score) if likeness or share else 0, tuple(reasons))


def _likeness(query: set[str], name: str) -> float:
    words = set(words_of(name))
    return 2 * len(words & query) / (len(words) + len(query)) if words and query else 0.0
