"""Upload Products: the store's products in the admin, with what each one is to Jet."""

from django.contrib import admin

from catalog.models import Product
from jetbridge.core.admin_base import PanelModelAdmin


@admin.register(Product)
class ProductAdmin(PanelModelAdmin):
    """The grid of products and the page of one product."""

    list_display = ("sku", "name", "kind", "price", "quantity")
    ordering = ("id",)
    empty_title = "No products yet"
    empty_text = "Import the CSV file that your store exports, or add a product by hand."
    empty_url_name = "catalog:imports"
    empty_button = "Import products"
