"""Products as CSV, XLSX or JSON for people: what the grid shows, with their verdict; no cell starts a formula."""

from collections.abc import Iterator
from typing import Any, cast

from django.db.models import Prefetch
from import_export import fields, resources
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.widgets import CharWidget, Widget
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from tablib import Dataset
from unfold.contrib.import_export.forms import ExportForm

from catalog.mapping.csv_columns import NAMES, PREFIX
from catalog.mapping.fields.sources import resolve, store_text
from catalog.products.identifiers import IDENTIFIERS
from catalog.products.intake import cell_words
from catalog.products.intake.rows import TEXTS
from catalog.products.intake.store_tables import default_label
from catalog.products.models import Attribute, Product, ProductText, Variation
from jetbridge.core import configuration, spreadsheets
from jetbridge.core.models import Configuration

LONGEST_CELL = 32_767
IMAGE_COLUMNS = (
    "base_image", "base_image_label", "swatch_image", "additional_images", "additional_image_labels",
    "hide_from_product_page",
)  # fmt: skip
VIEW_COLUMNS = (*TEXTS, "additional_attributes")
OWN_COLUMNS = {f"{PREFIX}{name}": name for name in NAMES}


class Workbook(XLSX):
    """Excel cuts long texts and refuses control characters: such a cell stays empty, which an import passes over."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        """Leave empty what no cell of a workbook can hold."""
        rows = ([_fitting(cell) for cell in row] for row in dataset)
        return super().export_data(Dataset(*rows, headers=dataset.headers), **kwargs)


def _fitting(cell: Any) -> Any:
    text = str(cell)
    return "" if len(text) > LONGEST_CELL or ILLEGAL_CHARACTERS_RE.search(text) else cell


FORMATS = (CSV, Workbook, JSON)


class ImageWidget(Widget):
    """Words one column of a gallery."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self._column = column

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the cell."""
        return cell_words.image_words(value.all())[self._column]


class OwnValueWidget(Widget):
    """Words one of the product's own values for Jet; empty where the store's attribute counts."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the value as its cell comes back."""
        return str(value.get(self._name, ""))


def _view_words(text: ProductText) -> dict[str, str]:
    """Return the cells of a row for a store view."""
    return {
        "sku": text.product.sku,
        "store_view_code": text.store_view.code,
        **{name: getattr(text, name) for name in TEXTS},
        "additional_attributes": cell_words.attribute_words(text.attributes),
    }


def _codes(product: Product) -> list[str]:
    return sorted({*product.attributes, *product.variation_codes})


def _text(name: str, column: str = "") -> fields.Field:
    return fields.Field(attribute=name, column_name=column or name, widget=CharWidget(), readonly=True)


def _worked_out(column: str) -> fields.Field:
    return fields.Field(column_name=column, widget=CharWidget(), readonly=True)


