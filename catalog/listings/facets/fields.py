"""The fields of messages as a look at a SKU shows them: labels, order, and how values are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Names:
    """What Jet's numbers of categories and attributes stand for."""

    categories: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)

    def category(self, number: Any) -> str:
        """Word a category: "Kitchen > Mugs (4000188)"."""
        return _named(self.categories, number)

    def attribute(self, number: Any) -> str:
        """Word an attribute: "Color (119)"."""
        return _named(self.attributes, number)


def _named(names: Mapping[str, str], number: Any) -> str:
    name = names.get(str(number), "")
    return f"{name} ({number})" if name else str(number)


NO_NAMES = Names()


@dataclass(frozen=True)
class Field:
    """One field of a message. What a merchant looks for first has a lower rank; what is always shown, both sides."""

    name: str
    label: str
    rank: int = 50
    always: bool = False
    is_amount: bool = False
    # A day at the beginning of a moment: nothing behind it is compared.
    is_day: bool = False
    # The order of its entries says nothing.
    is_set: bool = False
    # How the value, or one entry of a list, is written; as it is where nothing is said.
    words: Callable[[Any, Names], str] | None = None


def each_row(words: Callable[[Mapping[str, Any], Names], str]) -> Callable[[Any, Names], str]:
    """Build each row of a list; what is none stays as it is."""
    return lambda row, names: words(row, names) if isinstance(row, Mapping) else str(row)
