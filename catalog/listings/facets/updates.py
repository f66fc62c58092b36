"""Says what is to be sent: one delivery per listing and facet, found later through the index on what is unsent."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypedDict, Unpack

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing, ListingFacet
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.actors import current_actor
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among
from jetbridge.jobs.queue import nudge
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import queue

# A write transaction stays short: this many deliveries are written in one.
CHUNK = 1000

# From this many on, files carry them instead of single calls; handed over so many in one short transaction.
BY_FILE_FROM = 2000
HANDED_OVER = 500
# What goes by file is built into files by this job.
RUNS_JOB = "catalog.advance_bulk_runs"

ARCHIVED = str(Listing.Status.ARCHIVED)
# A delivery for each listing that Jet has and keeps open; rows that stand get the next number. What somebody asked
# for by name before stays asked for.
QUEUE_AGAIN = """
    INSERT INTO catalog_listingfacet (
        listing_id, facet, number, next_try_at, queued_at, queued_by, request_id,
        via_file, send_anyway, only_if_new, claimed_by, answer, errors, failures, attempts
    )
    SELECT id, %s, 1, %s, %s, %s, %s, false, false, true, '', '', '[]', 0, 0
    FROM catalog_listing
    WHERE account_id = %s AND product_id IN ({places}) AND first_sent_at IS NOT NULL AND status <> %s {sold}
    ON CONFLICT (listing_id, facet) DO UPDATE SET
        number = catalog_listingfacet.number + 1, next_try_at = excluded.next_try_at, attempts = 0,
        queued_at = excluded.queued_at, queued_by = excluded.queued_by, request_id = excluded.request_id,
        via_file = false, send_anyway = false, run_id = NULL,
        only_if_new = catalog_listingfacet.next_try_at IS NULL OR catalog_listingfacet.only_if_new
"""

# Each listing shows where its parts stand. Written out, as above: each order that is stored comes by here.
DATE_AGAIN = "UPDATE catalog_listing SET updated_at = %s WHERE account_id = %s AND product_id IN ({places})"

# Groups have neither price nor quantity: their children are sold.
SOLD = """AND NOT EXISTS (
        SELECT 1 FROM catalog_product WHERE id = catalog_listing.product_id AND kind = 'configurable'
    )"""


class Keyed(Protocol):
    """A listing, or what was read of it."""

    @property
    def pk(self) -> Any:
        """The listing's key."""


class How(TypedDict, total=False):
    """How deliveries go: by file or by single calls, for which mass action, who asked, and whether sent anyway."""

    via_file: bool
    run: MassAction | None
    by: str
    send_anyway: bool


def queue_update(listings: Iterable[Keyed], facet: Facet, **how: Unpack[How]) -> int:
    """
    Queue this facet of these listings, and nudge the job that sends it; return how many are pending.

    A delivery that is under way already grows its number, so that the answer of the former sending
    does not settle it. A blocked facet stays blocked: `unblock` lifts that.
    """
    return queue_each({facet: listings}, **how)


def queue_updates(listings: Collection[Keyed], facets: Iterable[Facet], **how: Unpack[How]) -> int:
    """Queue several facets of the same listings; return the number of deliveries."""
    return queue_each(dict.fromkeys(facets, listings), **how)


def queue_each(parts: Mapping[Facet, Iterable[Keyed]], **how: Unpack[How]) -> int:
    """Queue each facet of its listings, which show where their parts stand; return the number of deliveries."""
    keys = {facet: {listing.pk for listing in listings} for facet, listings in parts.items()}
    jobs, said = Counter[str](), _said(how)
    for some in _parts(sorted(set().union(*keys.values()))):
        with transaction.atomic(), connection.cursor() as cursor:
            for facet, chosen in keys.items():
                job = RUNS_JOB if how.get("via_file") else facet.job
                jobs[job] += _queue(cursor, facet, [key for key in some if key in chosen], said)
            Listing.objects.filter(among("pk", some)).update()
    for job in +jobs:
        nudge(job)
    return jobs.total()


# The first delivery makes the row, each further one grows its number; one statement for a chunk of them.
_QUEUE = """
    INSERT INTO catalog_listingfacet
        (listing_id, facet, next_try_at, queued_at, queued_by, via_file, send_anyway, run_id, request_id,
         number, claimed_by, answer, errors, failures, attempts)
    SELECT chosen.*, %s, %s, %s, %s, %s, %s, %s, %s, 1, '', '', '[]', 0, 0
    FROM ({chosen}) AS chosen WHERE true
    ON CONFLICT (listing_id, facet) DO UPDATE SET
        number = catalog_listingfacet.number + 1, next_try_at = excluded.next_try_at, attempts = 0,
        queued_at = excluded.queued_at, queued_by = excluded.queued_by, via_file = excluded.via_file,
        send_anyway = excluded.send_anyway, only_if_new = false, run_id = excluded.run_id,
        request_id = excluded.request_id
"""


