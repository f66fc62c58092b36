"""The peer of bench/import_products.py: a django-import-export resource as its documentation teaches to write one."""

from typing import Any, ClassVar

from import_export import fields, resources, widgets

from catalog.products.models import Attribute, Product, ProductImage, StoreCategory, Variation
from catalog.products.models.products import sku_key


class PathsWidget(widgets.ManyToManyWidget):
    """Categories by their paths, created where they are missing; each is looked up once."""

    known: ClassVar[dict[str, StoreCategory]] = {}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[StoreCategory]:
        return [self._category(path.strip()) for path in value.split(",") if path.strip()]

    def _category(self, path: str) -> StoreCategory:
        if path not in self.known:
            above, _, name = path.rpartition("/")
            facts = {"name": name, "full_path": path}
            parent = StoreCategory.objects.get(pk=self._category(above).pk) if above else None
            self.known[path] = parent.add_child(**facts) if parent else StoreCategory.add_root(**facts)
        return self.known[path]


class AttributesWidget(widgets.JSONWidget):
    """code=value,code=value as a dict."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> dict[str, Any]:
        pairs = (part.partition("=") for part in value.split(",") if "=" in part)
        return {code: text.split("|") if "|" in text else text for code, _, text in pairs}


class MagentoResource(resources.ModelResource):
    """Product with attributes, categories, images and configurable links."""

    kind = fields.Field("kind", "product_type")
    attribute_set = fields.Field("attribute_set", "attribute_set_code")
    enabled = fields.Field("enabled", "product_online", widget=widgets.BooleanWidget())
    quantity = fields.Field("quantity", "qty", widget=widgets.IntegerWidget())
    attributes = fields.Field("attributes", "additional_attributes", widget=AttributesWidget())
    categories = fields.Field("categories", "categories", widget=PathsWidget(StoreCategory))

    attribute_codes: ClassVar[set[str]] = set()

    class Meta:
        model = Product
        import_id_fields = ("sku",)
        fields = (
            "sku", "kind", "name", "description", "short_description", "attribute_set", "enabled", "visibility",
            "price", "special_price", "weight", "quantity", "is_in_stock", "attributes", "categories",
        )  # fmt: skip

    def before_save_instance(self, instance: Product, row: Any, **kwargs: Any) -> None:
        instance.sku_key = sku_key(instance.sku)

    def after_save_instance(self, instance: Product, row: Any, **kwargs: Any) -> None:
        for code in instance.attributes.keys() - self.attribute_codes:
            Attribute.objects.get_or_create(code=code, defaults={"label": code})
            self.attribute_codes.add(code)
        paths = [row["base_image"], *row["additional_images"].split(",")]
        for position, path in enumerate(dict.fromkeys(filter(None, paths))):
            facts = {"position": position, "is_main": position == 0}
            ProductImage.objects.update_or_create(product=instance, path=path, defaults=facts)
        for position, part in enumerate(filter(None, row["configurable_variations"].split("|"))):
            sku = part.partition("sku=")[2].split(",")[0]
            child = Product.objects.filter(sku=sku).first()
            facts = {"child": child, "position": position}
            Variation.objects.update_or_create(parent=instance, child_sku=sku, defaults=facts)
