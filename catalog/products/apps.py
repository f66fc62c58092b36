"""App configuration of the room; its tables keep the label of the catalogue."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """The store's side: products, categories, attributes, stock, intake."""

    name = "catalog.products"
    label = "products"
    verbose_name = "Products"
