"""What gunicorn serves in bench/people.py: the whole panel, and beside it the list that the skin alone would make."""

# The panel sets Django up: it comes before all that needs that.
from jetbridge.wsgi import application

# isort: split
from django.contrib import admin
from unfold.admin import ModelAdmin

from catalog.products.models import Product

__all__ = ("application",)


class PlainProduct(Product):
    """The same table under a name of its own."""

    class Meta:
        proxy = True
        app_label = "catalog"


@admin.register(PlainProduct)
class PlainAdmin(ModelAdmin):
    """What the skin's documentation teaches."""

    list_display = ("sku", "kind", "name", "price", "quantity", "enabled", "visibility", "updated_at")
    list_filter = ("kind", "enabled")
    search_fields = ("sku", "name")
    list_per_page = 50
