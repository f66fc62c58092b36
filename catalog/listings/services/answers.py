"""What facets say now, and what follows Jet's answers: what the listing shows, and what is sent because of them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from catalog.listings.facets import base, contexts, registry
from catalog.listings.facets.base import Facet, FacetDelivery
from catalog.listings.facets.contexts import NeedsReview, PayloadContext
from catalog.listings.facets.payloads import Body, plain
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import ANSWERED, Answered, Facets
from jetbridge.core.models.bulk_sql import prepared
from jetbridge.core.models.ranges import among
from jetbridge.core.send_failures import Rejected
from jetbridge.outbox import queue
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import AsStored, Held, Later, NotPayload, Settled, Settlement, Unneeded

# What a facet says again whose file is gone: its last real answer.
FORMER = Case(
    When(failures__gt=0, then=Value(Answer.REJECTED)),
    # An acceptance forgets what was sent: what stands there may be what Jet has, though it never said so.
    When(sent__isnull=False, then=Value(Answer.UNKNOWN)),
    When(accepted_at__isnull=False, then=Value(Answer.ACCEPTED)),
    default=Value(Answer.NONE),
)

Settlements = Sequence[Settlement[FacetDelivery]]


class AnsweredFacets(Facets):
    """Facets with what their answers write, however they were sent: payloads are bodies, or their JSON text."""

    def columns(self, settlements: Settlements) -> Mapping[str, Sequence[Any]]:
        """Keep what Jet took; and what it may hold although it did not say so."""
        answer, count = settlements[0].answer, len(settlements)
        if answer == Answer.ACCEPTED:
            (now,) = prepared(ListingFacet, "accepted_at", [timezone.now()])
            return {
                "accepted": AsStored([_text(each.payload) for each in settlements]),
                "accepted_at": AsStored([now] * count),
                "sent": AsStored([None] * count),
            }
        if answer == Answer.REJECTED:
            sent = [each.row.sent if each.payload is None else _text(each.payload) for each in settlements]
            return {"sent": AsStored(sent)}
        return {}

    def lost(self, row: FacetDelivery, payload: Body) -> Mapping[str, Any]:
        """Keep what Jet may hold now; a call goes where the last one went, and not by file."""
        return {"sent": plain(payload), "via_file": False}

    def apply(self, settled: Settled[FacetDelivery], now: datetime) -> None:
        """Show on the listing what Jet said, queue what that entails, and notify who waits for the answers."""
        for each in settled.rejected:
            self._note_rejection(each, now)
        for each in settled.held:
            each.row.facet.hold(each.row, each.value.reason)
        for facet, some in _by_facet(settled.unneeded).items():
            # Store, last sent and live agree in what needed no call.
            facet.met(some)
            registry.settle_drift(facet, some)
        for facet, some in _by_facet(settled.accepted).items():
            facet.accepted(some, now)
            _clear_errors(facet, some)
            registry.settle_drift(facet, some)
        everything = (*settled.accepted, *settled.rejected, *settled.held, *settled.unneeded)
        if everything:
            ANSWERED.announce(Answered(frozenset(each.row.listing_id for each in everything)))

    def _note_rejection(self, settlement: Settlement[FacetDelivery], now: datetime) -> None:
        row = settlement.row
        Listing.objects.filter(pk=row.listing_id).update(
            last_error=self.reason(settlement), last_error_at=now
        )
        if row.facet.creates_sku and row.listing.is_new:
            # They wait for a SKU that Jet does not have; the next upload queues them again. Without a product there
            # is none, and nothing to close either.
            kept = registry.that(lambda facet: facet.creates_sku or facet.closes_sku)
            found = ListingFacet.objects.filter(listing_id=row.listing_id, next_try_at__isnull=False)
            drop(self, found.exclude(facet__in=kept if row.listing.product_id else []))


class BuiltFacets(AnsweredFacets):
    """Facets of one kind, with what each of them says now."""

    def build(self, rows: Sequence[FacetDelivery]) -> dict[Any, Body | NotPayload | None]:
        """Build each row, or say why nothing is sent of it; nothing at all of what Jet has as it is."""
        return self.build_from(rows[0].facet.gather([row.listing for row in rows]), rows)

    def build_from(
        self, context: PayloadContext, rows: Sequence[FacetDelivery]
    ) -> dict[Any, Body | NotPayload | None]:
        """Word rows of one facet from what was read of their products."""
        known = rows[0].facet.unchanged(rows)
        return {row.pk: _built(row, context, known) for row in rows}


def _built(row: FacetDelivery, context: PayloadContext, known: dict[int, Any]) -> Body | NotPayload | None:
    try:
        body = row.facet.build(row.listing, context)
    except contexts.Gone as reason:
        return Unneeded(str(reason))
    except contexts.NotYet as reason:
        return Later(str(reason))
    except contexts.NeedsReview as reason:
        return Review(reason)
    except contexts.PayloadError as reason:
        return Rejected(str(reason))
    return None if registry.is_repeat(row, body, known) else body


class Review(Held):
    """What a person has to approve first, and why."""

    def __init__(self, reason: NeedsReview) -> None:
        super().__init__(str(reason))
        self.reason = reason


def drop(box: Facets, rows: "QuerySet[ListingFacet]") -> int:
    """Let nothing be sent of facets any more; those in files say again what they said before."""
    dropped = queue.drop(box, rows.filter(file=None))
    return dropped + queue.drop(box, rows.filter(file__isnull=False), freed=True, file=None, answer=FORMER)


def _text(payload: Body | str) -> str:
    return payload if isinstance(payload, str) else json.dumps(plain(payload))


def _by_facet(settlements: Settlements) -> dict[Facet, list[base.Answer]]:
    found: dict[Facet, list[base.Answer]] = defaultdict(list)
    for each in settlements:
        found[each.row.facet].append(base.Answer(each.row, each.payload))
    return found


def _clear_errors(facet: Facet, answers: Sequence[base.Answer]) -> None:
    """A listing's last error goes when the facet it was about is accepted."""
    begins = f"{facet.label}:"
    fixed = [each.row.listing_id for each in answers if each.row.listing.last_error.startswith(begins)]
    if fixed:
        Listing.objects.filter(among("pk", fixed)).update(last_error="", last_error_at=None)
