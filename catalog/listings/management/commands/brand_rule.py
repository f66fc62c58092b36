"""`manage.py brand_rule`: which brands are offered on Jet and which are kept off."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.listings.services import offer_rules
from catalog.products.forms.store_tables import BrandRuleForm
from catalog.products.models import Offering
from catalog.rules.models import BrandRule
from catalog.rules.models.offer_rules import brand_key
from jetbridge.core.management.base import PanelCommand, refuse_invalid


class Command(PanelCommand):
    """Save and Delete of Brand Rules; a job follows up what a rule means for its products."""

    help = "List the brands with a rule; offer a brand on Jet, keep it off, or drop its rule."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", nargs="?", default="", metavar="BRAND")
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--offer", action="store_true", help="although its category is kept off")
        deed.add_argument("--keep-off", action="store_true")
        deed.add_argument("--drop", action="store_true", help="as its categories say")
        self.add_dry_run(parser)

    def handle(self, *args: Any, brand: str, **options: Any) -> None:
        """Do what was asked for, then list the rules."""
        wanted = Offering.OFFER if options["offer"] else Offering.KEEP_OFF if options["keep_off"] else ""
        if not brand and (wanted or options["drop"]):
            raise CommandError("Name the brand.", returncode=2)
        with self.trying(options["dry_run"]):
            if options["drop"]:
                offer_rules.drop_brand_rule(rule=_find(brand))
            elif wanted:
                _set(brand, wanted)
            found = BrandRule.objects.order_by("brand")
            chosen = found.filter(key=brand_key(brand)) if brand else found
            rules = dict(chosen.values_list("brand", "offering"))
        words = {Offering.OFFER: "offered", Offering.KEEP_OFF: "kept off"}
        lines = [f"{name}: {words.get(Offering(rule), rule)}" for name, rule in rules.items()]
        self.finish({"rules": rules}, "\n".join(lines) or "No rule: its categories decide.")


def _set(brand: str, wanted: str) -> None:
    form = BrandRuleForm({"brand": brand, "offering": wanted}, instance=_first(brand))
    refuse_invalid(form)
    offer_rules.save_brand_rule(rule=form.save(commit=False))


def _first(brand: str) -> BrandRule | None:
    return BrandRule.objects.filter(key=brand_key(brand)).first()


def _find(brand: str) -> BrandRule:
    found = _first(brand)
    if found is None:
        raise CommandError(f"The brand {brand} has no rule.")
    return found
