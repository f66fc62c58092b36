"""Brand Rules: which brands are offered on Jet and which are kept off."""

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.products.admin.categories import rule_chip
from catalog.rules.forms.brand_rules import BrandRuleForm
from catalog.rules.models import BrandRule
from catalog.rules.services import brand_rules
from jetbridge.panel.admin_base import PanelModelAdmin


@admin.register(BrandRule)
class BrandRuleAdmin(PanelModelAdmin):
    """One row a brand; what a change means for its products is followed up by a job."""

    form = BrandRuleForm
    list_display = ("brand", "on_jet")
    search_fields = ("brand",)
    search_help_text = "Part of the brand"
    ordering = ("brand",)
    allow_bulk_delete = True
    empty_title = "No brand has a rule"
    empty_text = (
        "Every brand is offered on Jet as its categories say. Add a rule to keep a brand off, or to offer it."
    )
    empty_url_name = "admin:catalog_brandrule_add"
    empty_button = "Add a rule"

    def save_model(
        self, request: HttpRequest, obj: BrandRule, form: "ModelForm[BrandRule]", change: bool
    ) -> None:
        """Save through the service, which notes what follows."""
        brand_rules.save_brand_rule(rule=obj)

    def delete_model(self, request: HttpRequest, obj: BrandRule) -> None:
        """Remove through the service, which notes what follows."""
        brand_rules.drop_brand_rule(rule=obj)

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[BrandRule]") -> None:
        """Remove each through the service."""
        for rule in queryset:
            brand_rules.drop_brand_rule(rule=rule)

    @display(description="On Jet", ordering="listing_rule")
    def on_jet(self, rule: BrandRule) -> SafeString:
        return rule_chip(rule.listing_rule)
