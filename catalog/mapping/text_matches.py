"""Which Jet categories a store category probably means: local text match over whole paths, with a score. Pure."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
# Words that stand in every tree and say nothing.
EMPTY_WORDS = frozenset(
    {"and", "of", "the", "for", "other", "more", "all", "default", "category", "new", "store"}
)
# What shops call things, and what Jet calls them.
SAME = {"tee": "shirt", "tshirt": "shirt", "laptop": "notebook", "sofa": "couch", "cellphone": "phone", "tv": "television"}  # fmt: skip  # noqa: E501
# The category's own name weighs most, those above it less and less.
NEAR, NEXT, FAR = 1.0, 0.5, 0.25
# Below this the words that two paths share are chance.
LEAST_SCORE = 12


@dataclass(frozen=True)
class Candidate:
    """A Jet category that may be mapped to."""

    jet_id: int
    path: str


@dataclass(frozen=True)
class Suggestion:
    """A candidate with a score of 0 to 100 and the words that it shares."""

    jet_id: int
    path: str
    score: int
    shared: tuple[str, ...]

    @property
    def reason(self) -> str:
        return "both say " + ", ".join(self.shared)


class Suggester:
    """The candidates, indexed by word once, asked for many store categories."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = list(candidates)
        self._words = [_weights(each.path.split(" > ")) for each in self._candidates]
        holders = Counter(word for words in self._words for word in words)
        total = len(self._candidates) or 1
        # Rare words distinguish categories; a word of every second path says nothing.
        self._rarity = {word: math.log(1 + total / count) for word, count in holders.items()}
        self._unknown = math.log(1 + total)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._words):
            for word in words:
                self._by_word[word].append(place)
        self._lengths = [self._length(words) for words in self._words]

    def suggest(self, names: Sequence[str], limit: int = 3) -> list[Suggestion]:
        """Return the best candidates for a store category, given as the names on its path, root first."""
        query = _weights(names)
        length = self._length(query)
        sums: dict[int, float] = defaultdict(float)
        for word, weight in query.items():
            rarity = self._rarity.get(word, 0.0)
            for place in self._by_word.get(word, ()):
                sums[place] += weight * self._words[place][word] * rarity * rarity
        scored = ((total / (length * self._lengths[place]), place) for place, total in sums.items())
        best = sorted(scored, key=lambda each: (-each[0], self._candidates[each[1]].path))[:limit]
        spelled = {stem: word for name in names for word in WORD.findall(name) for stem in words_of(word)}
        found = [self._match(place, score, query, spelled) for score, place in best]
        return [each for each in found if each.score >= LEAST_SCORE]

    def _match(
        self, place: int, score: float, query: dict[str, float], spelled: dict[str, str]
    ) -> Suggestion:
        candidate = self._candidates[place]
        shared = tuple(spelled.get(word, word) for word in query if word in self._words[place])
        return Suggestion(candidate.jet_id, candidate.path, min(round(score * 100), 100), shared)

    def _length(self, words: dict[str, float]) -> float:
        weights = (weight * self._rarity.get(word, self._unknown) for word, weight in words.items())
        return math.sqrt(sum(each * each for each in weights)) or 1.0


def _weights(names: Sequence[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for distance, name in enumerate(reversed(names)):
        weight = (NEAR, NEXT)[distance] if distance < 2 else FAR
        for word in words_of(name):
            weights[word] = max(weight, weights.get(word, 0.0))
    return weights


def words_of(name: str) -> list[str]:
    """Return a name's significant words, in one case and in the singular."""
    plain = name.lower().replace("t-shirt", "tshirt").replace("'s", "").replace("\u2019s", "")
    words = (_singular(word) for word in WORD.findall(plain))
    return [SAME.get(word, word) for word in words if word not in EMPTY_WORDS and len(word) > 1]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


_SIZE = re.compile(r"(?:(\d{1,2})x|(x{0,8})|((?:extra){1,5}))(small|sm|s|medium|med|m|large|lg|l)")
_ONE_SIZE = frozenset({"os", "o/s", "onesize", "onesizefitsall", "onesizefitsmost", "osfa"})
_PAIR = re.compile(r"(\d{1,3})w?[x/](\d{1,3})l?")
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,2})?")


def meaning(value: str) -> str:
    """Return one spelling for values that mean the same: XS, X-Small and Extra Small, 32x30 and 32W x 30L."""
    text = value.casefold().replace("grey", "gray")
    bare = "".join(each for each in text if each not in " -_.") if not _NUMBER.fullmatch(text) else text
    if bare in _ONE_SIZE:
        return "onesize"
    if (pair := _PAIR.fullmatch(bare)) is not None:
        return f"{pair[1]}x{pair[2]}"
    if _NUMBER.fullmatch(bare) is not None:
        return f"{float(bare):g}"
    if (size := _SIZE.fullmatch(bare)) is None:
        return bare
    digits, crosses, extras, name = size.groups()
    count = int(digits) if digits else len(crosses or "") + (extras or "").count("extra")
    return f"{count}x{name[0]}" if count else name[0]
