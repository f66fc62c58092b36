"""One part of bench/upload_bulk.py in a process of its own: fills a store, or uploads all of it by files."""

import gzip
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.db.models import Min  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from catalog.listings.mass_actions import steps  # noqa: E402
from catalog.listings.models import FileContent, ListingFacet, UploadFile  # noqa: E402
from catalog.listings.services import file_uploads  # noqa: E402
from catalog.products.models import Product, ProductImage  # noqa: E402
from catalog.rules.models import ValidationResult  # noqa: E402
from jetbridge.core import configuration  # noqa: E402
from jetbridge.core.jet.client import open_client  # noqa: E402
from jetbridge.core.models import Configuration  # noqa: E402
from jetbridge.core.models.bulk_sql import insert  # noqa: E402
from jetbridge.mass_actions.models import MassAction  # noqa: E402

NODE = "a" * 32
LOT = 5_000
NOW = timezone.now()
COLUMNS = [field.attname for field in Product._meta.concrete_fields]
SYLLABLES = "ba con der el fin gra hol in jo kel lam mor nor op par qui ra sten tor ul ven wes zen"
LETTERS = tuple(SYLLABLES.split())


def fill(size: int) -> dict[str, float]:
    """Write a store of checked products with texts as long and as various as merchants write them."""
    call_command("migrate", verbosity=0)
    dice = random.Random(7)
    words = ["".join(dice.choices(LETTERS, k=dice.randint(1, 3))) for _ in range(6_000)]
    for first in range(1, size + 1, LOT):
        keys = range(first, min(first + LOT, size + 1))
        insert(Product, COLUMNS, (row(key, dice, words) for key in keys))
        images = ("product_id", "path", "label", "position", "is_main", "is_swatch", "hidden")
        insert(ProductImage, images, pictures(keys))
        results = ("product_id", "worst", "blocks", "not_live", "advice", "stale_since", "checked_at")
        insert(ValidationResult, results, ((key, "clean", 0, 0, 0, None, NOW) for key in keys))
    return {}


def row(key: int, dice: random.Random, words: list[str]) -> list[object]:
    """Word one product: some 1,100 characters of description, five bullets, identifiers."""
    text = " ".join(dice.choices(words, k=150))
    fields = {
        "brand": dice.choice(words).title(),
        "mfr_part_number": f"M-{key}",
        "UPC": f"{key:011d}5",
        "bullets": [" ".join(dice.choices(words, k=10)) for _ in range(5)],
        "shipping_weight_pounds": "2.50",
        "country_of_origin": "United States",
    }
    product = Product(
        pk=key,
        sku=f"SKU-{key}",
        sku_key=f"SKU-{key}",
        name=" ".join(dice.choices(words, k=8)).capitalize(),
        description=text,
        price=Decimal(f"{key % 90 + 9}.99"),
        quantity=key % 50 + 1,
        attributes={"color": "Blue"},
        jet_fields=fields,
        created_at=NOW,
        updated_at=NOW,
    )
    return [getattr(product, name) for name in COLUMNS]


def pictures(keys: range) -> Iterator[tuple[object, ...]]:
    """Give each product three images."""
    for key in keys:
        for place in range(3):
            address = f"https://img.example.com/catalog/product/{key % 997:03d}/{key}-{place}.jpg"
            yield key, address, "", place, place == 0, False, False


def upload(size: int, url: str, batch: int) -> dict[str, float]:
    """Bulk upload the whole store as the panel does: plan, start, and the job's step until all is settled."""
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": url, "batch_size": batch})
    account = configuration.active_account()
    account.api_user, account.fulfillment_node_id = "test-user", NODE
    account.keep_secret("test-secret", address=url)
    account.save()
    # A worker reads its addresses once in its life, as it reads its code.
    reverse("admin:index")
    # This Jet has processed a file by the time it is asked.
    file_uploads.FIRST_POLL = timedelta(0)
    cpu, wall = time.process_time(), time.perf_counter()
    run = steps.draft(action="bulk_upload", filters={})
    steps.start(run)
    with open_client(account) as client:
        while run.state == MassAction.State.RUNNING:
            steps.advance(client=client, account=account)
            run.refresh_from_db()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert (run.done, run.failed, run.skipped) == (size, 0, 0), (run.done, run.failed, run.skipped)
    assert not ListingFacet.objects.filter(next_try_at__isnull=False).exists(), "something stayed pending"
    first_sent = UploadFile.objects.aggregate(first=Min("announced_at"))["first"]
    later = UploadFile.objects.filter(created_at__gt=first_sent).count() / UploadFile.objects.count()
    return {
        "cpu": cpu,
        "wall": wall,
        "peak": peak,
        "later": later,
        "files": UploadFile.objects.count(),
        **plain(),
    }


def plain() -> dict[str, float]:
    """Word and compress the same files once more, and nothing else."""
    seconds, size = 0.0, 0
    for content in FileContent.objects.values_list("bodies", flat=True).iterator(chunk_size=20):
        begun = time.process_time()
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        gzip.compress(text.encode(), compresslevel=6, mtime=0)
        seconds += time.process_time() - begun
        size += len(text)
    return {"plain": seconds, "size": size}


def main() -> None:
    """Do the part that is named first."""
    size = int(sys.argv[2])
    figures = fill(size) if sys.argv[1] == "fill" else upload(size, sys.argv[3], int(sys.argv[4]))
    print(json.dumps(figures))


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
