"""Builds bulk files from what is pending: SKUs first, then the prices and quantities of the same products."""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.listings.facets import payloads, registry
from catalog.listings.facets.base import Facet, FacetDelivery
from catalog.listings.facets.contexts import PayloadContext
from catalog.listings.facets.payloads import Body
from catalog.listings.models import ListingFacet, UploadFile, UploadFileItem
from catalog.listings.models.uploads import joined
from catalog.listings.outboxes.facets import InFiles, Selection, holder, is_pending
from catalog.listings.services.answers import FORMER, BuiltFacets
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.bulk_sql import insert
from jetbridge.outbox import claims, settlements
from jetbridge.outbox.results import Later, Settlement, without_call

# Products built and written together: their write transaction stays below some tens of milliseconds.
LOT = 300
ITEM_COLUMNS = ("file_id", "listing_id", "sku", "number", "verdict", "errors")
# As it will travel: nothing need be read and built again on the way to Jet.
_WRITE_TEXT = "INSERT INTO catalog_filecontent (file_id, bodies) VALUES (%s, %s)"
_word = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=payloads.plain).encode


def build_files(
    *, account: JetAccount, limit: int = 20, heartbeat: Callable[[], None] = lambda: None
) -> list[UploadFile]:
    """
    Put what goes by file into files of the configured sizes: about `limit` lots of each sort a call.

    A lot is built and written at once, however many files it makes.
    """
    config = configuration.current()
    # Asking for each of them whole would take longer.
    pending = registry.that(lambda facet: facet.file_kind and is_pending(facet, via_file=True))
    # These follow the SKU file of the same products; the others are built once Jet has the SKUs.
    with_skus = [facet for facet in pending if facet.goes_with_sku]
    built: list[UploadFile] = []
    for by_run, size in ((True, config.batch_size), (False, config.cron_batch_size or config.batch_size)):
        lot = max(LOT // size, 1) * size
        for facet in sorted(pending, key=lambda facet: not facet.creates_sku):
            box = FiledFacets(Selection(account, (facet,), via_file=True, by_run=by_run))
            for rows in islice(box.lots(lot), limit):
                built += _build(box, rows, config, size, with_skus)
                heartbeat()
    return built


class FiledFacets(BuiltFacets):
    """Facets that are claimed for as long as their file is built; then the file holds them."""

    name, job, sends_claimed = InFiles.name, InFiles.job, False

    def __init__(self, selection: Selection, token: str = "") -> None:
        super().__init__(selection)
        self.token = token or claims.new_token()

    def lots(self, size: int) -> Iterator[list[FacetDelivery]]:
        """Take lot after lot of what is due now, each row once."""
        started = timezone.now()
        while True:
            claimed = claims.take(self, started=started, limit=size, token=self.token)
            if claimed.rows:
                yield claimed.rows
            if claimed.is_last or not claimed.rows:
                return

    def sort(
        self, rows: Sequence[FacetDelivery], context: PayloadContext
    ) -> tuple[list[FacetDelivery], dict[int, Body]]:
        """Return the rows that go, with what they say; settle or put off the others."""
        going: list[FacetDelivery] = []
        bodies: dict[int, Body] = {}
        left: list[Settlement[FacetDelivery]] = []
        all_built = self.build_from(context, rows)
        for row in rows:
            built = all_built[row.pk]
            if isinstance(built, dict):
                going.append(row)
                bodies[row.pk] = built
            elif isinstance(built, Later):
                at = built.at or timezone.now() + self.first_pause
                claims.retry_later(self, row, token=self.token, error=str(built), unknown=False, at=at)
            elif (settlement := without_call(row, built)) is not None:
                left.append(settlement)
        if left:
            settlements.settle_many(self, left, token=self.token)
        return going, bodies


def _build(
    box: FiledFacets,
    rows: Sequence[FacetDelivery],
    config: Configuration,
    size: int,
    with_skus: Sequence[Facet],
) -> list[UploadFile]:
    """Build the files of one lot; SKU files bring the prices and quantities of the same products."""
    facet = rows[0].facet
    context = facet.gather([row.listing for row in rows], config=config)
    drafts = _drafts(box, rows, context, size)
    mains = write_files(drafts, token=box.token)
    if not (facet.creates_sku and mains):
        return mains
    main_of = {row.listing_id: main for draft, main in zip(drafts, mains, strict=True) for row in draft.rows}
    known = {row.listing_id: row.listing for draft in drafts for row in draft.rows}
    followers: list[Draft] = []
    for facet in with_skus:
        selection = replace(box.selection, facets=(facet,), by_run=None, known=known, even_new=True)
        follow = FiledFacets(selection, box.token)
        claimed = next(follow.lots(len(main_of)), None)
        if claimed:
            listings = [row.listing for row in claimed]
            more = facet.gather(listings, config=config, products=context.products)
            followers += _drafts(follow, claimed, more, size, main_of=main_of)
    return mains + write_files(followers, token=box.token)


def _drafts(
    box: FiledFacets,
    rows: Sequence[FacetDelivery],
    context: PayloadContext,
    size: int,
    *,
    main_of: Mapping[int, UploadFile] | None = None,
) -> list["Draft"]:
    """Word claimed rows and cut them into files."""
    going, bodies = box.sort(rows, context)
    cut: dict[tuple[int | None, int | None], list[FacetDelivery]] = defaultdict(list)
    for row in going:
        after = main_of.get(row.listing_id) if main_of else None
        cut[row.run_id, after.pk if after else None].append(row)
    return [
        Draft(rows[0].facet, some[start : start + size], bodies, after_id=after_id)
        for (_, after_id), some in cut.items()
        for start in range(0, len(some), size)
    ]


@dataclass(frozen=True)
class Draft:
    """A file to be: rows of one facet and one run, and the bodies of theirs among others."""

    facet: Facet
    rows: Sequence[FacetDelivery]
    bodies: Mapping[int, Body]
    after_id: int | None = None
    parent: UploadFile | None = None

    @property
    def text(self) -> str:
        """What the file says, as compact JSON with a SKU a line."""
        return joined((_word(row.listing.sku), _word(self.bodies[row.pk])) for row in self.rows)

    def file(self, now: datetime) -> UploadFile:
        """Return it as a row, not yet written."""
        kind = self.facet.file_kind.name if self.facet.file_kind else ""
        return UploadFile(
            account=self.rows[0].listing.account,
            kind=kind,
            name=f"{kind}-{uuid.uuid4().hex[:12]}.json.gz",
            run_id=self.rows[0].run_id,
            parent=self.parent,
            after_id=self.after_id,
            product_count=len(self.rows),
            next_try_at=now,
            number=1,
        )


@transaction.atomic
def write_files(drafts: Sequence[Draft], *, token: str) -> list[UploadFile]:
    """Write files with their items, and hand the rows over to them from their holder."""
    now = timezone.now()
    files = UploadFile.objects.bulk_create([draft.file(now) for draft in drafts], batch_size=50)
    texts = [(file.pk, draft.text) for draft, file in zip(drafts, files, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE_TEXT, texts)
    put = [(file.pk, row) for draft, file in zip(drafts, files, strict=True) for row in draft.rows]
    verdict, none = UploadFileItem.Verdict.OPEN.value, list[str]()
    insert(
        UploadFileItem,
        ITEM_COLUMNS,
        [(pk, row.listing_id, row.listing.sku, row.number, verdict, none) for pk, row in put],
    )
    for draft, file in zip(drafts, files, strict=True):
        settlements.hand_over(InFiles(), draft.rows, token=token, to=holder(file.pk), file=file)
    return files


def take_back(files: "QuerySet[UploadFile]", *, token: str) -> None:
    """Undo files that a holder has and that were not announced: what is in them is pending again, for new ones."""
    for file in files.filter(claimed_by=token).values_list("pk", flat=True):
        held = list(ListingFacet.objects.filter(file=file).values_list("pk", flat=True))
        for start in range(0, len(held), LOT):
            some = held[start : start + LOT]
            claims.release(InFiles(), some, token=holder(file), file=None, answer=FORMER)
    files.filter(claimed_by=token).delete()
