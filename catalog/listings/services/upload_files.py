"""Builds bulk files from wishes: SKUs first, then the prices and quantities of the same products."""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from catalog.listings.facets import contexts, payloads, registry
from catalog.listings.facets.base import Answer, Facet, Wish
from catalog.listings.facets.contexts import Material
from catalog.listings.facets.payloads import Body
from catalog.listings.mass_actions import outcomes
from catalog.listings.models import ListingFacet, UploadFile, UploadFileItem
from catalog.listings.models.uploads import joined
from catalog.listings.services import outbox
from catalog.listings.services.outbox import Selection
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.bulk_sql import insert
from jetbridge.core.models.ranges import among

# Products worded and written together: their write transaction stays below some tens of milliseconds.
LOT = 300
ITEM_COLUMNS = ("file_id", "listing_id", "sku", "wanted_number", "verdict", "errors")
# As it will travel: nothing need be read and worded again on the way to Jet.
_WRITE_TEXT = "INSERT INTO catalog_filecontent (file_id, bodies) VALUES (%s, %s)"
_word = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=payloads.plain).encode


def build_files(
    *, account: JetAccount, limit: int = 20, beat: Callable[[], None] = lambda: None
) -> list[UploadFile]:
    """
    Put what is wanted by file into files of the configured sizes: about `limit` lots of each sort a call.

    A lot is worded and written at once, however many files it makes.
    """
    config = configuration.current()
    # Asking for each of them whole would take longer.
    wanted = registry.that(lambda facet: facet.file_kind and outbox.is_wanted(facet, via_file=True))
    # These follow the SKU file of the same products; the others are built once Jet has the SKUs.
    with_skus = [facet for facet in wanted if facet.goes_with_sku]
    built: list[UploadFile] = []
    for by_run, size in ((True, config.batch_size), (False, config.cron_batch_size or config.batch_size)):
        lot = max(LOT // size, 1) * size
        for facet in sorted(wanted, key=lambda facet: not facet.creates_sku):
            selection = Selection(account, facet, via_file=True, by_run=by_run)
            for rows in islice(outbox.claims(selection, lot), limit):
                built += _build(selection, rows, config, size, with_skus)
                beat()
    return built


def _build(
    selection: Selection, rows: Sequence[Wish], config: Configuration, size: int, with_skus: Sequence[Facet]
) -> list[UploadFile]:
    """Build the files of one lot; SKU files bring the prices and quantities of the same products."""
    material = selection.facet.gather(outbox.listings_of(rows), config=config)
    drafts = _worded(rows, material, size)
    mains = write_files(drafts)
    if not (selection.facet.creates_sku and mains):
        return mains
    main_of = {row.listing_id: main for draft, main in zip(drafts, mains, strict=True) for row in draft.rows}
    known = {row.listing_id: row.listing for draft in drafts for row in draft.rows}
    followers: list[Draft] = []
    for facet in with_skus:
        follow = replace(
            selection, facet=facet, by_run=None, known=known, even_new=True, started=timezone.now()
        )
        claimed = outbox.claim(follow, len(main_of))
        if claimed:
            more = facet.gather(outbox.listings_of(claimed), config=config, products=material.products)
            followers += _worded(claimed, more, size, main_of=main_of)
    return mains + write_files(followers)


def _worded(
    rows: Sequence[Wish],
    material: Material,
    size: int,
    *,
    main_of: Mapping[int, UploadFile] | None = None,
) -> list["Draft"]:
    """Word claimed wishes and cut them into files; what cannot be worded is refused on its row."""
    facet = rows[0].facet
    cut: dict[tuple[int | None, int | None], list[Wish]] = defaultdict(list)
    bodies: dict[int, Body] = {}
    left: list[Answer] = []
    known = facet.unchanged(rows)
    for row in rows:
        try:
            body = facet.build(row.listing, material)
            if registry.is_repeat(row, body, known):
                left.append(Answer(row, None, is_met=True))
                continue
            bodies[row.pk] = body
        except contexts.Gone:
            left.append(Answer(row, None, is_met=True))
        except contexts.NotYet as reason:
            left.append(Answer(row, None, errors=[str(reason)], by_us=True))
        except contexts.NeedsReview as held:
            facet.hold(row, held)
            left.append(Answer(row, ListingFacet.Answer.HELD, errors=[str(held)], by_us=True))
        except contexts.CannotWord as reason:
            left.append(Answer(row, ListingFacet.Answer.REFUSED, errors=[str(reason)], by_us=True))
        else:
            after = main_of.get(row.listing_id) if main_of else None
            cut[row.run_id, after.pk if after else None].append(row)
    if left:
        outcomes.store(left)
    return [
        Draft(facet, some[start : start + size], bodies, after_id=after_id)
        for (_, after_id), some in cut.items()
        for start in range(0, len(some), size)
    ]


@dataclass(frozen=True)
class Draft:
    """A file to be: wishes of one facet and one run, and the bodies of theirs among others."""

    facet: Facet
    rows: Sequence[Wish]
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
            next_poll_at=now,
        )


@transaction.atomic
def write_files(drafts: Sequence[Draft]) -> list[UploadFile]:
    """Write files with their items, and hand the wishes over to them."""
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
        [(pk, row.listing_id, row.listing.sku, row.wanted_number, verdict, none) for pk, row in put],
    )
    for draft, file in zip(drafts, files, strict=True):
        ListingFacet.objects.filter(among("pk", [row.pk for row in draft.rows])).update(
            file=file, answer=ListingFacet.Answer.PENDING, claimed_by="", claimed_until=None
        )
    return files
