"""Validate the catalogue from the command line."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count, QuerySet

from catalog.products.management import choices
from catalog.products.models import Product
from catalog.rules.models import Problem, ValidationResult, mark_stale
from catalog.rules.services import changes, validations
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted

SHOWN = 20
Severity = ValidationResult.Severity


class Command(PanelCommand):
    """`manage.py validate`: which products Jet would take, and what is wrong with the others, by cause."""

    help = "Validate products against Jet's rules."
    refusals = (choices.UnknownSkus,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sku", nargs="*", help="Only these SKUs; all products when left out.")
        parser.add_argument("--stale", action="store_true", help="Only products whose result is old.")

    def handle(self, *args: Any, **options: Any) -> None:
        products = self._chosen(options["sku"])
        if not options["stale"]:
            mark_stale(products.values_list("pk", flat=True) if options["sku"] else None)
        changes.follow()
        changes.mark_dated()
        report = validations.refresh()
        summary = {
            "products": products.count(),
            "validated": report.done,
            **_results(products),
            "problems": _causes(products),
        }
        self.finish(summary, _text(summary))

    def _chosen(self, skus: list[str]) -> QuerySet[Product]:
        if not skus:
            return Product.objects.all()
        return Product.objects.filter(pk__in=choices.ids_of(skus))


def _results(products: QuerySet[Product]) -> dict[str, int]:
    counted = ValidationResult.objects.filter(product__in=products, stale_since=None).values_list("worst")
    found = dict(counted.annotate(count=Count("pk")).order_by())
    return {str(severity): found.get(severity, 0) for severity in Severity}


def _causes(products: QuerySet[Product]) -> list[dict[str, Any]]:
    counted = Problem.objects.filter(product__in=products).values("code", "severity")
    by_count = counted.annotate(products=Count("product", distinct=True)).order_by("-products", "code")
    return [dict(each) for each in by_count]


def _text(summary: dict[str, Any]) -> str:
    lines = [
        f"{counted(summary['validated'], 'product')} validated. Of {summary['products']:,}: "
        f"{summary['clean'] + summary['advice']:,} ready, {summary['not_live']:,} would be taken but not go live, "
        f"{summary['blocks']:,} Jet would refuse."
    ]
    lines += [f"  {each['products']:>7,}  {each['code']}" for each in summary["problems"][:SHOWN]]
    return "\n".join(lines)
