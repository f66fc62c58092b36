"""The rules of what is offered on Jet, as a part of the configuration's file: written, compared, taken over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from catalog.products.models import ListingRule, StoreCategory
from catalog.products.services import categories
from catalog.rules.models import BrandRule
from catalog.rules.models.offer_rules import brand_key
from catalog.rules.services import brand_rules

SAID = (ListingRule.OFFER, ListingRule.KEEP_OFF)


class BadRule(Exception):
    """A rule in the file cannot be; the message names it."""


@dataclass
class RuleChanges:
    """What a file would change of the rules; None takes a brand's rule away."""

    brands: dict[str, str | None] = field(default_factory=dict)
    categories: list[tuple[StoreCategory, str, int | None]] = field(default_factory=list)
    rows: list[tuple[str, Any, Any]] = field(default_factory=list)


def dump() -> dict[str, Any]:
    """Return all rules as JSON holds them."""
    ruled = StoreCategory.objects.filter(~Q(listing_rule="") | Q(stock_buffer__isnull=False)).order_by("path")
    return {
        "brand_rules": {rule.brand: rule.listing_rule for rule in BrandRule.objects.order_by("brand")},
        "category_rules": {
            each.full_path: {"offering": each.listing_rule, "stock_buffer": each.stock_buffer}
            for each in ruled
        },
    }


def compare(document: Mapping[str, Any]) -> RuleChanges:
    """
    Compare a file's rules with those in force; a section that is not there changes nothing.

    :raises BadRule: a rule cannot be
    """
    changes = RuleChanges()
    if "brand_rules" in document:
        _compare_brands(changes, _object(document, "brand_rules"))
    if "category_rules" in document:
        _compare_categories(changes, _object(document, "category_rules"))
    return changes


def apply(changes: RuleChanges) -> None:
    """Take the rules over, each with its history and what follows from it."""
    for brand, said in changes.brands.items():
        rule = BrandRule.objects.filter(key=brand_key(brand)).first()
        if said is None:
            if rule is not None:
                brand_rules.drop_brand_rule(rule=rule)
            continue
        rule = rule or BrandRule(brand=brand.strip())
        rule.listing_rule = said
        brand_rules.save_brand_rule(rule=rule)
    for category, said, held in changes.categories:
        categories.set_rule(category=category, listing_rule=said, stock_buffer=held)


def _compare_brands(changes: RuleChanges, given: Mapping[str, Any]) -> None:
    known = {rule.key: rule for rule in BrandRule.objects.all()}
    named = {}
    for brand, said in given.items():
        if not brand.strip() or len(brand) > 100 or said not in SAID:
            raise BadRule(f"brand_rules.{brand}: must be one of {', '.join(SAID)}.")
        named[brand_key(brand)] = (brand, said)
    for key, (brand, said) in named.items():
        rule = known.get(key)
        if rule is None or rule.listing_rule != said:
            changes.brands[brand] = said
            changes.rows.append((f"brand {brand}", rule.listing_rule if rule else "", said))
    for key, rule in known.items():
        if key not in named:
            changes.brands[rule.brand] = None
            changes.rows.append((f"brand {rule.brand}", rule.listing_rule, ""))


def _compare_categories(changes: RuleChanges, named: Mapping[str, Any]) -> None:
    ruled = StoreCategory.objects.filter(~Q(listing_rule="") | Q(stock_buffer__isnull=False))
    stored = {each.full_path: each for each in ruled}
    stored |= {each.full_path: each for each in StoreCategory.objects.filter(full_path__in=list(named))}
    for path, rule in named.items():
        said, held = _rule(path, rule)
        if path not in stored:
            changes.rows.append((f"category {path}", "", "left out: the store has no such category"))
            continue
        _change(changes, stored[path], said, held)
    for path, category in stored.items():
        if path not in named:
            _change(changes, category, "", None)


def _change(changes: RuleChanges, category: StoreCategory, said: str, held: int | None) -> None:
    if (category.listing_rule, category.stock_buffer) == (said, held):
        return
    changes.categories.append((category, said, held))
    now = _rule_text(category.listing_rule, category.stock_buffer)
    changes.rows.append((f"category {category.full_path}", now, _rule_text(said, held)))


def _rule_text(said: str, held: int | None) -> str:
    parts = [said] if said else []
    return ", ".join(parts if held is None else [*parts, f"{held} held back"])


def _rule(path: str, rule: Any) -> tuple[str, int | None]:
    if not isinstance(rule, dict) or rule.get("offering", "") not in ("", *SAID):
        raise BadRule(f'category_rules.{path}: "offering" must be empty or one of {", ".join(SAID)}.')
    held = rule.get("stock_buffer")
    if held is not None and (type(held) is not int or held < 0):
        raise BadRule(f'category_rules.{path}: "stock_buffer" must be a whole number or null.')
    return rule.get("offering", ""), held


def _object(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document[name]
    if not isinstance(found, dict):
        raise BadRule(f"{name} must be an object.")
    return found
