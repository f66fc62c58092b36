"""Stores what Jet said to what was sent: each answer settles the wish that was sent, and no later one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Facet, Listing, ListingFacet, Product
from catalog.services import wants

# Identical refusals in a row after which a facet is no longer sent by itself.
STOP_AFTER = 3
# What was not answered is tried again after this long.
PAUSE = timedelta(seconds=60)
# Facets that make no sense for a SKU that Jet refused to create.
DEPENDENT = [facet for facet in Facet if facet not in (Facet.DETAILS, Facet.ARCHIVE)]


@dataclass(frozen=True)
class Answer:
    """What became of one facet: accepted, refused with the reasons, answer lost; without a kind it was not sent."""

    row: ListingFacet
    kind: ListingFacet.Answer | None
    body: dict[str, Any] = field(default_factory=dict)
    errors: Sequence[str] = ()
    # The reason is ours and nothing was sent.
    by_us: bool = False

    @property
    def sku(self) -> str:
        """The SKU it is about."""
        return self.row.listing.sku

    @property
    def reason(self) -> str:
        """Why it was not accepted, in one line, with who says so."""
        who = "Not sent" if self.by_us else "Jet"
        return f"{Facet(self.row.facet).label}: {who}: {'; '.join(self.errors)}"


@transaction.atomic
def store(answers: Iterable[Answer]) -> None:
    """Write a batch of answers in one short transaction."""
    now = timezone.now()
    accepted: list[Answer] = []
    for answer in answers:
        if answer.kind == ListingFacet.Answer.ACCEPTED:
            _accept(answer, now)
            accepted.append(answer)
        elif answer.kind == ListingFacet.Answer.REFUSED:
            _refuse(answer, now)
        else:
            _stay(answer, now)
    _want_groups(accepted)


def settled(row: ListingFacet) -> "Case":
    """Return what wanted_at becomes: nothing where the wish is the one that was sent, else it stays."""
    nothing = Value(None, output_field=DateTimeField())
    return Case(When(wanted_number=row.wanted_number, then=nothing), default=F("wanted_at"))


def _accept(answer: Answer, now: datetime) -> None:
    row = answer.row
    ListingFacet.objects.filter(pk=row.pk).update(
        wanted_at=settled(row), sent=answer.body, sent_at=now, answer=ListingFacet.Answer.ACCEPTED, answer_at=now,
        errors=[], accepted=answer.body, accepted_at=now, failures=0, blocked_at=None,
        claimed_by="", claimed_until=None, file=None,
    )  # fmt: skip
    _note_on_listing(answer, now)


def _refuse(answer: Answer, now: datetime) -> None:
    row, errors = answer.row, list(answer.errors)
    failures = row.failures + 1 if row.errors == errors else 1
    ListingFacet.objects.filter(pk=row.pk).update(
        wanted_at=settled(row), answer=ListingFacet.Answer.REFUSED, answer_at=now, errors=errors,
        failures=failures, blocked_at=now if failures >= STOP_AFTER else None,
        claimed_by="", claimed_until=None, file=None,
        **({} if answer.by_us else {"sent": answer.body, "sent_at": now}),
    )  # fmt: skip
    Listing.objects.filter(pk=row.listing_id).update(last_error=answer.reason, last_error_at=now)
    if row.facet == Facet.DETAILS and row.listing.first_sent_at is None:
        # They wait for a SKU that Jet does not have; the next upload wants them again.
        ListingFacet.objects.filter(listing_id=row.listing_id, facet__in=DEPENDENT).update(
            wanted_at=None, file=None
        )


def _stay(answer: Answer, now: datetime) -> None:
    """The answer was lost, Jet failed, or it is too early: the wish stays. Sending it again does no harm."""
    changes: dict[str, Any] = {"errors": list(answer.errors), "claimed_by": "", "claimed_until": now + PAUSE}
    if answer.kind is not None:
        changes |= {"answer": answer.kind, "answer_at": now, "sent": answer.body, "sent_at": now}
    ListingFacet.objects.filter(pk=answer.row.pk).update(**changes)


def _note_on_listing(answer: Answer, now: datetime) -> None:
    listing = answer.row.listing
    changes: dict[str, Any] = {}
    if answer.row.facet == Facet.DETAILS:
        changes = {
            "first_sent_at": Coalesce("first_sent_at", now),
            "status_wanted_at": now,
            "status": Case(
                When(status=Listing.Status.NOT_UPLOADED, then=Value(Listing.Status.UNDER_REVIEW)),
                default=F("status"),
            ),
        }
    elif answer.row.facet == Facet.PRICE:
        changes = {"live_price": Decimal(str(answer.body["price"])), "live_at": now}
    elif answer.row.facet == Facet.INVENTORY:
        changes = {"live_quantity": answer.body["fulfillment_nodes"][0]["quantity"], "live_at": now}
    elif answer.row.facet == Facet.ARCHIVE:
        changes = _archived(answer, now)
    if listing.last_error.startswith(f"{Facet(answer.row.facet).label}:"):
        changes |= {"last_error": "", "last_error_at": None}
    if changes:
        Listing.objects.filter(pk=listing.pk).update(**changes)


def _archived(answer: Answer, now: datetime) -> dict[str, Any]:
    closed = bool(answer.body["is_archived"])
    status = Listing.Status.ARCHIVED if closed else Listing.Status.UNDER_REVIEW
    if not closed:
        # Jet reviews only what has stock, and may have forgotten ours while the SKU was closed.
        wants.want_all([answer.row.listing], [Facet.PRICE, Facet.INVENTORY], by="unarchive")
    return {"status": status, "sub_statuses": [], "status_at": now, "status_wanted_at": now}


def _want_groups(accepted: Sequence[Answer]) -> None:
    """A child that Jet has now belongs into its parent's group; a parent's group follows the parent."""
    fresh = [
        answer.row.listing
        for answer in accepted
        if answer.row.facet == Facet.DETAILS and answer.row.listing.first_sent_at is None
    ]
    if not fresh:
        return
    ids = [listing.product_id for listing in fresh if listing.product_id]
    parents = set(Product.objects.filter(variations__child_id__in=ids).values_list("pk", flat=True))
    own = Product.objects.filter(pk__in=ids, kind=Product.Kind.CONFIGURABLE).values_list("pk", flat=True)
    groups = Listing.objects.filter(
        account=fresh[0].account, product_id__in=parents | set(own), first_sent_at__isnull=False
    )
    wants.want(list(groups), Facet.VARIATION, by="a child reached Jet")
