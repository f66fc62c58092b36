"""What kind each attribute of a file is: as the store or the file says, else guessed from its values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog.products.intake import store_tables
from catalog.products.intake.attribute_cells import Value, options_of
from catalog.products.intake.cells import BadCell
from catalog.products.models import Attribute

Kind = Attribute.Kind
LISTS = (Kind.SELECT, Kind.MULTISELECT)
# More different values than this are no list to pick from; it also bounds what is remembered.
MOST_OPTIONS = 500
LONGEST_OPTION = 60
# A number that begins with 0 or is this long is a code, such as a barcode.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?")
_YES_NO = {"yes", "no"}


@dataclass(slots=True)
class _Seen:
    """What was seen of one attribute's values."""

    count: int = 0
    options: dict[str, None] = field(default_factory=dict)
    too_many: bool = False
    multiple: bool = False
    numeric: bool = True
    yes_no: bool = True
    longest: int = 0

    def add(self, value: Value) -> None:
        self.count += 1
        self.multiple |= isinstance(value, list)
        for option in value if isinstance(value, list) else [value]:
            if option not in self.options and not self.too_many:
                self._add_new(option)

    def _add_new(self, option: str) -> None:
        self.longest = max(self.longest, len(option))
        self.numeric = self.numeric and bool(_NUMBER.fullmatch(option))
        self.yes_no = self.yes_no and option.lower() in _YES_NO
        if len(self.options) < MOST_OPTIONS:
            self.options[option] = None
        else:
            self.too_many = True

    def guess(self, *, is_axis: bool) -> str:
        """Return the kind that fits; a variation's axis is always picked from a list."""
        fits_list = not self.too_many and self.longest <= LONGEST_OPTION
        if self.multiple:
            return Kind.MULTISELECT
        if is_axis:
            return Kind.SELECT
        if self.yes_no:
            return Kind.BOOLEAN
        if self.numeric and not self.too_many:
            return Kind.NUMBER
        # Values that repeat are options; values that hardly do are texts.
        return Kind.SELECT if fits_list and 2 * len(self.options) <= self.count else Kind.TEXT


class AttributeKinds:
    """The attributes of one import: known kinds, values seen, labels."""

    def __init__(self) -> None:
        self._known = store_tables.attribute_kinds()
        self._seen: dict[str, _Seen] = {}
        self._axes: set[str] = set()
        self._labels: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def say(self, kinds: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """
        Take what a row says of attributes: it goes before a guess, and what the store knows before it.

        :raises BadCell: one of them is no kind
        """
        for code, kind in kinds.items():
            if kind not in Kind.values:
                known = ", ".join(Kind.values)
                raise BadCell(
                    "unknown_kind", f"{kind[:40]!r} is no kind for {code}: {known}.", "attribute_kinds"
                )
            self._said.setdefault(code, kind)
        self._labels.update(labels)

    def value(self, code: str, value: Value) -> Value:
        """Return a value as it is stored: options apart, unless the attribute is known to be a text."""
        if (self._known.get(code) or self._said.get(code)) == Kind.TEXT:
            return "|".join(value) if isinstance(value, list) else value
        return options_of(value)

    def see(self, code: str, value: Value) -> None:
        if value:
            self._seen.setdefault(code, _Seen()).add(value)

    def see_axes(self, options: Mapping[str, Iterable[str]], labels: Mapping[str, str]) -> None:
        """Remember which attributes distinguish variations, by which options, and what they are called."""
        self._labels.update(labels)
        for code, values in options.items():
            self._axes.add(code)
            for value in values:
                self.see(code, value)

    def save(self) -> None:
        """Store new attributes with their guessed kinds, and new options of lists."""
        # Another file may have made some of them meanwhile.
        self._known = {**store_tables.attribute_kinds(), **self._known}
        for code, seen in self._seen.items():
            kind = self._kind(code, seen)
            is_list = kind in LISTS
            if code in self._known and not is_list:
                continue
            given = [*seen.options]
            if (
                is_list and self._known.get(code, kind) not in LISTS
            ):  # what earlier files brought was no list yet
                given = [*store_tables.values_of(code, MOST_OPTIONS), *given]
            options = {each: None for each in given if len(each) <= 255} if is_list else None
            store_tables.save_attribute(
                code=code, kind=kind, label=self._labels.get(code, ""), options=options
            )

    def _kind(self, code: str, seen: _Seen) -> str:
        known = self._known.get(code) or self._said.get(code)
        if known == Kind.SELECT and seen.multiple:
            return Kind.MULTISELECT
        if code in self._axes and known in (Kind.TEXT, Kind.NUMBER) and code not in self._said:
            # The children came in an earlier file, where nothing said that it is picked from a list.
            return Kind.SELECT
        return known or seen.guess(is_axis=code in self._axes)
