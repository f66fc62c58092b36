"""Store Categories: the store's own tree with counts; added, renamed and moved by hand."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.products import ownership
from catalog.products.forms.store_tables import StoreCategoryForm
from catalog.products.models import ListingRule, ProductCategory, StoreCategory
from catalog.products.services import categories
from jetbridge.core.texts import counted, several
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.panel.display import NOTHING, chip, link, number


def rule_chip(rule: str) -> SafeString:
    """Return a rule in a word."""
    if rule == ListingRule.OFFER:
        return chip("Offered", "green")
    return chip("Kept off", "dark") if rule == ListingRule.KEEP_OFF else NOTHING


@admin.register(StoreCategory)
class StoreCategoryAdmin(PanelModelAdmin):
    """The tree in its order, each category with its products and what it says of them."""

    form = StoreCategoryForm
    list_display: tuple[str, ...] = ("tree_name", "products_in_it", "on_jet", "held_back")
    list_display_links = ("tree_name",)
    search_fields = ("full_path",)
    search_help_text = "Part of the path"
    ordering = ("path",)
    fields = ("name", "parent", "listing_rule", "stock_buffer")
    empty_title = "No store categories yet"
    empty_text = "An import brings the store's categories along; they can be added by hand too."
    empty_url_name = "catalog:imports"
    empty_button = "Import products"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Categories of a linked store are added there."""
        return bool(super().has_add_permission(request)) and not ownership.is_linked()

    def has_delete_permission(self, request: HttpRequest, obj: StoreCategory | None = None) -> bool:
        """And they are deleted there."""
        kept = obj is not None and obj.store_number is not None and ownership.is_linked()
        return bool(super().has_delete_permission(request, obj)) and not kept

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoreCategory]:
        """Return the tree with what the columns show."""
        rows: QuerySet[StoreCategory] = super().get_queryset(request)
        places = ProductCategory.objects.filter(category=OuterRef("pk")).order_by().values("category")
        counts = Subquery(places.annotate(n=Count("*")).values("n"))
        # Counted for the rows of the page; a join would count the whole catalogue first.
        counted: QuerySet[StoreCategory] = rows.annotate(product_count=Coalesce(counts, 0))
        return counted

    def save_model(
        self, request: HttpRequest, obj: StoreCategory, form: "ModelForm[StoreCategory]", change: bool
    ) -> None:
        """Save through the service, which keeps the paths below in step."""
        facts = {"name": form.cleaned_data["name"], "parent": form.cleaned_data["parent"]}
        saved = categories.change(category=obj, **facts) if change else categories.create(**facts)
        categories.set_rule(
            category=saved,
            listing_rule=form.cleaned_data["listing_rule"],
            stock_buffer=form.cleaned_data["stock_buffer"],
        )
        obj.__dict__.update(saved.__dict__)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say on the confirm page which mappings and listings the category takes along."""
        category = self.get_object(request, object_id)
        goes = categories.would_remove(category=category) if category else None
        context = {"goes": goes, "listed": several(goes.skus, 20) if goes else "", **(extra_context or {})}
        answer: HttpResponse = super().delete_view(request, object_id, context)
        return answer

    def delete_model(self, request: HttpRequest, obj: StoreCategory) -> None:
        """Delete through the service, and say which listings lose their category."""
        removed = categories.remove(category=obj)
        below, mappings = counted(removed.categories, "category"), counted(removed.mappings, "mapping")
        text = f"Deleted along with it: {below} below, {mappings}."
        if removed.skus:
            text += f" On Jet, in these categories: {several(removed.skus)}."
        self.message_user(request, text, messages.INFO)

    @display(description="Category", ordering="path")
    def tree_name(self, row: StoreCategory) -> SafeString:
        """The name, moved in by its depth; the whole path on hover."""
        return format_html(
            '<span title="{}" style="padding-left: {}rem">{}</span>',
            row.full_path,
            (row.depth - 1) * 1.25,
            row.name,
        )

    @display(description="Products", ordering="product_count")
    def products_in_it(self, row: Any) -> SafeString:
        """How many products stand in it, leading to them."""
        url = f"{reverse('admin:catalog_product_changelist')}?category={row.pk}"
        return link(url, f"{row.product_count:,}") if row.product_count else SafeString("0")

    @display(description="On Jet")
    def on_jet(self, row: StoreCategory) -> SafeString:
        """Its own rule of what is offered."""
        return rule_chip(row.listing_rule)

    @display(description="Held back")
    def held_back(self, row: StoreCategory) -> SafeString:
        """Its own stock buffer."""
        return number(row.stock_buffer)
