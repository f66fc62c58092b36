"""The form that says which product a SKU of Jet stands for."""

from django import forms

from catalog.products.models import Product
from catalog.products.models.products import sku_key


class LinkForm(forms.Form):
    """A product by the SKU that it has in the store."""

    product_sku = forms.CharField(label="SKU in your store", max_length=64)

    def clean_product_sku(self) -> Product:
        """Return the product; a SKU that does not exist is an error of the field."""
        sku = self.cleaned_data["product_sku"].strip()
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            alike = list(Product.objects.filter(sku_key=sku_key(sku))[:2])
            product = alike[0] if len(alike) == 1 else None
        if product is None:
            raise forms.ValidationError("No product has this SKU.")
        return product
