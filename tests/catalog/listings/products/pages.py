"""Filling in the product page as a browser would: everything it shows is sent back, with a few changes."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.listings.models import ListingFacet
from catalog.products.models import Product

ADD = reverse("admin:catalog_product_add")
EMPTY = ("variations", "images", "texts", "shipping_exceptions", "return_exceptions")


def url_of(product: Product) -> str:
    """Return the address of a product's page."""
    return reverse("admin:catalog_product_change", args=[product.pk])


def filled(client: Client, product: Product) -> dict[str, Any]:
    """Return what a browser would send for an unchanged page."""
    context = client.get(url_of(product)).context
    found = _values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        found |= _values(formset.management_form)
        for form in formset.initial_forms:
            found |= _values(form)
    return found


def save(client: Client, product: Product, **changes: Any) -> HttpResponse:
    """Send the page back with these changes; a value of None leaves a field out, as an empty box does."""
    data = filled(client, product) | {"_continue": "1"} | changes
    return client.post(url_of(product), {name: value for name, value in data.items() if value is not None})


def add(client: Client, **values: Any) -> HttpResponse:
    """Send the page on which a product is added, filled with these values."""
    data: dict[str, Any] = {"kind": "simple", "enabled": "on", "manage_stock": "on", "is_in_stock": "on"}
    for prefix in EMPTY:
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return client.post(ADD, data | {"quantity": 0} | values)


def errors(answer: HttpResponse) -> dict[str, list[str]]:
    """Return the errors beside the fields of a page that was not saved."""
    assert answer.status_code == 200, "the page was saved"
    form = answer.context["adminform"].form
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def row(prefix: str, number: int, total: int, **values: Any) -> dict[str, Any]:
    """Return one row put into a table of the page."""
    return {f"{prefix}-TOTAL_FORMS": total, **{f"{prefix}-{number}-{name}": v for name, v in values.items()}}


def _values(form: Any) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.field.widget.format_value(bound.value())
        if hasattr(bound.field.widget, "check_test"):
            value = "on" if bound.value() else None
        elif isinstance(value, list) and not getattr(bound.field.widget, "allow_multiple_selected", False):
            value = value[0] if value else None if bound.is_hidden else ""
        if value is not None:
            found[bound.html_name] = value
    return found


def wanted(product: Product) -> set[str]:
    """Return what of a product is to be sent."""
    return set(
        ListingFacet.objects.filter(listing__product=product, next_try_at__isnull=False).values_list(
            "facet", flat=True
        )
    )
