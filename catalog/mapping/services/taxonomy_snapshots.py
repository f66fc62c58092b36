"""The stored taxonomy as files in the form in which merchants get Jet's, for keeping the former version."""

from catalog.mapping.models import JetAttribute, JetAttributeValue, JetCategory, JetCategoryAttribute
from catalog.mapping.taxonomy.zip_files import csv_bytes

CATEGORY_HEADER = ("id", "Name", "Parent_id", "active", "Level", "JetTaxCode")
ATTRIBUTE_HEADER = ("id", "description", "display_name", "free_text", "variant", "retired")
VALUE_HEADER = ("ID", "attribute_id", "value", "units", "retired")
LINK_HEADER = ("attribute_id", "category_id", "active")


def stored_taxonomy() -> dict[str, bytes]:
    """Return the merchant's stored taxonomy as four files by name; empty when there is none."""
    categories = JetCategory.objects.filter(is_demo=False).order_by("jet_id")
    rows = categories.values_list("jet_id", "name", "parent__jet_id", "active", "level", "tax_code")
    tree = [(jet_id, name, parent or 0, int(active), *rest) for jet_id, name, parent, active, *rest in rows]
    if not tree:
        return {}
    attributes = JetAttribute.objects.filter(is_demo=False).order_by("jet_id")
    values = JetAttributeValue.objects.filter(attribute__is_demo=False).order_by("pk")
    links = JetCategoryAttribute.objects.filter(category__is_demo=False).order_by("pk")
    return {
        "Jet_Taxonomy.csv": csv_bytes(CATEGORY_HEADER, tree),
        "Jet_Taxonomy_attribute.csv": csv_bytes(
            ATTRIBUTE_HEADER,
            (
                (jet_id, name, shown, kind, int(variant), int(retired))
                for jet_id, name, shown, kind, variant, retired in attributes.values_list(
                    "jet_id", "name", "display_name", "kind", "variant", "retired"
                )
            ),
        ),
        "Jet_Taxonomy_attribute_value.csv": csv_bytes(
            VALUE_HEADER,
            (
                (pk, attribute_id, value, unit or "NULL", int(retired))
                for pk, attribute_id, value, unit, retired in values.values_list(
                    "pk", "attribute__jet_id", "value", "unit", "retired"
                )
            ),
        ),
        "Jet_Taxonomy_mapping.csv": csv_bytes(
            LINK_HEADER,
            (
                (attribute_id, category_id, int(active))
                for attribute_id, category_id, active in links.values_list(
                    "attribute__jet_id", "category__jet_id", "active"
                )
            ),
        ),
    }
