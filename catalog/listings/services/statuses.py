"""Brings Jet's verdicts home: status and sub-status by Jet's report, and by single questions where few are asked."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.listings.drift import differences
from catalog.listings.models import Drift, Listing
from catalog.listings.services import vanished
from catalog.products.models import Product
from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.errors import JetAuthError, JetNotFound, JetResponseError
from jetapi.types.products import MerchantSku
from jetapi.types.reports import ReportKind
from jetbridge.core import configuration, history
from jetbridge.core.models import Event, JetAccount
from jetbridge.core.reports import Report

Status = Listing.Status
# Fewer than this are asked for one by one: the answer is there at once and brings price and quantity too.
FEW = 100
# Without a report, this many are asked for in one run, those that were not asked for longest first.
MOST_SINGLE = 1000
# SKUs compared at once with ours, a page of Jet's list.
PAGE = 500
# Listings written in one short transaction.
CHUNK = 100
REPORT_PATIENCE = 240.0
REPORT_PAUSE = 2.0
# The words of 2015, in today's.
OLD_WORDS = {"processing": Status.UNDER_REVIEW, "ready to list": Status.UNDER_REVIEW}
KNOWN = {status.value.lower(): status for status in Status} | OLD_WORDS

Beat = Callable[[], None]


@dataclass(frozen=True)
class Verdict:
    """What Jet says of one SKU; price and quantity where it was asked for by itself."""

    sku: str
    status: str
    sub_statuses: tuple[str, ...] = ()
    held: MerchantSku | None = None
    gone: bool = False
    # What we learned of the SKU since then stands.
    asked_at: datetime = field(default_factory=timezone.now)

    @property
    def archived(self) -> bool:
        """Tell whether the SKU is closed on Jet."""
        return (
            self.held.is_archived if self.held else KNOWN.get(self.status.strip().lower()) == Status.ARCHIVED
        )


def sync_statuses(*, client: JetClient, account: JetAccount, beat: Beat = lambda: None) -> Report:
    """
    Read the status of everything that Jet has of us: few by single questions, many by Jet's own report.

    :raises JetAuthError: Jet does not take our keys
    """
    vanished.adopt()
    found = _discovered_anew(client, account, beat)
    ours = Listing.objects.filter(account=account, first_sent_at__isnull=False)
    if ours[: FEW + 1].count() <= FEW:
        return found.add(ask_each(client=client, listings=list(ours), account=account, beat=beat))
    asked_at = timezone.now()
    try:
        verdicts = _by_report(client, beat, asked_at)
    except JetAuthError:
        raise
    except JetResponseError as error:
        oldest = list(ours.order_by(F("status_wanted_at").desc(nulls_last=True), "status_at")[:MOST_SINGLE])
        report = ask_each(client=client, listings=oldest, account=account, beat=beat)
        report.note = f"Jet gave no status report ({error}); {len(oldest)} SKUs were asked for one by one."
        return found.add(report)
    found.add(_take(verdicts, account, beat))
    unnamed = ours.filter(Q(status_at=None) | Q(status_at__lt=asked_at), first_sent_at__lt=asked_at)
    return found.add(
        ask_each(client=client, listings=list(unnamed[:MOST_SINGLE]), account=account, beat=beat)
    )


def ask_each(
    *, client: JetClient, listings: Sequence[Listing], account: JetAccount, beat: Beat = lambda: None
) -> Report:
    """
    Ask Jet for each of these listings; return how many are known now.

    :raises JetAuthError: Jet does not take our keys
    """
    report = Report()
    verdicts: list[Verdict] = []
    connections = configuration.current().concurrency

    def ask(sku: str) -> tuple[datetime, MerchantSku]:
        return timezone.now(), client.products.get(sku)

    for outcome in send_many(ask, [each.sku for each in listings], connections=connections):
        if isinstance(outcome.error, JetAuthError):
            raise outcome.error
        if isinstance(outcome.error, JetNotFound):
            verdicts.append(Verdict(outcome.item, Status.NOT_UPLOADED, gone=True))
        elif outcome.error is not None:
            report.fail(outcome.item, str(outcome.error))
        elif outcome.value is not None:
            asked_at, held = outcome.value
            verdicts.append(
                Verdict(outcome.item, held.status, tuple(held.sub_status), held, asked_at=asked_at)
            )
        if len(verdicts) >= CHUNK:
            report.add(_take(verdicts, account, beat))
            verdicts = []
    return report.add(_take(verdicts, account, beat))


def discover(*, client: JetClient, account: JetAccount, beat: Beat = lambda: None) -> Report:
    """
    Walk through the SKUs that Jet lists, and keep those that we do not know yet.

    :raises JetAuthError: Jet does not take our keys
    """
    unknown: list[str] = []
    skus = client.products.iter_skus()
    while page := list(islice(skus, PAGE)):
        known = Listing.objects.filter(account=account, sku__in=page, first_sent_at__isnull=False)
        known_skus = set(known.values_list("sku", flat=True))
        unknown += [sku for sku in page if sku not in known_skus]
        beat()
        if len(unknown) >= MOST_SINGLE:
            break
    strangers = [Listing(account=account, sku=sku) for sku in unknown[:MOST_SINGLE]]
    report = ask_each(client=client, listings=strangers, account=account, beat=beat)
    # They are known now; the statuses that were asked for count apart.
    report.done = 0
    return report


def _discovered_anew(client: JetClient, account: JetAccount, beat: Beat) -> Report:
    """Look for SKUs that are new to us; where Jet's list fails, the ones that we know are asked for all the same."""
    try:
        return discover(client=client, account=account, beat=beat)
    except JetAuthError:
        raise
    except JetResponseError as error:
        return Report(note=f"Jet's list of SKUs could not be read ({error}).")


