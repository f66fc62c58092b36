"""Export of what the products grid shows: filters and search count, and the file comes back by Import Products."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportMixin

from catalog.mapping.product_exports import FORMATS, ProductExportForm, ProductResource
from catalog.products.models import Product
from jetbridge.panel.admin_base import PanelModelAdmin


class ProductExport(ExportMixin, PanelModelAdmin):
    resource_classes = (ProductResource,)
    export_form_class = ProductExportForm

    def get_export_formats(self) -> list[type[Any]]:
        return list(FORMATS)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who sees products may take them along."""
        return bool(self.has_view_permission(request))

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Return what the grid shows, with the long texts that its rows leave out."""
        rows: QuerySet[Product] = super().get_export_queryset(request)
        return rows.defer(None)
