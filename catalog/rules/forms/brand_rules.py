"""Forms of the rules of what is offered."""

from django import forms

from catalog.rules.models import BrandRule


class BrandRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # stubs: generic only while checking
    """Whether a brand's products are offered on Jet."""

    class Meta:
        model = BrandRule
        fields = ("brand", "listing_rule")
        labels = {"listing_rule": "On Jet"}
        help_texts = {"brand": "As the products name it; capitals do not matter."}