def _by_report(client: JetClient, beat: Beat, asked_at: datetime) -> Iterator[Verdict]:
    """
    Have Jet make its ProductStatus report, wait for it and read it.

    :raises JetError: there is none
    """
    report_id = client.reports.request(ReportKind.PRODUCT_STATUS)
    give_up = time.monotonic() + REPORT_PATIENCE
    while not (state := client.reports.state(report_id)).is_ready:
        if state.is_over or time.monotonic() > give_up:
            raise JetResponseError(status=0, messages=[f"the report is {state.report_status or 'not ready'}"])
        beat()
        time.sleep(REPORT_PAUSE)
    content = client.reports.download(state.report_url or "")
    if not isinstance(content, Mapping):
        raise JetResponseError(status=0, messages=["the report is not what Jet promises"])
    return _rows(content, asked_at)


def _rows(content: Mapping[str, Any], asked_at: datetime) -> Iterator[Verdict]:
    for sku, row in content.items():
        if isinstance(row, Mapping):
            words = row.get("sub_status") or ()
            yield Verdict(str(sku), str(row.get("status", "")), tuple(map(str, words)), asked_at=asked_at)


def _take(verdicts: Iterable[Verdict], account: JetAccount, beat: Beat) -> Report:
    report = Report()
    drifting = set(
        Drift.objects.filter(account=account, figure=Drift.Figure.STATUS).values_list("listing_id")
    )
    left = iter(verdicts)
    while chunk := list(islice(left, CHUNK)):
        listings = _store(chunk, account)
        differences.compare(list(_readings(chunk, listings, {pk for (pk,) in drifting})), account)
        report.done += len(chunk)
        beat()
    return report


def _readings(
    verdicts: Sequence[Verdict], listings: Mapping[str, Listing], drifting: Collection[int]
) -> Iterator[differences.Reading]:
    """Give what can be compared; of a mere status only one that is not as we wish, or was not before."""
    for verdict in verdicts:
        listing = listings.get(verdict.sku)
        if listing is None or verdict.gone:
            continue
        odd = verdict.archived != listing.archive_wanted or listing.pk in drifting
        if verdict.held is not None or odd:
            yield differences.Reading(listing, verdict.archived, verdict.asked_at, verdict.held)


