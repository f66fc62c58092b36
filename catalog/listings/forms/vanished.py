"""The form that says which product a SKU of Jet stands for."""

from django import forms

from catalog.products.models import Product
from catalog.products.skus import product_named


class LinkForm(forms.Form):
    """A product by the SKU that it has in the store."""

    product_sku = forms.CharField(label="SKU in your store", max_length=64)

    def clean_product_sku(self) -> Product:
        """Return the product; a SKU that does not exist is an error of the field."""
        product = product_named(self.cleaned_data["product_sku"].strip())
        if product is None:
            raise forms.ValidationError("No product has this SKU.")
        return product
