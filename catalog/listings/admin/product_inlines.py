"""Rows that hang on a product, as tables and forms of its page: variations, images, texts, exceptions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.listings.admin.product_cells import image_tile
from catalog.listings.admin.product_lists import settings_of
from catalog.listings.models import Listing
from catalog.listings.texts.statuses import status_chip
from catalog.products import ownership
from catalog.products.image_urls import absolute
from catalog.products.models import ProductImage, ProductText, Variation
from catalog.rules.forms.product_rows import (
    ImageForm,
    ImageFormSet,
    ReturnExceptionForm,
    ReturnExceptionFormSet,
    ShippingExceptionForm,
    VariationForm,
)
from catalog.rules.models import ReturnException, ShippingException
from catalog.rules.result_chips import result_chip
from jetbridge.panel.admin_base import PanelStackedInline, PanelTabularInline
from jetbridge.panel.display import NOTHING, link, money, number

TABULAR = "catalog/product_inline_tabular.html"
STACKED = "catalog/product_inline_stacked.html"


class ProductPart:
    """A part of a product follows the product's own permissions; its tables have none apart."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees products sees their parts."""
        return request.user.has_perm("catalog.view_product") or request.user.has_perm(
            "catalog.change_product"
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who edits products edits their parts."""
        return request.user.has_perm("catalog.change_product" if obj else "catalog.add_product")

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class StorePart(ProductPart):
    """A part that a linked store keeps: looked at here, changed there."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits what the store keeps."""
        return super().has_change_permission(request, obj) and not (obj and ownership.number_of(obj))

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class VariationInline(StorePart, PanelTabularInline):
    model = Variation
    fk_name = "parent"
    form = VariationForm
    template = TABULAR
    fields = ("child_sku", "position", "varies_by", "child_name", "price", "quantity", "status", "problems")
    readonly_fields = ("varies_by", "child_name", "price", "quantity", "status", "problems")
    verbose_name = "child"
    verbose_name_plural = "variations"
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variation]:
        """Read each child with its result."""
        self.account = settings_of(request)[1]
        rows: QuerySet[Variation] = super().get_queryset(request)
        return rows.select_related("parent", "child", "child__validation").prefetch_related("child__listings")

    @display(description="Varies by")
    def varies_by(self, row: Variation) -> SafeString:
        """The child's values of the parent's codes; a missing one is said."""
        if row.child is None:
            return NOTHING
        pairs = ((code, row.child.attributes.get(code) or "missing") for code in row.parent.variation_codes)
        return format_html_join(SafeString("<br>"), "{}: {}", pairs) or NOTHING

    @display(description="Name")
    def child_name(self, row: Variation) -> SafeString:
        """The child's page, or that the store does not have it."""
        if row.child is None:
            return SafeString('<span class="jb-faint">not in the store yet</span>') if row.pk else NOTHING
        return link(reverse("admin:catalog_product_change", args=[row.child_id]), row.child.name)

    @display(description="Price")
    def price(self, row: Variation) -> SafeString:
        return money(row.child.price) if row.child else NOTHING

    @display(description="Quantity")
    def quantity(self, row: Variation) -> SafeString:
        return number(row.child.available) if row.child else NOTHING

    @display(description="Jet status")
    def status(self, row: Variation) -> SafeString:
        return status_chip(self._listing(row)) if row.child else NOTHING

    @display(description="Problems")
    def problems(self, row: Variation) -> SafeString:
        return result_chip(getattr(row.child, "validation", None)) if row.child else NOTHING

    def _listing(self, row: Variation) -> Listing | None:
        listings = row.child.listings.all() if row.child else ()
        return next((each for each in listings if each.account_id == self.account.pk), None)


class ImageInline(StorePart, PanelTabularInline):
    model = ProductImage
    form = ImageForm
    formset = ImageFormSet
    template = TABULAR
    fields = ("preview", "path", "label", "position", "is_main", "is_swatch", "hidden")
    readonly_fields = ("preview",)
    verbose_name = "image"
    verbose_name_plural = "images"
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductImage]:
        """Remember the base address for the previews."""
        self.base_url = settings_of(request)[0].image_base_url
        rows: QuerySet[ProductImage] = super().get_queryset(request)
        return rows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give long paths a wide field."""
        if db_field.name == "path":
            kwargs["widget"] = UnfoldAdminTextInputWidget(attrs={"size": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="Image")
    def preview(self, row: ProductImage) -> SafeString:
        """The image as Jet would fetch it."""
        return image_tile(absolute(row.path, self.base_url) if row.path else "")


class TextInline(StorePart, PanelStackedInline):
    """Texts of a store view, where they differ from the product's own."""

    model = ProductText
    template = STACKED
    fields = ("store_view", "name", "short_description", "description")
    verbose_name = "store view's texts"
    verbose_name_plural = "texts per store view"


class ShippingInline(ProductPart, PanelTabularInline):
    model = ShippingException
    form = ShippingExceptionForm
    template = TABULAR
    fields = ("kind", "service_level", "shipping_method", "override_type", "charge_amount")
    verbose_name = "exception"
    verbose_name_plural = "Jet Shipping Exception"
    hide_title = True


class ReturnInline(ProductPart, PanelStackedInline):
    """Return exceptions, as many as the product needs; Jet gets them together."""

    model = ReturnException
    form = ReturnExceptionForm
    formset = ReturnExceptionFormSet
    template = STACKED
    fields = ("time_to_return", "return_location_ids", "return_shipping_methods")
    verbose_name = "exception"
    verbose_name_plural = "Jet Return Exception"
    hide_title = True


INLINES = (VariationInline, ImageInline, TextInline, ShippingInline, ReturnInline)