class ProductExportForm(ExportForm):
    """The format of the file: the first, which Import Products takes as it is, unless another is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("format", "0")


class ProductResource(resources.ModelResource):
    """
    Export only: its columns bear the names of Magento's CSV, so that an edited file comes back by Import Products.

    The own values of the jet.com tab stand in columns jet.brand, jet.EAN, ..., which come back too. What Jet
    gets in the end, and the verdict, stand in columns that the import leaves out. A product's texts for a store view
    follow it in a row of their own, as Magento has them.
    """

    sku = _text("sku")
    store_view_code = _worked_out("store_view_code")
    product_type = _text("kind", "product_type")
    attribute_set_code = _text("attribute_set", "attribute_set_code")
    name = _text("name")
    description = _text("description")
    short_description = _text("short_description")
    product_online = _worked_out("product_online")
    visibility = _text("visibility")
    price = _text("price")
    special_price = _text("special_price")
    special_price_from_date = _worked_out("special_price_from_date")
    special_price_to_date = _worked_out("special_price_to_date")
    weight = _text("weight")
    qty = _text("quantity", "qty")
    is_in_stock = _worked_out("is_in_stock")
    stock_status_changed_auto = _worked_out("stock_status_changed_auto")
    manage_stock = _worked_out("manage_stock")
    categories = _worked_out("categories")
    additional_attributes = _worked_out("additional_attributes")
    attribute_kinds = _worked_out("attribute_kinds")
    attribute_labels = _worked_out("attribute_labels")
    configurable_variations = _worked_out("configurable_variations")
    configurable_variation_labels = _worked_out("configurable_variation_labels")
    jet_brand = _worked_out("_jet_brand")
    jet_identifier = _worked_out("_jet_identifier")
    jet_verdict = _worked_out("_jet_verdict")
    jet_problems = _worked_out("_jet_problems")

    class Meta:
        model = Product
        fields = (
            "sku", "store_view_code", "product_type", "attribute_set_code", "name", "description",
            "short_description", "product_online",
            "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date", "weight",
            "qty", "is_in_stock", "stock_status_changed_auto", "manage_stock", "categories", "additional_attributes",
            "attribute_kinds", "attribute_labels", "configurable_variations", "configurable_variation_labels",
            "jet_brand", "jet_identifier", "jet_verdict", "jet_problems",
        )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for column in IMAGE_COLUMNS:
            self.fields[column] = fields.Field("images", column, widget=ImageWidget(column), readonly=True)
        for column, name in OWN_COLUMNS.items():
            widget = OwnValueWidget(name)
            self.fields[column] = fields.Field("jet_fields", column, widget=widget, readonly=True)
        self._config: Configuration | None = None
        self._labels: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._texts: set[str] = set()

    @property
    def config(self) -> Configuration:
        """The configuration, read once an export."""
        self._config = self._config or configuration.current()
        return self._config

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Return a cell that no spreadsheet takes for a formula, wherever its text comes from."""
        if isinstance(instance, ProductText):
            value: Any = _view_words(instance).get(field.column_name, "")
        else:
            value = super().export_field(field, instance, **kwargs)
        return spreadsheets.safe_cell(value) if isinstance(value, str) else value

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Read with the products what their cells are made of."""
        related = ("categories", "images", "problems")
        texts = Prefetch(
            "texts", ProductText.objects.select_related("store_view").order_by("store_view__code")
        )
        children = Prefetch("variations", Variation.objects.select_related("child"))
        rows = list(Attribute.objects.values_list("code", "label", "kind"))
        self._labels = {code: label for code, label, _ in rows}
        self._kinds = {code: kind for code, _, kind in rows}
        # What follows from the code need not be said.
        self._given = {code: label for code, label, _ in rows if label != default_label(code)}
        return queryset.select_related("validation").prefetch_related(*related, texts, children)

    def iter_queryset(self, queryset: Any) -> Iterator[Product | ProductText]:
        """Give each product, and behind it its texts for store views."""
        for product in super().iter_queryset(queryset):
            yield product
            yield from (text for text in product.texts.all() if self._says(text))

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        """Look which columns are asked for: without its view a row would be taken for the product's own."""
        chosen = kwargs.get("export_fields") or self.fields
        self._texts = {name for name in VIEW_COLUMNS if name in chosen and "store_view_code" in chosen}

    def _says(self, text: ProductText) -> bool:
        words = _view_words(text)
        return any(words[name] for name in self._texts)

    def dehydrate_store_view_code(self, product: Product) -> str:
        """Nothing: the product's own row holds for all store views."""
        return ""

    def dehydrate_product_online(self, product: Product) -> str:
        """1 for enabled, 2 for disabled, as Magento has it."""
        return "1" if product.enabled else "2"

    def dehydrate_is_in_stock(self, product: Product) -> str:
        """1 or 0."""
        return str(int(product.is_in_stock))

    def dehydrate_manage_stock(self, product: Product) -> str:
        """1 or 0."""
        return str(int(product.manage_stock))

    def dehydrate_stock_status_changed_auto(self, product: Product) -> str:
        """1 where the product is out of stock only because nothing is left of it."""
        return str(int(product.closed_by_quantity))

    def dehydrate_special_price_from_date(self, product: Product) -> str:
        """The day, as year-month-day."""
        return spreadsheets.words_of(product.special_price_from)

    def dehydrate_special_price_to_date(self, product: Product) -> str:
        """The day, as year-month-day."""
        return spreadsheets.words_of(product.special_price_to)

    def dehydrate_categories(self, product: Product) -> str:
        """Full paths."""
        return cell_words.listed(each.full_path for each in product.categories.all())

    def dehydrate_additional_attributes(self, product: Product) -> str:
        return cell_words.attribute_words(product.attributes)

    def dehydrate_attribute_kinds(self, product: Product) -> str:
        """How the values of its attributes are entered and compared."""
        return cell_words.label_words(_codes(product), self._kinds)

    def dehydrate_attribute_labels(self, product: Product) -> str:
        """What people call its attributes, where their codes do not say it."""
        return cell_words.label_words(_codes(product), self._given)

    def dehydrate_configurable_variations(self, product: Product) -> str:
        """The children with what distinguishes them."""
        return cell_words.variation_words(product.variations.all(), product.variation_codes)

    def dehydrate_configurable_variation_labels(self, product: Product) -> str:
        """What people call it."""
        return cell_words.label_words(product.variation_codes, self._labels)

    def dehydrate_jet_brand(self, product: Product) -> str:
        """The brand that Jet gets."""
        found = resolve(product, self.config, text=store_text(product, self.config)).get("brand")
        return str(found.value) if found else ""

    def dehydrate_jet_identifier(self, product: Product) -> str:
        """The identifiers that Jet gets, with their types."""
        found = resolve(product, self.config, text=store_text(product, self.config))
        return ", ".join(f"{name} {found[name].value}" for name in IDENTIFIERS if name in found)

    def dehydrate_jet_verdict(self, product: Product) -> str:
        """The stored result in words, or that it is not known yet."""
        result = getattr(product, "validation", None)
        if result is None or result.stale_since:
            return "Not checked yet"
        return cast(str, result.get_worst_display())

    def dehydrate_jet_problems(self, product: Product) -> str:
        """Every problem in a cell, one a line."""
        return "\n".join(each.message for each in product.problems.all())
