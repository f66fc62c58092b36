"""Stores what Jet said to what was sent: who holds a wish settles it, and only the number that was sent."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.models import Drift, Facet, Listing, ListingFacet, PriceReview
from catalog.listings.services import late_answers, reopening
from catalog.listings.services.wishes import Wish
from catalog.products.models import Product
from jetbridge.core.models.bulk_sql import prepared
from jetbridge.core.models.ranges import among

# Identical refusals in a row after which a facet is no longer sent by itself.
STOP_AFTER = 3
# What was not answered is tried again after this long.
PAUSE = timedelta(seconds=60)
# Facets that make no sense for a SKU that Jet refused to create.
DEPENDENT = [facet for facet in Facet if facet not in (Facet.DETAILS, Facet.ARCHIVE)]

# What the drift report shows of a facet.
FIGURES = {
    Facet.PRICE: Drift.Figure.PRICE,
    Facet.INVENTORY: Drift.Figure.STOCK,
    Facet.ARCHIVE: Drift.Figure.STATUS,
    Facet.DETAILS: Drift.Figure.CONTENT,
    Facet.IMAGES: Drift.Figure.CONTENT,
}


@dataclass(slots=True)
class Answer:
    """What became of one facet: accepted, refused with the reasons, answer lost; without a kind it was not sent."""

    row: Wish
    kind: ListingFacet.Answer | None
    body: dict[str, Any] = field(default_factory=dict)
    # The body as JSON instead, where it was read as such.
    text: str = ""
    errors: Sequence[str] = ()
    # The reason is ours and nothing was sent.
    by_us: bool = False
    # Nothing was sent and nothing need be: Jet took the very same last time, or there is nothing to say any more.
    is_met: bool = False

    @property
    def content(self) -> dict[str, Any]:
        """The body, read where only its text is at hand."""
        return self.body if self.body or not self.text else json.loads(self.text)

    @property
    def was_a_call(self) -> bool:
        """Tell whether a call of its own did or may have done something at Jet; a file is judged when it is done."""
        made = self.kind in (ListingFacet.Answer.ACCEPTED, ListingFacet.Answer.UNKNOWN)
        return made and self.row.file_id is None

    @property
    def sku(self) -> str:
        return self.row.listing.sku

    @property
    def reason(self) -> str:
        """Why it was not accepted, in one line, with who says so."""
        who = "Not sent" if self.by_us else "Jet"
        return f"{Facet(self.row.facet).label}: {who}: {'; '.join(self.errors)}"


class _ClaimLost(Exception):
    """Somebody else took or settled one of a batch's wishes meanwhile."""


def store(answers: Sequence[Answer]) -> None:
    """
    Write a batch of answers in one short transaction.

    Only who holds a wish settles it. A late answer settles nothing; what its call may have overwritten goes again.
    """
    try:
        _store(answers)
    except _ClaimLost:
        _store_what_is_held(answers)


@transaction.atomic
def _store_what_is_held(answers: Sequence[Answer]) -> None:
    now = timezone.now()
    held = late_answers.still_held(answer.row for answer in answers)
    _store([answer for answer in answers if answer.row.pk in held])
    for answer in answers:
        if answer.row.pk not in held and answer.was_a_call:
            late_answers.send_again(answer.row, answer.content, now)


@transaction.atomic
def _store(answers: Iterable[Answer]) -> None:
    """
    Write answers, all or none.

    :raises _ClaimLost: one of the wishes is not in the hands any more that it was sent from
    """
    now = timezone.now()
    accepted: dict[Facet, list[Answer]] = defaultdict(list)
    met: list[Answer] = []
    for answer in answers:
        if answer.kind == ListingFacet.Answer.ACCEPTED:
            accepted[answer.row.facet].append(answer)
        elif answer.kind == ListingFacet.Answer.REFUSED:
            _refuse(answer, now)
        elif answer.kind == ListingFacet.Answer.HELD:
            _hold(answer, now)
        elif answer.is_met:
            met.append(answer)
        else:
            _stay(answer, now)
    if met:
        _meet(met)
    for facet, some in accepted.items():
        _accept(some, now)
        NOTES.get(facet, _note_nothing)(some, now)
        _clear_errors(facet, some)
        if facet in FIGURES:
            Drift.objects.settle(_listings(some), FIGURES[facet])
    fresh = [each for each in accepted.get(Facet.DETAILS, []) if each.row.listing.is_new]
    # A group that was sent meanwhile went without the children that were closed.
    opened = [each for each in accepted.get(Facet.ARCHIVE, []) if not each.content["is_archived"]]
    _want_groups([*fresh, *opened])


