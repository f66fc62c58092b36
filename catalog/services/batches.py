"""Builds bulk files from wishes: SKUs first, then the prices and quantities of the same products."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from django.db import transaction
from django.utils import timezone

from catalog import payloads
from catalog.models import Facet, ListingFacet, UploadFile, UploadFileItem
from catalog.payloads import Body
from catalog.services import answers, outbox, price_reviews, runs, wording
from catalog.services.answers import Answer
from catalog.services.outbox import Selection
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount

KINDS: dict[Facet, UploadFile.Kind] = {
    Facet.DETAILS: UploadFile.Kind.SKUS,
    Facet.PRICE: UploadFile.Kind.PRICE,
    Facet.INVENTORY: UploadFile.Kind.INVENTORY,
    Facet.VARIATION: UploadFile.Kind.VARIATION,
    Facet.SHIPPING_EXCEPTION: UploadFile.Kind.SHIPPING_EXCEPTION,
    Facet.RETURN_EXCEPTION: UploadFile.Kind.RETURNS_EXCEPTION,
    Facet.ARCHIVE: UploadFile.Kind.ARCHIVE,
}
FACETS: dict[str, Facet] = {kind.value: facet for facet, kind in KINDS.items()}
# These follow the SKU file of the same products; the others are built once Jet has the SKUs.
WITH_SKUS = (Facet.PRICE, Facet.INVENTORY, Facet.SHIPPING_EXCEPTION, Facet.RETURN_EXCEPTION)
ALONE = (
    Facet.ARCHIVE,
    Facet.PRICE,
    Facet.INVENTORY,
    Facet.VARIATION,
    Facet.SHIPPING_EXCEPTION,
    Facet.RETURN_EXCEPTION,
)


def build_files(
    *, account: JetAccount, limit: int = 100, beat: Callable[[], None] = lambda: None
) -> list[UploadFile]:
    """Put what is wanted by file into files of the configured sizes, at most `limit` groups of a sort a call."""
    config = configuration.current()
    built: list[UploadFile] = []
    for by_run, size in ((True, config.batch_size), (False, config.cron_batch_size or config.batch_size)):
        for _ in range(limit):
            group = _build_group(Selection(account, Facet.DETAILS, via_file=True, by_run=by_run), size)
            if group is None:
                break
            built += group
            beat()
        for facet in ALONE:
            selection = Selection(account, facet, via_file=True, by_run=by_run)
            for rows in islice(outbox.claims(selection, size), limit):
                built += _built(rows, facet)
                beat()
    return built


def _build_group(selection: Selection, size: int) -> list[UploadFile] | None:
    """Build one SKU file and the files that follow it; None when no details are wanted by file."""
    rows = outbox.claim(selection, size)
    if not rows:
        return None
    files = _built(rows, Facet.DETAILS)
    main = files[0] if files else None
    listing_ids = [row.listing_id for row in rows]
    for facet in WITH_SKUS:
        follow = replace(selection, facet=facet, by_run=None, listing_ids=listing_ids, even_new=True)
        followers = outbox.claim(follow, size)
        if followers:
            files += _built(followers, facet, after=main)
    return files


def _built(rows: Sequence[ListingFacet], facet: Facet, after: UploadFile | None = None) -> list[UploadFile]:
    """Word claimed wishes into one file; what cannot be worded is refused on its row, and none is no file."""
    material = wording.gather(outbox.listings_of(rows), facet)
    bodies: dict[int, Body] = {}
    left: list[Answer] = []
    for row in rows:
        try:
            bodies[row.pk] = payloads.plain(wording.body(row.listing, facet, material))
        except wording.NotYet as reason:
            left.append(Answer(row, None, errors=[str(reason)], by_us=True))
        except wording.NeedsReview as held:
            left.append(price_reviews.held(row, held))
        except wording.CannotWord as reason:
            left.append(Answer(row, ListingFacet.Answer.REFUSED, errors=[str(reason)], by_us=True))
    if left:
        answers.store(left)
        runs.settle_listings({answer.row.listing_id for answer in left})
    worded = [row for row in rows if row.pk in bodies]
    return [write_file(worded, bodies, facet, after=after)] if worded else []


@transaction.atomic
def write_file(
    rows: Sequence[ListingFacet],
    bodies: dict[int, Body],
    facet: Facet,
    *,
    after: UploadFile | None = None,
    parent: UploadFile | None = None,
) -> UploadFile:
    """Write a file with its items, and hand the wishes over to it."""
    file = UploadFile.objects.create(
        account=rows[0].listing.account,
        kind=KINDS[facet],
        name=f"{KINDS[facet]}-{uuid.uuid4().hex[:12]}.json.gz",
        run_id=rows[0].run_id,
        parent=parent,
        after=after,
        content={row.listing.sku: bodies[row.pk] for row in rows},
        product_count=len(rows),
        next_poll_at=timezone.now(),
    )
    UploadFileItem.objects.bulk_create(
        UploadFileItem(
            file=file, listing_id=row.listing_id, sku=row.listing.sku, wanted_number=row.wanted_number
        )
        for row in rows
    )
    ListingFacet.objects.filter(pk__in=[row.pk for row in rows]).update(
        file=file, answer=ListingFacet.Answer.PENDING, claimed_by="", claimed_until=None
    )
    return file
