"""Takes the demo away: its products, and everything that is about nothing but them."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from catalog.listings.models import Listing, UploadFile, UploadFileItem
from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetCategory,
    TaxonomyImport,
)
from catalog.products.models import Attribute, Product, StockMovement, StoreCategory
from jetbridge.core import configuration, history
from jetbridge.core.models import Configuration, Mode
from jetbridge.desk.demo import store
from jetbridge.desk.demo.sandbox import SandboxAway, of_this_run
from orders.models import Customer, FailedOrder, Order, OrderItem
from returns import settlement_comparisons
from returns.models import Settlement

# Objects deleted in one transaction: on SQLite nobody else writes meanwhile.
CHUNK = 20


def counts() -> dict[str, int]:
    """Return how much would go, by kind, in words for a person."""
    found = {
        "products": _products().count(),
        "orders about nothing but demo products": _orders().count(),
        "upload files": _files().count(),
        "Jet categories": JetCategory.objects.filter(is_demo=True).count(),
    }
    return {name: count for name, count in found.items() if count}


def remove() -> dict[str, int]:
    """Take away what is only the demo's; return how many of each kind went. Taken again, it goes on."""
    gone: Counter[str] = Counter()
    gone["orders"] = _delete(_orders())
    gone["settlements"] = _remove_settlements() if gone["orders"] else 0
    gone["failed orders"] = _delete(_failures())
    gone["customers"] = _delete(Customer.objects.filter(orders=None))
    gone["upload files"] = _delete(_files())
    _delete(StockMovement.objects.filter(product__is_demo=True))
    gone["listings"] = _delete(Listing.objects.filter(sku__in=_products().values("sku")))
    gone["products"] = _delete(_products())
    gone["mappings"] = _delete(CategoryMapping.objects.filter(is_demo=True))
    gone["mappings"] += _delete(AttributeMapping.objects.filter(is_demo=True))
    gone["store categories"] = _remove_categories()
    gone["attributes"] = _remove_attributes()
    gone["Jet categories"] = _remove_taxonomy()
    _forget_pictures()
    _reset_sandbox()
    found = {name: count for name, count in gone.items() if count}
    if found:
        history.record("demo removed", configuration.current(), after=found)
    return found


def _products() -> QuerySet[Product]:
    return Product.objects.filter(is_demo=True)


def _orders() -> QuerySet[Order]:
    """Return the orders whose every line is about a demo product, whoever placed them."""
    skus = _products().values("sku")
    others = OrderItem.objects.exclude(sku__in=skus).values("order")
    return Order.objects.filter(items__sku__in=skus).exclude(pk__in=others).distinct()


def _failures() -> QuerySet[FailedOrder]:
    """Return failed orders that never became orders and ask for demo products only."""
    skus = set(_products().values_list("sku", flat=True))
    rows = FailedOrder.objects.filter(order=None).values_list("pk", "document")
    found = [pk for pk, document in rows if (asked := _asked(document)) and asked <= skus]
    return FailedOrder.objects.filter(pk__in=found)


def _asked(document: Any) -> set[str]:
    lines = document.get("order_items", []) if isinstance(document, dict) else []
    return {str(line.get("merchant_sku", "")) for line in lines if isinstance(line, dict)}


def _files() -> QuerySet[UploadFile]:
    skus = _products().values("sku")
    others = UploadFileItem.objects.exclude(sku__in=skus).values("file")
    return UploadFile.objects.filter(items__sku__in=skus).exclude(pk__in=others).distinct()


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows with all that hangs on them, in short transactions; return how many of the rows went."""
    model, gone = rows.model, 0
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        with transaction.atomic():
            _delete_deep(model._default_manager.filter(pk__in=chunk))
        gone += len(chunk)
    return gone


def _delete_deep(rows: QuerySet[Any]) -> None:
    """Delete rows after those that the database would rather keep: invoices, shipments, credit memos."""
    try:
        with transaction.atomic():
            rows.delete()
    except ProtectedError as error:
        holders: dict[type[Model], list[Any]] = {}
        for held in error.protected_objects:
            holders.setdefault(type(held), []).append(held.pk)
        for model, keys in holders.items():
            _delete_deep(model._default_manager.filter(pk__in=keys))
        _delete_deep(rows)


def _remove_categories() -> int:
    """Remove the demo's store categories that nobody else uses, the deepest first."""
    gone = 0
    for category in StoreCategory.objects.filter(is_demo=True).order_by("-depth"):
        node = StoreCategory.objects.get(pk=category.pk)  # its count of children changed since
        if node.is_leaf() and not node.product_links.exists() and not hasattr(node, "mapping"):
            node.delete()
            gone += 1
    return gone


def _remove_attributes() -> int:
    """Remove the demo's attributes that no product of the merchant's has."""
    unused = [
        attribute.pk
        for attribute in Attribute.objects.filter(is_demo=True, mappings=None)
        if not Product.objects.filter(attributes__has_key=attribute.code).exists()
    ]
    return _delete(Attribute.objects.filter(pk__in=unused))


def _remove_taxonomy() -> int:
    """Remove the demo's Jet categories; one that the merchant mapped stays with its parents."""
    gone = 0
    for level in (2, 1, 0):
        gone += _delete(
            JetCategory.objects.filter(
                is_demo=True, level=level, mappings=None, attribute_mappings=None, children=None
            )
        )
    _delete(JetAttribute.objects.filter(is_demo=True, mappings=None))
    if not JetCategory.objects.filter(is_demo=True).exists():
        TaxonomyImport.objects.filter(source=store.SOURCE).delete()
    return gone


def _remove_settlements() -> int:
    """Remove the settlements of weeks in which nothing of the merchant's own was sold or given back."""
    empty = [
        row.pk
        for row in Settlement.objects.filter(account__mode=Mode.TEST).select_related("account")
        if not settlement_comparisons.sold_in(row).exists()
        and not settlement_comparisons.given_back_in(row).exists()
    ]
    return _delete(Settlement.objects.filter(pk__in=empty))


def _forget_pictures() -> None:
    Configuration.objects.filter(image_base_url__endswith=store.PICTURES).update(image_base_url="")


def _reset_sandbox() -> None:
    """Empty the sandbox too, or its SKUs would come back as vanished products; not if real work is in it."""
    test = {"account__mode": Mode.TEST}
    if (
        Listing.objects.filter(first_sent_at__isnull=False, **test).exists()
        or Order.objects.filter(**test).exists()
    ):
        return
    try:
        of_this_run().ask("reset", keep_accounts=True)
    except SandboxAway:
        return  # it is not running, or the panel speaks to another Jet