# What Jet took is written once; a newer wish stays, by its number, and a doubt about it stays with it. Nothing is
# settled without the claim, or the file, that the wish was sent with.
_ACCEPT = """
    UPDATE catalog_listingfacet SET
        wanted_at = CASE WHEN wanted_number = %s THEN NULL ELSE wanted_at END,
        answer = CASE WHEN answer = 'unknown' AND wanted_number <> %s THEN answer ELSE 'accepted' END,
        sent = NULL, accepted = %s, sent_at = %s, answer_at = %s, accepted_at = %s,
        errors = '[]', failures = 0, blocked_at = NULL,
        claimed_by = '', claimed_until = NULL, file_id = NULL
    WHERE id = %s AND claimed_by = %s AND COALESCE(file_id, 0) = %s
"""
# What failed meanwhile is of no interest any more where Jet's last word was yes.
_MEET = """
    UPDATE catalog_listingfacet SET
        wanted_at = CASE WHEN wanted_number = %s THEN NULL ELSE wanted_at END,
        errors = CASE WHEN answer = 'accepted' THEN '[]' ELSE errors END, claimed_by = '', claimed_until = NULL
    WHERE id = %s AND claimed_by = %s AND COALESCE(file_id, 0) = %s
"""
_LIVE = {
    Facet.PRICE: "UPDATE catalog_listing SET live_price = %s, live_at = %s WHERE id = %s",
    Facet.INVENTORY: "UPDATE catalog_listing SET live_quantity = %s, live_at = %s WHERE id = %s",
}


def _accept(answers: Sequence[Answer], now: datetime) -> None:
    """Settle accepted wishes in one prepared statement: thousands of them come in a second."""
    moment = _ready("sent_at", now)
    rows = []
    for answer in answers:
        row, body = answer.row, answer.text or json.dumps(answer.body)
        number = row.wanted_number
        rows.append((number, number, body, moment, moment, moment, *_hands(row)))
    _settle_all(_ACCEPT, rows)


def _meet(answers: Sequence[Answer]) -> None:
    """Settle wishes that need no call: store, last sent and live agree in them."""
    _settle_all(_MEET, [(answer.row.wanted_number, *_hands(answer.row)) for answer in answers])
    for facet in (Facet.PRICE, Facet.INVENTORY, Facet.ARCHIVE):
        some = [answer for answer in answers if answer.row.facet == facet]
        if some:
            Drift.objects.settle(_listings(some), FIGURES[facet])
    # It was to be closed for a while, and edits made then were held back all the same.
    opened = [
        answer.row.listing
        for answer in answers
        if answer.row.facet == Facet.ARCHIVE and not answer.row.listing.archive_wanted
    ]
    if opened:
        reopening.catch_up(opened)


def _hands(row: Wish) -> tuple[int, str, int]:
    return row.pk, row.claimed_by, row.file_id or 0


