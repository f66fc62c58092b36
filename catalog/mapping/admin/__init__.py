"""Jet's taxonomy and the mappings in the admin."""

from catalog.mapping.admin.attribute_mappings import AttributeMappingAdmin
from catalog.mapping.admin.jet_attributes import JetAttributeAdmin
from catalog.mapping.admin.jet_categories import JetCategoryAdmin
from catalog.mapping.admin.store_tables import MappedAttributeAdmin, MappedCategoryAdmin

__all__ = [
    "AttributeMappingAdmin",
    "JetAttributeAdmin",
    "JetCategoryAdmin",
    "MappedAttributeAdmin",
    "MappedCategoryAdmin",
]
