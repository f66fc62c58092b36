"""The cells configurable_variations and configurable_variation_labels."""

from dataclasses import dataclass, field

from catalog.products.intake.cells import BadCell
from catalog.products.intake.multi_values import Splitter

# What extensions add to a variation; it distinguishes no children.
_EXTRAS = {"default", "display", "price", "pricing_value"}


@dataclass(frozen=True, slots=True)
class Variations:
    """The children of a configurable product in their order, and the options by the codes that distinguish them."""

    skus: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The codes that distinguish the children."""
        return list(self.options)


def split_variations(cell: str, splitter: Splitter) -> Variations:
    """
    Read sku=A,size=S|sku=B,size=M. Whether Jet can distinguish the children is for its rules to say.

    :raises BadCell: a child without a SKU
    """
    children: dict[str, dict[str, str]] = {}
    for part in splitter.children(cell):
        values = dict(splitter.pairs(part))
        sku = values.pop("sku", "")
        if not sku:
            raise BadCell("variation_without_sku", f"A variation names no sku: {part.strip()[:80]!r}.")
        children.setdefault(sku, {code: value for code, value in values.items() if code not in _EXTRAS})
    codes = dict.fromkeys(code for values in children.values() for code in values)
    options = {
        code: list(dict.fromkeys(value for each in children.values() if (value := each.get(code))))
        for code in codes
    }
    return Variations(list(children), options)


def split_labels(cell: str, splitter: Splitter) -> dict[str, str]:
    """Read size=Size,color=Color."""
    return {code: label for code, label in splitter.pairs(cell) if code and label}