def _settle_all(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        if cursor.rowcount != len(rows):
            raise _ClaimLost


def _settle(row: Wish, **changes: Any) -> None:
    """Write one answer of a wish, and let go of it."""
    held = ListingFacet.objects.filter(pk=row.pk, claimed_by=row.claimed_by, file=row.file_id)
    if not held.update(**{"claimed_by": "", "claimed_until": None, **changes}):
        raise _ClaimLost


def _ready(column: str, value: Any) -> Any:
    """Return a value as this database takes it for a column of the facets."""
    return ListingFacet._meta.get_field(column).get_db_prep_save(value, connection)  # type: ignore[union-attr]


def settled(row: Wish) -> "Case":
    """Return what wanted_at becomes: nothing where the wish is the one that was sent, else it stays."""
    nothing = Value(None, output_field=DateTimeField())
    return Case(When(wanted_number=row.wanted_number, then=nothing), default=F("wanted_at"))


def _refuse(answer: Answer, now: datetime) -> None:
    row, errors = answer.row, list(answer.errors)
    failures = row.failures + 1 if row.errors == errors else 1
    _settle(
        row, wanted_at=settled(row), answer=ListingFacet.Answer.REFUSED, answer_at=now, errors=errors,
        failures=failures, blocked_at=now if failures >= STOP_AFTER else None, file=None,
        **({} if answer.by_us else {"sent": answer.body, "sent_at": now}),
    )  # fmt: skip
    Listing.objects.filter(pk=row.listing_id).update(last_error=answer.reason, last_error_at=now)
    if row.facet == Facet.DETAILS and row.listing.is_new:
        # They wait for a SKU that Jet does not have; the next upload wants them again. Without a product there is
        # none, and nothing to close either.
        waiting = DEPENDENT if row.listing.product_id else list(Facet)
        ListingFacet.objects.filter(listing_id=row.listing_id, facet__in=waiting).update(
            wanted_at=None, file=None
        )


def _hold(answer: Answer, now: datetime) -> None:
    """A person is to say yes first: the wish is settled, so that nothing waits for it."""
    _settle(
        answer.row, wanted_at=settled(answer.row), answer=ListingFacet.Answer.HELD, answer_at=now,
        errors=list(answer.errors), file=None,
    )  # fmt: skip


def _stay(answer: Answer, now: datetime) -> None:
    """The answer was lost, Jet failed, or it is too early: the wish stays. Sending it again does no harm."""
    changes: dict[str, Any] = {"errors": list(answer.errors), "claimed_until": now + PAUSE}
    if answer.kind is not None:
        changes |= {"answer": answer.kind, "answer_at": now, "sent": answer.body, "sent_at": now}
    _settle(answer.row, **changes)


def _note_details(answers: Sequence[Answer], now: datetime) -> None:
    Listing.objects.filter(among("pk", _listings(answers))).update(
        first_sent_at=Coalesce("first_sent_at", now),
        status_wanted_at=now,
        status=Case(
            When(status=Listing.Status.NOT_UPLOADED, then=Value(Listing.Status.UNDER_REVIEW)),
            default=F("status"),
        ),
    )


def _note_price(answers: Sequence[Answer], now: datetime) -> None:
    # What was sent after all, because it came near the former price, needs no yes any more.
    PriceReview.objects.filter(among("listing_id", _listings(answers)), state=PriceReview.State.OPEN).update(
        state=PriceReview.State.OVERTAKEN, decided_at=now
    )
    _note_live(
        Facet.PRICE, "live_price", [Decimal(str(each.content["price"])) for each in answers], answers, now
    )


def _note_inventory(answers: Sequence[Answer], now: datetime) -> None:
    quantities = [each.content["fulfillment_nodes"][0]["quantity"] for each in answers]
    _note_live(Facet.INVENTORY, "live_quantity", quantities, answers, now)


def _note_live(
    facet: Facet, column: str, values: Sequence[Any], answers: Sequence[Answer], now: datetime
) -> None:
    moments = repeat(_ready("sent_at", now))
    rows = list(zip(prepared(Listing, column, values), moments, _listings(answers), strict=False))
    with connection.cursor() as cursor:
        cursor.executemany(_LIVE[facet], rows)


def _note_archive(answers: Sequence[Answer], now: datetime) -> None:
    opened = [answer.row.listing for answer in answers if not answer.content["is_archived"]]
    for closed, status in ((True, Listing.Status.ARCHIVED), (False, Listing.Status.UNDER_REVIEW)):
        some = [answer for answer in answers if bool(answer.content["is_archived"]) is closed]
        Listing.objects.filter(among("pk", _listings(some))).update(
            status=status, sub_statuses=[], status_at=now, status_wanted_at=now
        )
    if opened:
        reopening.catch_up(opened)


def _note_nothing(answers: Sequence[Answer], now: datetime) -> None:
    """The other facets say nothing that the listing itself shows."""


NOTES: dict[Facet, Callable[[Sequence[Answer], datetime], None]] = {
    Facet.DETAILS: _note_details,
    Facet.PRICE: _note_price,
    Facet.INVENTORY: _note_inventory,
    Facet.ARCHIVE: _note_archive,
}


def _clear_errors(facet: Facet, answers: Sequence[Answer]) -> None:
    """A listing's last error goes when the facet it was about is accepted."""
    begins = f"{facet.label}:"
    mended = [each.row.listing_id for each in answers if each.row.listing.last_error.startswith(begins)]
    if mended:
        Listing.objects.filter(among("pk", mended)).update(last_error="", last_error_at=None)


def _listings(answers: Sequence[Answer]) -> list[int]:
    return [answer.row.listing_id for answer in answers]


def _want_groups(answers: Sequence[Answer]) -> None:
    """A child that Jet has open now belongs into its parent's group; a parent's group follows the parent."""
    fresh = [answer.row.listing for answer in answers]
    if not fresh:
        return
    ids = [listing.product_id for listing in fresh if listing.product_id]
    parents = set(Product.objects.filter(among("variations__child_id", ids)).values_list("pk", flat=True))
    own = Product.objects.filter(among("pk", ids), kind=Product.Kind.CONFIGURABLE).values_list(
        "pk", flat=True
    )
    groups = Listing.objects.filter(
        account=fresh[0].account, product_id__in=parents | set(own), first_sent_at__isnull=False
    ).exclude(status=Listing.Status.ARCHIVED)
    updates.want(list(groups), Facet.VARIATION, by="a child reached Jet")
