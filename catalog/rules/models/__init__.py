"""Tables of what may be offered and what Jet would refuse, by topic."""

from catalog.rules.models.changes import CatalogChange, note_change
from catalog.rules.models.exceptions import ReturnException, ShippingException
from catalog.rules.models.offer_rules import BrandRule
from catalog.rules.models.validation import Problem, ValidationResult, mark_stale

__all__ = [
    "BrandRule",
    "CatalogChange",
    "Problem",
    "ReturnException",
    "ShippingException",
    "ValidationResult",
    "mark_stale",
    "note_change",
]
