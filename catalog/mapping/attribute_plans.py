"""By Jet category in use: what it asks for, what its products have, what is mapped, and what probably should be."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.mapping import selectors
from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.selectors import AttributeMappings, NeededAttribute
from catalog.mapping.text_matches import meaning, words_of
from catalog.mapping.vocabulary import same_meaning
from catalog.products.models import Attribute, Product, ProductCategory, Variation
from jetbridge.core.models.ranges import among
from jetbridge.core.texts import squeezed

# Products that are looked at: all, else the newest of each store category with their families, so that no category is
# too old to be seen, and no group or child without the other.
SURVEYED = 5_000
LEAST_EACH = 20
# More different values than this are texts; the first are compared.
MOST_VALUES = 200
# The name says most, then whether Jet lists the store's values.
NAME, VALUES, LISTED, PLACE = 35, 40, 15, 10
# What free text counts for, where nothing is listed: any value fits.
FREE = 30
LEAST_SCORE, SURE = 40, 75
# So far ahead of the second a proposal is unambiguous.
AHEAD = 10
# Whom and what an attribute is for: one that names another audience than the category is not meant.
AUDIENCES = frozenset(words_of("women men girl boy kid baby toddler infant dog cat pet teen"))
KINDRED = {"kid": {"girl", "boy", "toddler"}, "girl": {"kid"}, "boy": {"kid"}, "toddler": {"kid", "baby"}}
GARMENTS = frozenset(
    words_of("shoe pant suit coat bra ring glove hat shirt dress diaper sheet pillow petite plus tall")
)


@dataclass
class Use:
    """A Jet category with the products that stand in it: how many, what their groups vary by, what they hold."""

    category: JetCategory
    products: int = 0
    groups: int = 0
    ids: list[int] = field(default_factory=list)
    axes: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True)
class Proposal:
    """A store attribute for a Jet attribute in a category, with words, and how sure that is (0 to 100)."""

    attribute: Attribute
    category: JetCategory
    needed: NeededAttribute
    score: int
    words: Mapping[str, str]
    known: int
    of: int
    sure: bool = False
    # The mapping that it completes with words, where the attribute is mapped already.
    mapping: AttributeMapping | None = None

    @property
    def key(self) -> str:
        """What a page sends back: attribute, category and Jet attribute by their numbers."""
        return f"{self.attribute.pk}:{self.category.jet_id}:{self.needed.attribute.jet_id}"


@dataclass(frozen=True)
class Line:
    """One store attribute in one category: what it feeds there, and what is proposed where it feeds nothing."""

    code: str
    label: str
    attribute: Attribute | None
    varies: bool
    samples: Sequence[str]
    mapping: AttributeMapping | None = None
    carried: bool = False
    unknown: Sequence[str] = ()
    proposal: Proposal | None = None
    second: JetAttribute | None = None

    @property
    def state(self) -> str:
        """Return mapped, words (some values are not Jet's) or open."""
        if self.mapping is None or not self.carried:
            return "open"
        return "words" if self.unknown else "mapped"


@dataclass(frozen=True)
class Plan:
    """A Jet category in use with its lines, and what else it asks for."""

    use: Use
    needed: Sequence[NeededAttribute]
    lines: Sequence[Line]

    @property
    def is_done(self) -> bool:
        """Return whether all that its groups vary by is mapped to attributes that it carries."""
        return not any(line.state == "open" for line in self.lines if line.varies)

    @property
    def proposals(self) -> list[Proposal]:
        return [line.proposal for line in self.lines if line.proposal]


def survey(products: Iterable[Product] | None = None) -> list[Use]:
    """Return the Jet categories that products stand in, those with most groups first."""
    products = _sample() if products is None else list(products)
    places = selectors.jet_categories_for(products)
    found: dict[int, Use] = {}
    for product in products:
        if (category := places.get(product.pk)) is not None:
            _count(found.setdefault(category.pk, Use(category)), product)
    return sorted(found.values(), key=lambda use: (-use.groups, -use.products, use.category.path))


def is_sample() -> bool:
    """Return whether there are more products than a survey looks at."""
    return Product.objects.order_by()[SURVEYED : SURVEYED + 1].exists()


def _sample() -> list[Product]:
    rows = Product.objects.order_by("-pk").only("kind", "attributes", "variation_codes", "listed_in")
    if not is_sample():
        return list(rows)
    links, chosen = ProductCategory.objects.order_by("-product_id"), Product.objects.order_by("-pk")
    places = [*links.order_by().values_list("category", flat=True).distinct()]
    own = [*chosen.filter(listed_in__isnull=False).order_by().values_list("listed_in", flat=True).distinct()]
    each = max(SURVEYED // max(len(places) + len(own), 1), LEAST_EACH)
    keys: set[int] = set()
    for place in places:  # each reads the end of its own range of the index
        keys.update(links.filter(category=place).values_list("product_id", flat=True)[:each])
    for place in own:
        keys.update(chosen.filter(listed_in=place).values_list("pk", flat=True)[:each])
    return list(rows.filter(among("pk", keys | _kin(keys))))


def _kin(keys: Collection[int]) -> set[int]:
    """Return the groups of these products, and the newest children of these groups."""
    family = Variation.objects.order_by().filter(child__isnull=False)
    parents = family.filter(among("child_id", keys)).values_list("parent_id", flat=True)
    children = (
        family.filter(among("parent_id", keys)).order_by("-child_id").values_list("child_id", flat=True)
    )
    return {*parents, *children[:SURVEYED]}


def plans(uses: Sequence[Use], mappings: AttributeMappings) -> list[Plan]:
    """Return what each category asks for and has; four queries."""
    needed = selectors.attributes_of([use.category for use in uses])
    codes = {code for use in uses for code in (*use.axes, *use.values)}
    attributes = {each.code: each for each in Attribute.objects.filter(code__in=codes)}
    return [_plan(use, needed.get(use.category.jet_id, []), mappings, attributes) for use in uses]


def distinct_labels(needed: Sequence[NeededAttribute]) -> dict[int, str]:
    """Return a label for each attribute of a category: its name, and where labels collide what it is and lists."""
    shown = Counter(_shown(each.attribute).casefold() for each in needed)
    labels = {
        each: _shown(each.attribute)
        if shown[_shown(each.attribute).casefold()] == 1
        else f"{_shown(each.attribute)} ({_distinction(each)})"
        for each in needed
    }
    # Only where nothing else distinguishes two stands Jet's number.
    alike = Counter(labels.values())
    return {
        each.attribute.pk: label if alike[label] == 1 else f"{label} {each.attribute.jet_id}"
        for each, label in labels.items()
    }


def _shown(attribute: JetAttribute) -> str:
    return attribute.display_name or attribute.name


def _distinction(needed: NeededAttribute) -> str:
    attribute, values = needed.attribute, needed.sorted_values
    own = attribute.name if attribute.name != _shown(attribute) else ""
    if attribute.kind == JetAttribute.Kind.FREE_TEXT:
        of_kind = "" if "free" in own.lower() else "free text"
    elif attribute.kind == JetAttribute.Kind.NUMBER:
        of_kind = f"number in {', '.join(needed.units[:2])}" if needed.units else "number"
    else:
        of_kind = f"{values[0]} to {values[-1]}" if len(values) > 1 else "".join(values) or "list"
    return ", ".join(filter(None, (own, of_kind)))


def _count(use: Use, product: Product) -> None:
    use.ids.append(product.pk)
    if product.kind == Product.Kind.CONFIGURABLE:
        use.groups += 1
        use.axes.update(product.variation_codes)
        return
    use.products += 1
    for code, value in product.attributes.items():
        counts = use.values[code]
        for each in value if isinstance(value, list) else [value]:
            text = "" if each is None else str(each).strip()[:255]
            if text and (text in counts or len(counts) < MOST_VALUES):
                counts[text] += 1


def _plan(
    use: Use,
    needed: Sequence[NeededAttribute],
    mappings: AttributeMappings,
    attributes: Mapping[str, Attribute],
) -> Plan:
    by_pk = {each.attribute.pk: each for each in needed}
    here = mappings.at(use.category)
    fed = {each.jet_attribute_id for each in here.values() if each.jet_attribute_id in by_pk}
    lines = []
    for code in [*sorted(use.axes), *sorted(set(use.values) - set(use.axes))]:
        mapped, attribute = here.get(code), attributes.get(code)
        of_use = mapped is not None and mapped.jet_attribute_id in by_pk
        if code not in use.axes and not of_use and attribute is None:
            continue
        line = _line(use, code, attribute, mapped if of_use else None, by_pk, fed)
        if line.varies or line.mapping or line.proposal:
            # What it feeds is said too where the category does not carry that.
            lines.append(line if of_use or mapped is None else replace(line, mapping=mapped))
    return Plan(use, needed, _once(lines))


def _line(
    use: Use,
    code: str,
    attribute: Attribute | None,
    mapped: AttributeMapping | None,
    needed: Mapping[int, NeededAttribute],
    fed: Collection[int],
) -> Line:
    counts = use.values.get(code, Counter())
    values = [value for value, _ in counts.most_common()]
    base = Line(code, attribute.label if attribute else code, attribute, code in use.axes, values)
    if attribute is None:
        return base
    if mapped is not None:
        each = needed[mapped.jet_attribute_id]
        unknown = _unknown(each, values, mapped.vocabulary)
        words = {value: word for value in unknown if (word := same_meaning(value, each.values))}
        fix = Proposal(
            attribute, use.category, each, 100, words, len(values) - len(unknown) + len(words), len(values),
            sure=True, mapping=mapped,
        ) if words else None  # fmt: skip
        return replace(base, mapping=mapped, carried=True, unknown=unknown, proposal=fix)
    open_ones = [each for pk, each in needed.items() if pk not in fed]
    best, second = _best(use, attribute, values, open_ones, varies=base.varies)
    return replace(base, proposal=best, second=second)


def _unknown(needed: NeededAttribute, values: Iterable[str], words: Mapping[str, str]) -> list[str]:
    if needed.attribute.kind != JetAttribute.Kind.LIST or not needed.values:
        return []
    known = {squeezed(each) for each in needed.values}
    return [value for value in values if squeezed(words.get(value, value)) not in known]


def _best(
    use: Use, attribute: Attribute, values: Sequence[str], needed: Sequence[NeededAttribute], *, varies: bool
) -> tuple[Proposal | None, JetAttribute | None]:
    """Return the likeliest Jet attribute and the second; free text only where no listed one fits."""
    found = [
        each
        for candidate in needed
        if candidate.attribute.variant or not varies
        if (each := _scored(use, attribute, values, candidate)) is not None
    ]
    listed = [each for each in found if each.needed.values]
    found = sorted(listed or found, key=lambda each: (-each.score, each.needed.attribute.jet_id))
    if not found or found[0].score < LEAST_SCORE:
        return None, None
    best, behind = found[0], found[1] if len(found) > 1 else None
    ahead = best.score - (behind.score if behind else 0)
    sure = best.score >= SURE and ahead >= AHEAD and varies
    return replace(best, sure=sure), behind.needed.attribute if behind else None


def _scored(
    use: Use, attribute: Attribute, values: Sequence[str], needed: NeededAttribute
) -> Proposal | None:
    jet = needed.attribute
    names = set(words_of(f"{jet.name} {jet.display_name}"))
    place = set(words_of(use.category.path))
    likeness = _likeness(attribute, names)
    if not likeness or _for_others(names, place):
        return None
    spelled = {meaning(value): value for value in sorted(needed.values, reverse=True)}
    known = {squeezed(value) for value in needed.values}
    same = [value for value in values if squeezed(value) in known]
    words = {
        value: same_meaning(value, needed.values)
        for value in values
        if squeezed(value) not in known and meaning(value) in spelled
    }
    fitting = len(same) + len(words)
    share = fitting / len(values) if values else 0.0
    if needed.values and values and not fitting:
        return None
    score = NAME * likeness + (VALUES * share + LISTED if needed.values else FREE * likeness)
    strange = (names & GARMENTS) - place
    score += PLACE * (not strange and not names & {"old"}) - PLACE * len(strange)
    of = len(values)
    return Proposal(
        attribute, use.category, needed, max(round(score), 0), words, fitting if needed.values else of, of
    )


def _likeness(attribute: Attribute, names: Collection[str]) -> float:
    """Return how much of the attribute's name Jet's says; the last word, which names the thing, counts most."""
    words = words_of(attribute.code.replace("_", " ")) or [attribute.code]
    own = {*words, *words_of(attribute.label)}
    if words[-1] in names:
        return 1.0
    return len(own & set(names)) / len(own) if own else 0.0


def _for_others(names: Collection[str], place: Collection[str]) -> bool:
    """Return whether an attribute is for others than the category: men's sizes are not for dresses."""
    theirs, ours = set(names) & AUDIENCES, set(place) & AUDIENCES
    kindred = set().union(*(KINDRED.get(each, set()) for each in ours)) if ours else set()
    return bool(theirs and ours and not theirs & (ours | kindred))


def _once(lines: Sequence[Line]) -> list[Line]:
    """Leave a Jet attribute to the best of those proposed for it; axes come before what products merely hold."""
    best: dict[int, Line] = {}
    for line in lines:
        if (mine := line.proposal) is None or mine.mapping:
            continue
        other = best.get(mine.needed.attribute.pk)
        if other is None or (line.varies, mine.score) > (
            other.varies,
            other.proposal.score if other.proposal else 0,
        ):
            best[mine.needed.attribute.pk] = line
    kept = []
    for line in lines:
        mine = line.proposal
        if mine is not None and not mine.mapping and best[mine.needed.attribute.pk] is not line:
            line = replace(line, proposal=None)
        if line.varies or line.mapping or line.proposal:
            kept.append(line)
    return kept


def words_for(needed: NeededAttribute, values: Iterable[str]) -> dict[str, str]:
    """Return Jet's words for those values that are not Jet's own and surely mean one."""
    found = {value: same_meaning(value, needed.values) for value in _unknown(needed, values, {})}
    return {value: word for value, word in found.items() if word}


def row_for(
    attribute: Attribute, category: JetCategory | None, jet: JetAttribute, words: Mapping[str, str]
) -> AttributeMapping:
    """Return the row that maps an attribute in a category, the stored one changed or a new one; nothing is stored."""
    rows = AttributeMapping.objects.filter(attribute=attribute, category=category)
    row = rows.select_related("attribute", "jet_attribute", "category").first()
    if row is None:
        return AttributeMapping(
            attribute=attribute, category=category, jet_attribute=jet, vocabulary=dict(words)
        )
    same = row.jet_attribute_id == jet.pk
    row.vocabulary = {**row.vocabulary, **words} if same else dict(words)
    row.unit = row.unit if same else ""
    row.jet_attribute = jet
    return row


def rows_of(proposals: Iterable[Proposal]) -> list[AttributeMapping]:
    """
    Return the rows that accepting these proposals would store, each once.

    What means the same Jet attribute wherever it is proposed is mapped for all categories.
    """
    by_attribute: dict[int, list[Proposal]] = defaultdict(list)
    for each in proposals:
        by_attribute[each.attribute.pk].append(each)
    taken = set(AttributeMapping.objects.filter(category=None).values_list("attribute_id", flat=True))
    rows: dict[tuple[int, int | None], AttributeMapping] = {}
    for pk, mine in by_attribute.items():
        alike = {each.needed.attribute.pk for each in mine}
        everywhere = len(alike) == 1 and len(mine) > 1 and pk not in taken
        for each in mine:
            place = each.mapping.category if each.mapping else None if everywhere else each.category
            key = (pk, place.pk if place else None)
            if key in rows:
                rows[key].vocabulary = {**rows[key].vocabulary, **each.words}
            else:
                rows[key] = row_for(each.attribute, place, each.needed.attribute, each.words)
    return list(rows.values())
