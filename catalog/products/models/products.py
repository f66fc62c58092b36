"""Products as the store holds them, with images, texts per store view, and variations."""

import unicodedata
from collections.abc import Collection

from django.core.validators import MinValueValidator
from django.db import models

from catalog.products.models.categories import StoreCategory
from catalog.products.models.codes import keep_codes
from jetbridge.core.models import StoreView
from jetbridge.core.models.dated import Dated, DatedManager
from jetbridge.core.models.quick import ReadQuickly


def sku_key(sku: str) -> str:
    """Return the form by which a SKU is searched: one case, compatible characters, no outer blanks."""
    return unicodedata.normalize("NFKC", sku).strip().upper()


# The columns that hold the codes by which a product is searched.
CODED = frozenset({"attributes", "jet_fields"})
# What neither a rule nor the building of what is sent looks at.
UNREAD = (
    "sku_key", "attribute_set", "visibility", "source_hash", "is_demo", "created_at", "updated_at", "changed_at",
)  # fmt: skip
NOTHING_LEFT = models.Q(manage_stock=True) & (
    models.Q(is_in_stock=False) | models.Q(quantity__lte=models.F("reserved"))
)


class Product(ReadQuickly, Dated):
    """
    A product of the store. Prices are in US dollars, weight in pounds, quantity in units.

    What a merchant decided about it for Jet (`stock_buffer`, `jet_fields`, `listed_in`, `excluded`, `offered_anyway`)
    stands here, written by the rooms above; here only search reads the codes in it. In a table of theirs, each grid,
    rule and export that asks it of 100,000 products would join one more row a product, nearly always an empty one;
    and taking the columns away would copy the largest table on SQLite.
    """

    class Kind(models.TextChoices):
        """Magento's product types; only simple and configurable ones can be listed on Jet."""

        SIMPLE = "simple", "Simple"
        CONFIGURABLE = "configurable", "Configurable"
        VIRTUAL = "virtual", "Virtual"
        DOWNLOADABLE = "downloadable", "Downloadable"
        BUNDLE = "bundle", "Bundle"
        GROUPED = "grouped", "Grouped"
        OTHER = "other", "Other"

    sku = models.CharField("SKU", max_length=64, unique=True)
    sku_key = models.CharField(max_length=64, db_index=True, editable=False)
    kind = models.CharField("type", max_length=12, choices=Kind.choices, default=Kind.SIMPLE)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    short_description = models.TextField(blank=True)
    attribute_set = models.CharField(max_length=255, blank=True)
    enabled = models.BooleanField(default=True)
    visibility = models.CharField(max_length=64, blank=True)
    price = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    special_price = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    special_price_from = models.DateField(null=True, blank=True)
    special_price_to = models.DateField(null=True, blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    manage_stock = models.BooleanField(default=True)
    is_in_stock = models.BooleanField(default=True)
    closed_by_quantity = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Out of stock since nothing was left, not because somebody said so: units put it back in stock.",
    )
    quantity = models.IntegerField(default=0, help_text="Units on hand, reserved ones included.")
    reserved = models.PositiveIntegerField(default=0, help_text="Units promised to orders not yet shipped.")
    stock_buffer = models.PositiveIntegerField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    jet_fields = models.JSONField(
        default=dict, blank=True, help_text="Own values of the jet.com tab, by Jet's field name."
    )
    variation_codes = models.JSONField(
        default=list,
        blank=True,
        help_text="Attribute codes that distinguish a configurable product's children.",
    )
    categories = models.ManyToManyField(StoreCategory, through="ProductCategory", related_name="products")
    listed_in = models.ForeignKey(
        StoreCategory, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The category whose mapping counts; empty: the deepest mapped one.",
    )  # fmt: skip
    excluded = models.BooleanField(default=False, help_text="Keep this product off Jet.")
    offered_anyway = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Offer it on Jet although its brand or category is kept off.",
    )
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # When somebody edited it; `changed_at` is when anything of it changed, units held for orders included.
    updated_at = models.DateTimeField(auto_now=True)
    changed_at = models.DateTimeField(null=True, auto_now=True)

    objects = DatedManager["Product"]()
    DATE = "changed_at"

    class Meta:
        app_label = "catalog"
        permissions = [
            ("upload", "Can upload products to Jet"),
            ("archive", "Can archive and unarchive products on Jet"),
            ("sync", "Can send price and inventory to Jet"),
            ("send_anyway", "Can send a product that validation blocks"),
            ("import_products", "Can import products"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["price", "id"], name="product_price"),
            models.Index(fields=["quantity", "id"], name="product_quantity"),
            models.Index(fields=["kind", "id"], name="product_kind"),
            models.Index(fields=["changed_at", "id"], name="product_changed"),
            models.Index(
                fields=["special_price_from"],
                condition=models.Q(special_price_from__isnull=False),
                name="product_special_from",
            ),
            models.Index(
                fields=["special_price_to"],
                condition=models.Q(special_price_to__isnull=False),
                name="product_special_to",
            ),
            models.Index(fields=["id"], condition=models.Q(enabled=False), name="product_disabled"),
            models.Index(fields=["id"], condition=NOTHING_LEFT, name="product_nothing_left"),
            models.Index(fields=["is_demo"], condition=models.Q(is_demo=True), name="product_demo"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(sku=""), name="product_has_sku"),
        ]

    def __str__(self) -> str:
        return self.sku

    def save(self, *args: object, **kwargs: object) -> None:
        self.sku_key = sku_key(self.sku)
        new = self._state.adding
        super().save(*args, **kwargs)
        written = kwargs.get("update_fields")
        if not isinstance(written, Collection) or CODED & set(written):
            keep_codes([self], new=new)

    @property
    def available(self) -> int:
        """Units that may still be sold: on hand less reserved, never below zero."""
        return max(self.quantity - self.reserved, 0)

    def children(self) -> list["Product"]:
        """Return the children of a configurable product that are in the store, in their order; prefetch for many."""
        if self.kind != Product.Kind.CONFIGURABLE:
            return []
        return [link.child for link in self.variations.all() if link.child is not None]


