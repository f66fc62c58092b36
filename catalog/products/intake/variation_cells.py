"""The cells configurable_variations and configurable_variation_labels."""

import re
from dataclasses import dataclass, field

from catalog.products.intake.cells import BadCell

_PAIR = re.compile(r",(?=\s*[A-Za-z_][A-Za-z0-9_]*\s*=)")
# What extensions add to a variation; it tells no children apart.
_EXTRAS = {"default", "display", "price", "pricing_value"}
_CHILD = re.compile(r"\|(?=\s*sku\s*=)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Variations:
    """The children of a configurable product in their order, and the options by the codes that tell them apart."""

    skus: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The codes that tell the children apart."""
        return list(self.options)


def split_variations(cell: str) -> Variations:
    """
    Read sku=A,size=S|sku=B,size=M.

    :raises BadCell: a child without a SKU, two children alike, or children with different attributes
    """
    children: dict[str, dict[str, str]] = {}
    for part in _CHILD.split(cell):
        values = dict(_pair(each) for each in _PAIR.split(part) if each.strip())
        sku = values.pop("sku", "")
        if not sku:
            raise BadCell("variation_without_sku", f"A variation names no sku: {part.strip()[:80]!r}.")
        children.setdefault(sku, {code: value for code, value in values.items() if code not in _EXTRAS})
    codes = list(dict.fromkeys(code for values in children.values() for code in values))
    _check(children, codes)
    options = {code: list(dict.fromkeys(each[code] for each in children.values())) for code in codes}
    return Variations(list(children), options)


def _pair(text: str) -> tuple[str, str]:
    code, _, value = text.partition("=")
    return code.strip().lower(), value.strip()


def _check(children: dict[str, dict[str, str]], codes: list[str]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for sku, values in children.items():
        lacking = [code for code in codes if not values.get(code)]
        if lacking:
            raise BadCell(
                "variation_incomplete", f"The variation {sku} has no value for {', '.join(lacking)}."
            )
        twin = seen.setdefault(tuple(values[code].lower() for code in codes), sku)
        if codes and twin != sku:
            raise BadCell("variation_twice", f"The variations {twin} and {sku} have the same values.")


def split_labels(cell: str) -> dict[str, str]:
    """Read size=Size,color=Color."""
    pairs = (_pair(each) for each in _PAIR.split(cell) if "=" in each)
    return {code: label for code, label in pairs if code and label}