def _said(how: How) -> list[Any]:
    """Return what a delivery says besides its listing and facet."""
    run, now = how.get("run"), connection.ops.adapt_datetimefield_value(timezone.now())
    who = (how.get("by") or (str(run) if run else queue.asking()))[:100]
    request_id = run.request_id if run else current_actor().request_id
    by_file, anyway = how.get("via_file", False), how.get("send_anyway", False)
    return [now, now, who, by_file, anyway, run.pk if run else None, request_id]


def _queue(cursor: CursorWrapper, facet: Facet, ids: Sequence[int], said: Sequence[Any]) -> int:
    if not ids:
        return 0
    listings = Listing.objects.filter(among("pk", ids)).order_by("pk")
    if facet.is_offer:  # groups have neither price nor quantity: their children are sold, not they
        listings = listings.exclude(product__kind=Product.Kind.CONFIGURABLE)
    chosen, keys = listings.values_list("pk").query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    cursor.execute(_QUEUE.format(chosen=chosen), [facet.name, *said, *keys])
    return int(cursor.rowcount)


def product_changed(
    product_ids: Collection[int], facets: Iterable[Facet], *, by: str = "", unblock: bool = False
) -> int:
    """
    Queue these facets again for products whose data changed, where Jet already has them.

    Where the change makes no difference to Jet nothing is sent. What was never sent waits for its upload; what is
    archived is sent when it is opened again.
    """
    if unblock:
        reset_blocks([listing.pk for listing in on_jet(product_ids)], facets)
    return sum(_queue_again(part, facet, by) for facet in facets for part in _parts(product_ids))


def _queue_again(product_ids: Sequence[int], facet: Facet, by: str) -> int:
    """Queue one facet of what Jet has of these products, in one statement: each stock movement comes by here."""
    account, places = configuration.active_account(), ", ".join(["%s"] * len(product_ids))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    delivery = [facet.name, now, now, (by or queue.asking())[:100], current_actor().request_id]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            QUEUE_AGAIN.format(places=places, sold=SOLD if facet.is_offer else ""),
            [*delivery, account.pk, *product_ids, ARCHIVED],
        )
        if queued := int(cursor.rowcount):
            cursor.execute(DATE_AGAIN.format(places=places), [now, account.pk, *product_ids])
            nudge(facet.job)
    return queued


def on_jet(product_ids: Collection[int]) -> list[Listing]:
    """Return the listings of these products that Jet has and keeps open, under the active account."""
    listings = Listing.objects.filter(account=configuration.active_account(), first_sent_at__isnull=False)
    still_open = listings.exclude(status=ARCHIVED)
    return [row for part in _parts(product_ids) for row in still_open.filter(among("product_id", part))]


def _parts(ids: Collection[int]) -> list[list[int]]:
    listed = list(ids)
    return [listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK)]


def prefer_files(account: JetAccount, facets: Iterable[Facet]) -> int:
    """Hand offers over to files where so many wait that single calls would take too long; return how many."""
    if handed := sum(_hand_over(account, facet) for facet in facets if facet.is_offer):
        nudge(RUNS_JOB)
    return handed


def _hand_over(account: JetAccount, facet: Facet) -> int:
    # What Jet does not have yet waits for its details and does not count.
    waiting = ListingFacet.objects.filter(
        listing__account=account,
        listing__first_sent_at__isnull=False,
        facet=facet,
        via_file=False,
        next_try_at__isnull=False,
        blocked_at=None,
        claimed_by="",
    )
    if waiting[:BY_FILE_FROM].count() < BY_FILE_FROM:
        return 0
    handed = 0
    while ids := list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:HANDED_OVER]):
        # A worker may have claimed some meanwhile: those stay single calls.
        handed += ListingFacet.objects.filter(pk__in=ids, claimed_by="").update(via_file=True)
    return handed


def reset_blocks(listing_ids: Sequence[int], facets: Iterable[Facet] | None = None) -> int:
    """Let facets be tried again that were stopped after identical refusals; return how many."""
    blocked = ListingFacet.objects.filter(among("listing_id", listing_ids), blocked_at__isnull=False)
    blocked = blocked if facets is None else blocked.filter(facet__in=list(facets))
    return blocked.update(blocked_at=None, failures=0)