class ProductCategory(models.Model):
    """A product stands in a store category."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="category_links")
    category = models.ForeignKey(StoreCategory, on_delete=models.CASCADE, related_name="product_links")

    class Meta:
        app_label = "catalog"
        verbose_name_plural = "product categories"
        constraints = [
            models.UniqueConstraint(fields=["product", "category"], name="product_once_in_category")
        ]
        indexes = [models.Index(fields=["category", "product"], name="category_product")]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category_id}"


class Variation(models.Model):
    """A child of a configurable product; child_sku stands while the child is not imported yet."""

    parent = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variations")
    child = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="variation_of"
    )
    child_sku = models.CharField(max_length=64, db_index=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "catalog"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["parent", "child_sku"], name="child_once_per_parent")]

    def __str__(self) -> str:
        return self.child_sku


class ProductImage(models.Model):
    """An image of a product: a relative Magento path or a whole URL."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    path = models.CharField(max_length=500)
    label = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0, help_text="0 is the main image.")
    is_main = models.BooleanField(default=False)
    is_swatch = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)

    class Meta:
        app_label = "catalog"
        ordering = ["-is_main", "position"]
        constraints = [models.UniqueConstraint(fields=["product", "path"], name="image_once_per_product")]

    def __str__(self) -> str:
        return self.path


class ProductText(models.Model):
    """A product's texts in one store view; an empty one falls back to the product's own."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="texts")
    store_view = models.ForeignKey(StoreView, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    short_description = models.TextField(blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        app_label = "catalog"
        constraints = [models.UniqueConstraint(fields=["product", "store_view"], name="one_text_per_view")]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.store_view_id}"


# Magento keeps no stock of its own for these; their children have it.
COMPOSITE = (Product.Kind.CONFIGURABLE, Product.Kind.BUNDLE, Product.Kind.GROUPED)
