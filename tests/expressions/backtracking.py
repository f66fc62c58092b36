"""
Judges a regular expression without running it: can a text make it take more than linear time?

The parsed expression becomes an automaton of its characters. A backtracking engine walks every path through it
that a text allows before it gives up; so time is linear exactly where no text can go around two loops in more than
one way. Paths through a place where the expression may end at once are left out: there the engine has found
something and gives nothing up. A search begins anew at each character, which is one more loop in front.

What is not modelled is judged too strictly, never too kindly: assertions and anchors pass every character, and
what repeats at most MANY times counts as not repeated for ever.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MANY = 1000
# One of each kind that a class may tell apart, beside all of ASCII and what an expression names.
STRANGE = "\u00a0\u00e9\u00c9\u0663\u2028\u4e2d"
ONE_LETTER = (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN)
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class NotModelled(ValueError):
    """The expression holds something that this cannot judge, such as a reference back to a group."""


@dataclass
class Piece:
    """A part of an expression: places where it begins and may end, and how many ways lead through it unread."""

    first: Counter[int] = field(default_factory=Counter)
    last: Counter[int] = field(default_factory=Counter)
    # The ends after which no assertion can still fail, and whether reading nothing cannot fail either.
    sure: set[int] = field(default_factory=set)
    empty: int = 1
    is_sure: bool = True

    def then(self, other: "Piece") -> "Piece":
        """Return both in a row."""
        return Piece(
            self.first + _times(other.first, self.empty),
            other.last + _times(self.last, other.empty),
            self.sure | other.sure if other.is_sure else other.sure,
            self.empty * other.empty,
            self.is_sure and other.is_sure,
        )

    def optional(self) -> "Piece":
        """Return it, or nothing."""
        return replace(self, empty=self.empty + 1, is_sure=True)


def _times(places: Counter[int], many: int) -> Counter[int]:
    return Counter({place: count * many for place, count in places.items() if many})


class Automaton:
    """The characters of an expression as numbered places, with the ways between them."""

    def __init__(self, pattern: str | bytes, flags: int, *, searches: bool, to_the_end: bool) -> None:
        tree = parser.parse(pattern, flags)
        self.flags = tree.state.flags
        named = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
        self.alphabet = "".join(sorted({*map(chr, range(128)), *STRANGE, *named}))
        self.letters: list[int] = []
        self.ways: list[Counter[int]] = []
        self.start = self._place((1 << len(self.alphabet)) - 1)
        is_at_one_place = tree[:1] and tree[0] in _beginnings(self.flags)
        whole = self._sequence(tree)
        self._join(Counter({self.start: 1}), whole.first)
        if searches and not is_at_one_place:
            self.ways[self.start][self.start] = 1
        self.found = set() if to_the_end else whole.sure
        # What matches wherever one begins never gives up.
        self.is_certain = whole.is_sure and not to_the_end

    def _place(self, letters: int) -> int:
        self.letters.append(letters)
        self.ways.append(Counter())
        return len(self.letters) - 1

    def _join(self, ends: Counter[int], begins: Counter[int]) -> None:
        for end, many in ends.items():
            for begin, times in begins.items():
                self.ways[end][begin] += many * times

    def _sequence(self, nodes: Any) -> Piece:
        whole = Piece()
        for kind, value in nodes:
            piece = self._piece(kind, value)
            self._join(whole.last, piece.first)
            whole = whole.then(piece)
        return whole

    def _piece(self, kind: Any, value: Any) -> Piece:
        if kind in ONE_LETTER:
            place = self._place(self._taken(kind, value))
            return Piece(Counter({place: 1}), Counter({place: 1}), {place}, 0, False)
        if kind in REPEATS:
            return self._repeat(*value)
        if kind is codes.BRANCH:
            return self._branch(value[1])
        if kind is codes.SUBPATTERN:
            return self._sequence(value[3])
        if kind is codes.ATOMIC_GROUP:
            return self._sequence(value)
        if kind in (codes.ASSERT, codes.ASSERT_NOT):
            # Looked at and left again: a way in that leads nowhere, beside the way on.
            return Piece(first=self._sequence(value[1]).first, is_sure=False)
        if kind is codes.AT:
            return Piece(is_sure=False)
        raise NotModelled(f"{kind} is not modelled")

    def _branch(self, alternatives: Any) -> Piece:
        whole = Piece(empty=0, is_sure=False)
        for each in alternatives:
            piece = self._sequence(each)
            whole = Piece(
                whole.first + piece.first,
                whole.last + piece.last,
                whole.sure | piece.sure,
                whole.empty + piece.empty,
                whole.is_sure or piece.is_sure,
            )
        return whole

    def _repeat(self, least: int, most: int, inner: Any) -> Piece:
        if most >= MANY:
            # What must come more than once is not yet found when it came once.
            once = self._sequence(inner) if least > 1 else Piece()
            piece = self._sequence(inner)
            self._join(once.last, piece.first)
            self._join(piece.last, piece.first)
            return once.then(piece) if least else piece.optional()
        whole = Piece()
        for number in range(min(most, 3)):
            piece = self._sequence(inner)
            self._join(whole.last, piece.first)
            whole = whole.then(piece if number < least else piece.optional())
        return whole

    def _taken(self, kind: Any, value: Any) -> int:
        return sum(1 << at for at, each in enumerate(self.alphabet) if self._takes(kind, value, each))

    def _takes(self, kind: Any, value: Any, letter: str) -> bool:
        forms = {letter, letter.lower(), letter.upper()} if self.flags & re.IGNORECASE else {letter}
        if kind is codes.ANY:
            return letter != "\n" or bool(self.flags & re.DOTALL)
        if kind is codes.IN:
            negated = value[0][0] is codes.NEGATE
            items = value[1:] if negated else value
            return negated != any(_holds(item, form) for item in items for form in forms)
        return (kind is codes.NOT_LITERAL) != any(ord(form) == value for form in forms)


def pumped(pattern: str, flags: int = 0, *, searches: bool = True, to_the_end: bool = False) -> str:
    """
    Return a text whose repetition makes the expression take more than linear time; nothing when there is none.

    :raises NotModelled: the expression refers back to a group, or holds a condition
    """
    automaton = Automaton(pattern, flags, searches=searches, to_the_end=to_the_end)
    if automaton.is_certain:
        return ""
    ways = {
        place: {to: many for to, many in automaton.ways[place].items() if to not in automaton.found}
        for place in _reachable(automaton)
    }
    loops = [place for place in ways if _reaches(ways, place, place)]
    for place in loops:
        doubled = [to for to, many in ways[place].items() if many > 1 and _reaches(ways, to, place, True)]
        if doubled:
            return _a_letter(automaton, automaton.letters[doubled[0]])
    pairs = [(one, other) for one in loops for other in loops if one != other and _reaches(ways, one, other)]
    return next(filter(None, (_word(automaton, ways, one, other) for one, other in pairs)), "")


def _reachable(automaton: Automaton) -> list[int]:
    seen, waiting = {automaton.start}, [automaton.start]
    while waiting:
        fresh = set(automaton.ways[waiting.pop()]) - seen - automaton.found
        seen |= fresh
        waiting += fresh
    return sorted(seen)


Ways = dict[int, dict[int, int]]


def _reaches(ways: Ways, one: int, other: int, at_once: bool = False) -> bool:
    """Return whether a way leads from one place to another; of at least one step, unless it is there at once."""
    if at_once and one == other:
        return True
    seen, waiting = set(), list(ways[one])
    while waiting:
        place = waiting.pop()
        if place == other:
            return True
        if place not in seen:
            seen.add(place)
            waiting += ways[place]
    return False


def _word(automaton: Automaton, ways: Ways, one: int, other: int) -> str:
    """Return a text that leads from one place around to itself, on to the other, and around there: all three."""
    begin, end = (one, one, other), (one, other, other)
    words: dict[tuple[int, ...], str] = {begin: ""}
    waiting: deque[tuple[int, ...]] = deque([begin])
    while waiting:
        here = waiting.popleft()
        for there in product(*(ways[place] for place in here)):
            common = automaton.letters[there[0]] & automaton.letters[there[1]] & automaton.letters[there[2]]
            if not common or there in words:
                continue
            words[there] = words[here] + _a_letter(automaton, common)
            if there == end:
                return words[there]
            waiting.append(there)
    return ""


def _a_letter(automaton: Automaton, letters: int) -> str:
    """Return one of the letters, a visible one if there is any."""
    held = [each for at, each in enumerate(automaton.alphabet) if letters >> at & 1]
    return next((each for each in held if each.isprintable()), held[0])


def _beginnings(flags: int) -> list[Any]:
    """Return the anchors that hold at one place of a text, so that no search begins elsewhere."""
    anchors = (
        [codes.AT_BEGINNING_STRING]
        if flags & re.MULTILINE
        else [codes.AT_BEGINNING_STRING, codes.AT_BEGINNING]
    )
    return [(codes.AT, anchor) for anchor in anchors]


def _holds(item: Any, letter: str) -> bool:
    kind, value = item
    if kind is codes.LITERAL:
        return bool(ord(letter) == value)
    if kind is codes.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return bool(_category(str(value)).fullmatch(letter))


@cache
def _category(name: str) -> re.Pattern[str]:
    word = name.removeprefix("CATEGORY_").removeprefix("UNI_")
    sign = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[word.removeprefix("NOT_")]
    return re.compile("\\" + (sign.upper() if word.startswith("NOT_") else sign))
