"""Stores what Jet said to what was sent: who holds a wish settles it, and only the number that was sent."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.facets.base import Answer, Facet, Wish
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import late_answers
from jetbridge.core.models.ranges import among

# Identical refusals in a row after which a facet is no longer sent by itself.
STOP_AFTER = 3
# What was not answered is tried again after this long.
PAUSE = timedelta(seconds=60)


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
        facet.accepted(some, now)
        _clear_errors(facet, some)
        registry.settle_drift(facet, some)


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
    by_facet: dict[Facet, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_facet[answer.row.facet].append(answer)
    for facet, some in by_facet.items():
        facet.met(some)
        registry.settle_drift(facet, some)


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
    if row.facet.creates_sku and row.listing.is_new:
        # They wait for a SKU that Jet does not have; the next upload wants them again. Without a product there is
        # none, and nothing to close either.
        kept = (
            registry.that(lambda facet: facet.creates_sku or facet.closes_sku)
            if row.listing.product_id
            else []
        )
        waiting = ListingFacet.objects.filter(listing_id=row.listing_id).exclude(facet__in=kept)
        waiting.update(wanted_at=None, file=None)


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


def _clear_errors(facet: Facet, answers: Sequence[Answer]) -> None:
    """A listing's last error goes when the facet it was about is accepted."""
    begins = f"{facet.label}:"
    mended = [each.row.listing_id for each in answers if each.row.listing.last_error.startswith(begins)]
    if mended:
        Listing.objects.filter(among("pk", mended)).update(last_error="", last_error_at=None)


def _listings(answers: Sequence[Answer]) -> list[int]:
    return [answer.row.listing_id for answer in answers]