@transaction.atomic
def _store(verdicts: Sequence[Verdict], account: JetAccount) -> dict[str, Listing]:
    """Write what changed, and that it was read; a SKU that we do not know yet becomes a listing."""
    now = timezone.now()
    by_sku = {verdict.sku: verdict for verdict in verdicts}
    found = Listing.objects.filter(account=account, sku__in=by_sku)
    listings = {listing.sku: listing for listing in found}
    for sku in by_sku.keys() - listings.keys():
        if by_sku[sku].gone:
            continue
        listings[sku] = _discovered(sku, account, now)
    changed, told, same = [], [], []
    for sku, listing in listings.items():
        before = _values(listing)
        _apply(listing, by_sku[sku], account, now)
        if _values(listing) != before:
            changed.append(listing)
        else:
            same.append(listing.pk)
        if before["status"] != listing.status:
            told.append(_event(listing, before["status"]))
    Listing.objects.bulk_update(changed, [*KEPT, "status_at", "status_wanted_at", "live_at"])
    Listing.objects.filter(pk__in=same).update(status_at=now, status_wanted_at=None)
    read = [sku for sku, verdict in by_sku.items() if verdict.held is not None]
    Listing.objects.filter(pk__in=same, sku__in=read).update(live_at=now)
    Event.objects.bulk_create(event for event in told if event is not None)
    return listings


# What a verdict may change of a listing, beside the moments.
KEPT = ("status", "sub_statuses", "live_price", "live_quantity", "live_title", "live_brand", "first_sent_at")


def _values(listing: Listing) -> dict[str, Any]:
    return {name: getattr(listing, name) for name in KEPT}


def _event(listing: Listing, before: str) -> Event | None:
    """Word a changed status for the product's history."""
    if listing.product_id is None:
        return None
    product = Product(pk=listing.product_id, sku=listing.sku)
    reasons = ", ".join(listing.sub_statuses)
    return history.build(
        "status told by Jet",
        product,
        message=reasons,
        before={"status": before},
        after={"status": listing.status},
    )


def _discovered(sku: str, account: JetAccount, now: datetime) -> Listing:
    """A SKU stands at Jet that we never sent: it belongs to the product of that SKU, if the store has one."""
    product = Product.objects.filter(sku=sku).exclude(listings__account=account).first()
    return Listing.objects.create(account=account, sku=sku, product=product, first_sent_at=now)


def _apply(listing: Listing, verdict: Verdict, account: JetAccount, now: datetime) -> None:
    if listing.status_at is None or listing.status_at <= verdict.asked_at:
        # An archive that Jet took meanwhile is younger than what it said before.
        listing.status = KNOWN.get(verdict.status.strip().lower(), listing.status)
        listing.sub_statuses = list(verdict.sub_statuses)
        listing.status_at, listing.status_wanted_at = now, None
    if verdict.gone:
        listing.first_sent_at = None
        listing.live_price = listing.live_quantity = None
    held = verdict.held
    if held is not None:
        listing.first_sent_at = listing.first_sent_at or now
        listing.live_title, listing.live_brand = (held.product_title or "")[:500], (held.brand or "")[:100]
        listing.live_price, listing.live_at = held.price, now
        listing.live_quantity = next(
            (
                node.quantity
                for node in held.inventory_by_fulfillment_node
                if node.fulfillment_node_id == account.fulfillment_node_id
            ),
            None,
        )


def read_live(*, client: JetClient, listing: Listing) -> MerchantSku | None:
    """
    Ask Jet for one SKU and keep what it says; None when Jet does not have it.

    :raises JetError: no answer, or a refusal
    """
    asked_at = timezone.now()
    try:
        held = client.products.get(listing.sku)
    except JetNotFound:
        _take(
            [Verdict(listing.sku, Status.NOT_UPLOADED, gone=True, asked_at=asked_at)], listing.account, _idle
        )
        return None
    verdict = Verdict(listing.sku, held.status, tuple(held.sub_status), held, asked_at=asked_at)
    _take([verdict], listing.account, _idle)
    return held


def _idle() -> None:
    """A single question needs no heartbeat."""
