"""The product page's ways in and out: its form, saving through services, and the buttons' permissions."""

import shlex
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from catalog.listings.admin import product_panels
from catalog.listings.admin.product_inlines import INLINES
from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing
from catalog.listings.services import store_changes
from catalog.products import ownership
from catalog.products.models import Product
from catalog.products.services import products
from catalog.rules.forms.products import COLUMNS, ProductForm
from jetbridge.core import configuration
from jetbridge.panel import cli_commands
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.store import services as links

AVAILABLE = Listing.Status.AVAILABLE
LIVE = (
    "is live: changed content can put it back under Jet's review, which takes one to two weeks. To have edits send "
    "price and quantity only, switch the others off under Configuration, Edits."
)


class ReadOnlyProductForm(ProductForm):
    """The same page for somebody who may only look."""

    may_change = False


class ProductFormPage(PanelModelAdmin):
    """One product: added, edited, looked at, deleted."""

    form = ProductForm
    inlines = INLINES
    # The page is laid out by its own template; Django reads here which columns it is about.
    fieldsets = ((None, {"fields": COLUMNS}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Products of a linked store are added there."""
        return bool(super().has_add_permission(request)) and not ownership.is_linked()

    def get_form(
        self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any
    ) -> type[ProductForm]:
        """Return the form whole, locked for those who may only look."""
        may = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        return ProductForm if may else ReadOnlyProductForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Put beside the form where the product stands."""
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        form = context["adminform"].form
        if any(getattr(row, "asks", False) for formset in formsets for row in formset.forms):
            form.ask()
        context |= product_panels.context(request, form, formsets)
        held = ("view_live", "sync", "upload", "archive", "change_product")
        if obj := context.get("original"):
            context["panel_commands"] = cli_commands.of_page("admin:catalog_product_change", {"sku": obj.sku})
            context["as_command"] = f"product {shlex.quote(obj.sku)}"
            context["store_url"] = store_page(context["adminform"].form)
        context |= {"show_delete": False, "show_save_and_add_another": False}  # in the menu; from the list
        context["may"] = {name: request.user.has_perm(f"catalog.{name}") for name in held}
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Product, form: ProductForm, change: bool) -> None:
        """Store the changed columns through the service."""
        form.former_sku = form.initial.get("sku", "") if change else ""
        products.store(product=obj, changed=form.changed_columns)

    def save_related(
        self, request: HttpRequest, form: ProductForm, formsets: Iterable[Any], change: bool
    ) -> None:
        """Store categories and rows, then have Jet learn of what changed."""
        formsets = list(formsets)
        product = form.instance
        if "categories" in form.changed_columns:
            products.place(product=product, categories=form.chosen_categories())
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        changed = {formset.model for formset in formsets if formset.has_changed()}
        fields = form.changed_columns
        sent = products.finish(
            product=product,
            changed={*fields, *store_changes.names_of_rows(changed)},
            is_new=not change,
            former_sku=form.former_sku,
        )
        if fields or changed:
            _report(request, product, {registry.named(each) for each in sent})

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        """Close the SKU on Jet and delete the product."""
        products.delete(product=obj)


def store_page(form: ProductForm) -> str:
    """Return where the linked store shows a product, or nothing where no store keeps it."""
    if form.store_number is None:
        return ""
    return f"{links.address(configuration.current())}/catalog/product/view/id/{form.store_number}"


def _report(request: HttpRequest, product: Product, sent: Collection[Facet]) -> None:
    """Say what goes to Jet and what that may do there, or why nothing goes although Jet has the product."""
    listed = Listing.objects.filter(
        account=configuration.active_account(), product=product, first_sent_at__isnull=False
    )
    if any(facet.closes_sku for facet in sent):
        messages.info(request, f"{product.sku}: {_closing(product)}")
    elif sent:
        labels = ", ".join(sorted(facet.label for facet in sent))
        messages.info(request, f"{product.sku}: to be sent to Jet: {labels}.")
        if any(facet.is_reviewed for facet in sent) and listed.filter(status=AVAILABLE).exists():
            messages.warning(request, f"{product.sku} {LIVE}")
    elif listed.exists():
        text = "Nothing of this goes to Jet by itself: so the product edit settings say. Use Sync with Jet."
        messages.info(request, f"{product.sku}: {text}")


def _closing(product: Product) -> str:
    """Say which SKU is closed on Jet, and what becomes of the product."""
    if product.enabled and not product.excluded:
        return "its former SKU is being closed on Jet. The new one is uploaded like a new product."
    return "it is being closed on Jet, where it can then no longer be bought."
