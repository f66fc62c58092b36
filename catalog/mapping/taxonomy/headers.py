"""The columns of Jet's four taxonomy files, as we write them."""

CATEGORY_HEADER = ("id", "Name", "Parent_id", "active", "Level", "JetTaxCode")
ATTRIBUTE_HEADER = ("id", "description", "display_name", "free_text", "variant", "retired")
VALUE_HEADER = ("ID", "attribute_id", "value", "units", "retired")
LINK_HEADER = ("attribute_id", "category_id", "active")
