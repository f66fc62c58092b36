"""The codes of products, for searching: worked out of their attributes and jet.com tab, written beside them."""

from collections.abc import Collection
from typing import Any, Protocol

from django.db import models, transaction

from catalog.products.identifiers import LONGEST, codes_of
from jetbridge.core.models.bulk_sql import insert


class Coded(Protocol):
    """What is searched by codes: a product, as far as they are worked out of it."""

    pk: Any
    attributes: Any
    jet_fields: Any


class ProductCode(models.Model):
    """A product carries a code, written as `identifiers.search_code` writes it."""

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=LONGEST)

    class Meta:
        app_label = "catalog"
        constraints = [models.UniqueConstraint(fields=["code", "product"], name="code_once_per_product")]

    def __str__(self) -> str:
        return self.code


def keep_codes(products: Collection[Coded], *, new: bool = False) -> None:
    """Bring the stored codes in line with what the products hold; new products have none stored yet."""
    expected = {
        (product.pk, code)
        for product in products
        for code in codes_of(product.attributes, product.jet_fields)
    }
    held: dict[tuple[int, str], int] = {}
    if not new:
        rows = ProductCode.objects.filter(product__in=[product.pk for product in products])
        held = {(product, code): pk for pk, product, code in rows.values_list("pk", "product_id", "code")}
    gone = [pk for key, pk in held.items() if key not in expected]
    if not gone and expected == held.keys():
        return
    with transaction.atomic():
        if gone:
            ProductCode.objects.filter(pk__in=gone).delete()
        insert(ProductCode, ("product_id", "code"), sorted(expected - held.keys()), ignore_conflicts=True)
