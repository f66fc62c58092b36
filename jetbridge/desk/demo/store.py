"""The demo's store side: products, taxonomy, mappings, through the services that a merchant's own data takes."""

import tempfile
from pathlib import Path

from catalog.mapping.models import AttributeMapping, CategoryMapping, JetAttribute, JetCategory
from catalog.mapping.services import attribute_mappings, category_mappings, taxonomy_imports
from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions
from catalog.products.models import Attribute, Product, StoreCategory
from catalog.rules.models import CatalogChange, note_change
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.core.texts import counted
from jetbridge.desk.demo import store_csv, taxonomy
from jetbridge.desk.demo.goods import FAMILIES, ROOT

SOURCE = "Demo taxonomy"
PICTURES = "admin/demo/pictures"
_MAPPED_ATTRIBUTES = {"color": "Color", "size": "Size", "material": "Material"}


def stock_store() -> str:
    """Import what the store lacks of the demo's products; SKUs that stand already are left alone."""
    attributes = set(Attribute.objects.values_list("pk", flat=True))
    categories = set(StoreCategory.objects.values_list("pk", flat=True))
    taken = frozenset(Product.objects.filter(sku__in=store_csv.skus()).values_list("sku", flat=True))
    if len(taken) == len(store_csv.skus()):
        return "They are all there already."
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            skus = store_csv.write(stream, without=taken)
        report = import_products(path=path, options=ImportOptions(document="demo"))
    Product.objects.filter(sku__in=skus).update(is_demo=True)
    Attribute.objects.exclude(pk__in=attributes).update(is_demo=True)
    StoreCategory.objects.exclude(pk__in=categories).update(is_demo=True)
    return f"{counted(report.created, 'product')} created." + (
        f" {counted(len(taken), 'SKU')} stood already." if taken else ""
    )


def load_taxonomy() -> str:
    """Import the demo's small taxonomy beside whatever is there."""
    row = taxonomy_imports.import_files(files=taxonomy.files(), source=SOURCE, demo=True)
    return f"{counted(row.categories, 'Jet category')}, {counted(row.attributes, 'attribute')}."


def map_store() -> str:
    """Map the demo's categories and attributes; what the merchant mapped stays."""
    numbers = taxonomy.category_ids()
    jet = JetCategory.objects.filter(jet_id__in=numbers.values()).in_bulk(field_name="jet_id")
    mappings = {f"{ROOT}/{family.category}": jet[numbers[family.jet_category]] for family in FAMILIES}
    open_categories = StoreCategory.objects.filter(full_path__in=mappings, mapping=None)
    pairs = [(category, mappings[category.full_path]) for category in open_categories]
    report = category_mappings.map_many(pairs=pairs)
    CategoryMapping.objects.filter(store_category__in=[category for category, _ in pairs]).update(
        is_demo=True
    )
    return f"{counted(len(report.changed), 'category')} and {counted(_map_attributes(), 'attribute')} mapped."


def _map_attributes() -> int:
    jet = {each.name: each for each in JetAttribute.objects.filter(is_demo=True)}
    attributes = Attribute.objects.filter(code__in=_MAPPED_ATTRIBUTES, mappings=None)
    for attribute in attributes:
        mapping = AttributeMapping(
            attribute=attribute, jet_attribute=jet[_MAPPED_ATTRIBUTES[attribute.code]], is_demo=True
        )
        attribute_mappings.save_mapping(mapping=mapping)
    return len(attributes)


def show_pictures(*, panel_url: str) -> str:
    """Let relative image paths lead to the demo's pictures, unless the merchant's lead elsewhere."""
    config = configuration.current()
    if config.image_base_url and not config.image_base_url.endswith(PICTURES):
        return "The image base URL is set already and stays."
    url = f"{panel_url.rstrip('/')}/{PICTURES}"
    if url != config.image_base_url:
        Configuration.objects.filter(pk=config.pk).update(image_base_url=url)
        # The results that miss an address are old now.
        note_change(CatalogChange.Scope.IMAGES, reason="image base URL of the demo")
    return f"Images come from {url}."
