"""What mapping announces: store categories and attributes that mean something else to Jet now."""

from dataclasses import dataclass
from typing import Any

from jetbridge.core.announcements import Topic


@dataclass(frozen=True, slots=True)
class MappingChanged:
    """Branches of the store's tree (treebeard's paths) and codes of attributes whose mapping or taxonomy changed."""

    paths: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Attribute mappings that are only thought of, and the products to look at (primary keys)."""

    rows: tuple[Any, ...]
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """How many products and groups nothing keeps from Jet, as they are and as they would be."""

    products: int = 0
    groups: int = 0
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    # What would still be wrong, by the rule's code, with how many products and groups it concerns.
    left: tuple[tuple[str, int], ...] = ()
    # Whether there are more products than were looked at: then at least so many become ready.
    is_part: bool = False

    @property
    def gained(self) -> tuple[int, int]:
        """Products and groups that become ready."""
        return self.after[0] - self.before[0], self.after[1] - self.before[1]


# Asked before mappings are stored; a subscriber answers what they would change.
WHAT_IF: Topic[WhatIf, Effect] = Topic("what mappings would change")
MAPPING: Topic[MappingChanged, None] = Topic("mapping")
