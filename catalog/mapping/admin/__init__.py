"""Jet's taxonomy and the mappings in the admin."""

from catalog.mapping.admin.attribute_mappings import AttributeMappingAdmin
from catalog.mapping.admin.jet_attributes import JetAttributeAdmin
from catalog.mapping.admin.jet_categories import JetCategoryAdmin

__all__ = ["AttributeMappingAdmin", "JetAttributeAdmin", "JetCategoryAdmin"]
