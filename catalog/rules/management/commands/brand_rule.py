"""`manage.py brand_rule`: which brands are offered on Jet and which are kept off."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q

from catalog.products.models import ListingRule
from catalog.rules.forms.brand_rules import BrandRuleForm
from catalog.rules.models import BrandRule
from catalog.rules.models.offer_rules import brand_key
from catalog.rules.services import brand_rules
from jetbridge.core.management.faults import Usage
from jetbridge.core.management.lookups import existing
from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from jetbridge.panel.management.grids import Grid, GridCommand


class Command(FormCommand, GridCommand):
    """Save and Delete of Brand Rules; a job follows up what a rule means for its products."""

    help = "List the brands with a rule; offer a brand on Jet, keep it off, or drop its rule."
    form = BrandRuleForm
    # Each of the two rules is an option of its own.
    flags = {"brand": NO_OPTION, "listing_rule": NO_OPTION}
    grid = Grid(BrandRule, "rows", {"brand": "brand"})

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", nargs="?", default="", metavar="BRAND")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--offer", action="store_true", help="although its category is kept off")
        action.add_argument("--keep-off", action="store_true")
        action.add_argument("--drop", action="store_true", help="as its categories say")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, brand: str, **options: Any) -> None:
        """Do what was asked for, then list the rules."""
        rule = ListingRule.OFFER if options["offer"] else ListingRule.KEEP_OFF if options["keep_off"] else ""
        if not brand and (rule or options["drop"]):
            raise Usage("Name the brand.")
        rules = BrandRule.objects.filter(Q(key=brand_key(brand)) if brand else Q())
        with self.trying(options["dry_run"]):
            if options["drop"]:
                brand_rules.drop_brand_rule(rule=existing(rules, f"The brand {brand} has no rule."))
            elif rule:
                form = self.filled({"brand": brand, "listing_rule": rule}, instance=rules.first())
                brand_rules.save_brand_rule(rule=form.save(commit=False))
            shown = dict(rules.order_by("brand").values_list("brand", "listing_rule"))
            only = Q(pk__in=rules.values("pk"))
            self.finish_grid(options, only=only, rules=shown, none="No rule: its categories decide.")
