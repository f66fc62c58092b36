"""All rules in their order, worst first in what they find."""

from collections.abc import Callable, Iterator

from catalog.rules import category_rules, exception_rules, field_rules, variation_rules
from catalog.rules.subjects import Found, Severity, Subject

Rule = Callable[[Subject], Iterator[Found]]

RULES: tuple[Rule, ...] = (
    field_rules.sku,
    category_rules.category,
    field_rules.required,
    field_rules.identifiers,
    field_rules.values,
    field_rules.together,
    field_rules.pictures,
    field_rules.offer,
    category_rules.attributes,
    variation_rules.parent,
    variation_rules.refinements,
    variation_rules.family,
    variation_rules.child,
    exception_rules.shipping,
    exception_rules.returns,
)
_ORDER = {severity: place for place, severity in enumerate(Severity)}

# Rules by which we block what Jet itself would take: each keeps a listing from a sure end in review, or from
# naming somebody else's product.
STRICTER_ON_PURPOSE = frozenset(
    {
        "category.unmapped",
        "variation.other_category",
        # Jet shows buyers one step of choices, not two.
        "variation.group_as_child",
        # Jet takes children alike in what they vary by, and shows one of them: nobody can choose the other.
        "variation.twins",
        # Jet gets all rows of return exceptions as one: a row that says nothing, or another number of days, is lost.
        "returns.empty",
        "returns.days_differ",
        "brand.missing",
        "type.not_listable",
        *(f"{kind}.{code}" for kind in ("UPC", "EAN", "GTIN-14") for code in ("check_digit", "in_store")),
        "ISBN-10.check_digit",
        "ISBN-13.check_digit",
    }
)


def problems(subject: Subject) -> list[Found]:
    """Return everything that is wrong with a product, worst first; pure."""
    unlistable = list(category_rules.kind(subject))
    if unlistable:
        # What cannot be listed at all need not be fixed in its details.
        return unlistable
    found = [each for rule in RULES for each in rule(subject)]
    return sorted(found, key=lambda each: _ORDER[Severity(each.severity)])
