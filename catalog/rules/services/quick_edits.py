"""Single values of a product edited in a list, kept from writing over what changed meanwhile."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.mapping.fields.table import FIELDS
from catalog.products import ownership
from catalog.products.models import Product
from catalog.products.services import products
from jetbridge.core import history

COLUMNS = ("price", "quantity", "name", "description")


class NotWritten(Exception):
    """The value was not stored; the message says why."""


def can_edit(name: str) -> bool:
    """Return whether a list may edit a value by this name: a column of the store, or one of Jet's fields."""
    return name in FIELDS or (name in COLUMNS and not ownership.is_linked())


def token(product: Product, name: str) -> str:
    """Return the stored value as text that goes along with a form, to be compared when it comes back."""
    value = getattr(product, name) if name in COLUMNS else product.jet_fields.get(name)
    if name == "price" and value is not None:
        value = f"{value.normalize():f}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@transaction.atomic
def write(*, product_id: int, name: str, value: Any, seen: str) -> None:
    """
    Store one value where it still is what the person saw, and have it sent to Jet as any edit is.

    :raises NotWritten: the product is gone, or the value changed since it was shown
    """
    # The update takes the row before it is read, on both databases; nobody changes it until this is done.
    if not Product.objects.filter(pk=product_id).update(updated_at=timezone.now()):
        raise NotWritten("The product does not exist any more.")
    product = Product.objects.get(pk=product_id)
    now = token(product, name)
    if now != seen:
        raise NotWritten(f"Not saved: it changed to {_plain(now)} meanwhile. Look again, then enter it anew.")
    column = name if name in COLUMNS else "jet_fields"
    if column == "jet_fields":
        product.jet_fields = _with(product.jet_fields, name, value)
    else:
        setattr(product, name, value)
    if token(product, name) == seen:
        return
    try:
        products.store(product=product, changed={column})
    except ownership.KeptByStore as problem:
        raise NotWritten(str(problem)) from problem
    if name == "quantity":
        # The other columns' edits are written down by the forms' history, which sees rows being saved.
        before, after = json.loads(seen), product.quantity
        history.record("quantity edited", product, before={"quantity": before}, after={"quantity": after})
    products.finish(product=product, changed={column})


def _with(own: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    found = {key: each for key, each in own.items() if key != name}
    return found if value in (None, "", []) else {**found, name: value}


def _plain(text: str) -> str:
    value = json.loads(text)
    return "nothing" if value in (None, "") else str(value)
