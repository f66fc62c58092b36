"""One part of bench/validation.py in a process of its own: fills a store, checks it, or only reads and stores."""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

import large_store  # noqa: E402 - Django is set up first
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from catalog.products.models import Product, ProductCategory, ProductImage  # noqa: E402
from catalog.rules.models import Problem, ValidationResult, mark_stale  # noqa: E402
from catalog.rules.services import validations  # noqa: E402
from jetbridge.core.models.bulk_sql import upsert  # noqa: E402

COLUMNS = ("product_id", "worst", "blocks", "not_live", "advice", "stale_since", "checked_at")


def fill(size: int) -> int:
    """Write the store, every product waiting for its result."""
    call_command("migrate", verbosity=0)
    large_store.fill(size)
    mark_stale(None)
    return size


def limit(size: int) -> int:
    """Read each product with its images and categories by the ORM, and store a result: nothing is checked."""
    done = last = 0
    while ids := list(
        ValidationResult.objects.filter(stale_since__isnull=False, product_id__gt=last)
        .order_by("product_id").values_list("product_id", flat=True)[: validations.CHUNK]
    ):  # fmt: skip
        products = list(Product.objects.filter(pk__in=ids))
        list(ProductImage.objects.filter(product__in=ids))
        list(ProductCategory.objects.filter(product__in=ids).values_list("product_id", "category__path"))
        with transaction.atomic():
            rows = [(each.pk, "clean", 0, 0, 0, None, timezone.now()) for each in products]
            upsert(ValidationResult, COLUMNS, rows, unique=["product_id"], update=COLUMNS[1:])
        done, last = done + len(ids), ids[-1]
    mark_stale(None)
    return done


def check(size: int) -> int:
    """Check every product as the job does."""
    return validations.refresh().done


def main() -> None:
    """Do the part that is named first for the number of products that is named second."""
    size = int(sys.argv[2])
    wall, cpu = time.perf_counter(), time.process_time()
    done = {"fill": fill, "limit": limit, "check": check}[sys.argv[1]](size)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert done == size, (done, size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    problems = Problem.objects.count()
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "problems": problems}))


if __name__ == "__main__":
    main()
