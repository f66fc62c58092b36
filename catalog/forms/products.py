"""Forms of the product page: store fields, values by attribute code, and Jet's own fields."""

from django import forms

from catalog.models import Product


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # Django knows no [] here at run time
    """What the store knows of a product."""

    class Meta:
        model = Product
        fields = ("sku", "kind", "name", "description", "price", "quantity", "enabled")
