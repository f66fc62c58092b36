"""Writes the rules of what is offered of a brand; who stands on Jet follows them."""

from django.db import transaction

from catalog.rules.models import BrandRule, CatalogChange, note_change
from jetbridge.core import history

SET, DROPPED = "listing rule set", "listing rule removed"


@transaction.atomic
def save_brand_rule(*, rule: BrandRule) -> None:
    before = BrandRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    rule.save()
    history.record(SET, rule, before=_summary(before), after=_summary(rule))
    brands = {rule.brand, before.brand} if before else {rule.brand}
    note_change(CatalogChange.Scope.BRAND_RULE, names=brands, reason=f"rule of brand {rule.brand}")


@transaction.atomic
def drop_brand_rule(*, rule: BrandRule) -> None:
    history.record(DROPPED, rule, before=_summary(rule))
    note_change(CatalogChange.Scope.BRAND_RULE, names=[rule.brand], reason=f"rule of brand {rule.brand}")
    rule.delete()


def _summary(rule: BrandRule | None) -> dict[str, str] | None:
    return {"brand": rule.brand, "listing_rule": rule.listing_rule} if rule else None
