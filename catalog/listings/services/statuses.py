"""Brings Jet's verdicts home: status and sub-status by Jet's report, and by single questions where few are asked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalog.listings.drift import differences
from catalog.listings.facets import registry
from catalog.listings.facets.figures import Reading
from catalog.listings.jet import products as at_jet
from catalog.listings.jet import statuses as reports
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Drift, Listing
from catalog.listings.services import vanished
from catalog.products.models import Product
from catalog.products.models.products import sku_key
from catalog.products.skus import Spellings, product_named
from jetbridge.core import configuration, history
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetAnswered, JetKeysRefused, JetNotKnown
from jetbridge.core.models import Event, JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted

Status = Listing.Status
# Fewer than this are asked for one by one: the answer is there at once and brings price and quantity too.
FEW = 100
# Without a report, this many are asked for in one run, those that were not asked for longest first.
MOST_SINGLE = 1000
# SKUs compared at once with ours, a page of Jet's list.
PAGE = 500
# Listings written in one short transaction.
CHUNK = 100
# The words of 2015, in today's.
OLD_WORDS = {"processing": Status.UNDER_REVIEW, "ready to list": Status.UNDER_REVIEW}
KNOWN = {status.value.lower(): status for status in Status} | OLD_WORDS

Heartbeat = Callable[[], None]


@dataclass(frozen=True)
class Verdict:
    """What Jet says of one SKU; price and quantity where it was asked for by itself."""

    sku: str
    status: str
    sub_statuses: tuple[str, ...] = ()
    held: SkuDocument | None = None
    gone: bool = False
    # What we learned of the SKU since then stands.
    asked_at: datetime = field(default_factory=timezone.now)

    @property
    def archived(self) -> bool:
        """Return whether the SKU is closed on Jet."""
        return (
            self.held.is_archived if self.held else KNOWN.get(self.status.strip().lower()) == Status.ARCHIVED
        )


def sync_statuses(*, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Read the status of everything that Jet has of us: few by single questions, many by Jet's own report.

    :raises JetKeysRefused: Jet does not take our keys
    """
    vanished.adopt()
    found = _discovered_anew(client, account, heartbeat)
    ours = Listing.objects.filter(account=account, first_sent_at__isnull=False)
    if ours[: FEW + 1].count() <= FEW:
        return found.add(ask_each(client=client, listings=list(ours), account=account, heartbeat=heartbeat))
    asked_at = timezone.now()
    try:
        reported = reports.report(client, heartbeat)
    except JetKeysRefused:
        raise
    except JetAnswered as error:
        oldest = list(ours.order_by(F("status_due_at").desc(nulls_last=True), "status_at")[:MOST_SINGLE])
        report = ask_each(client=client, listings=oldest, account=account, heartbeat=heartbeat)
        report.note = (
            f"Jet gave no status report ({error}); {counted(len(oldest), 'SKU')} fetched one by one."
        )
        return found.add(report)
    verdicts = [Verdict(row.sku, row.status, row.sub_statuses, asked_at=asked_at) for row in reported]
    found.add(_take(verdicts, account, heartbeat, named={each.sku for each in verdicts}))
    unnamed = ours.filter(Q(status_at=None) | Q(status_at__lt=asked_at), first_sent_at__lt=asked_at)
    return found.add(
        ask_each(client=client, listings=list(unnamed[:MOST_SINGLE]), account=account, heartbeat=heartbeat)
    )


def ask_each(
    *, client: Client, listings: Sequence[Listing], account: JetAccount, heartbeat: Heartbeat = lambda: None
) -> Report:
    """
    Fetch from Jet each of these listings; return how many are known now.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    verdicts: list[Verdict] = []
    connections = configuration.current().concurrency

    def ask(sku: str) -> tuple[datetime, SkuDocument]:
        return timezone.now(), at_jet.get(client, sku)

    for outcome in send_many(ask, [each.sku for each in listings], connections=connections):
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        if isinstance(outcome.error, JetNotKnown):
            verdicts.append(Verdict(outcome.item, Status.NOT_UPLOADED, gone=True))
        elif outcome.error is not None:
            report.fail(outcome.item, str(outcome.error))
        elif outcome.value is not None:
            asked_at, held = outcome.value
            verdicts.append(Verdict(outcome.item, held.status, held.sub_statuses, held, asked_at=asked_at))
        if len(verdicts) >= CHUNK:
            report.add(_take(verdicts, account, heartbeat))
            verdicts = []
    return report.add(_take(verdicts, account, heartbeat))


def discover(*, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Walk through the SKUs that Jet lists, and keep those that we do not know yet.

    :raises JetKeysRefused: Jet does not take our keys
    """
    unknown: list[str] = []
    skus = at_jet.all_skus(client)
    while page := list(islice(skus, PAGE)):
        known = Listing.objects.filter(account=account, sku__in=page, first_sent_at__isnull=False)
        known_skus = set(known.values_list("sku", flat=True))
        unknown += [sku for sku in page if sku not in known_skus]
        heartbeat()
        if len(unknown) >= MOST_SINGLE:
            break
    strangers = [Listing(account=account, sku=sku) for sku in unknown[:MOST_SINGLE]]
    # Of what we spell otherwise Jet is asked first: it may have that as well.
    ours = Spellings((each.sku, each) for each in _alike(unknown[:MOST_SINGLE], account))
    alike = [each for row in strangers if (each := ours.get(row.sku)) is not None]
    report = ask_each(client=client, listings=alike, account=account, heartbeat=heartbeat)
    report.add(ask_each(client=client, listings=strangers, account=account, heartbeat=heartbeat))
    # They are known now; the statuses that were asked for count apart.
    report.done = 0
    return report


def _discovered_anew(client: Client, account: JetAccount, heartbeat: Heartbeat) -> Report:
    """Look for SKUs that are new to us; where Jet's list fails, the ones that we know are asked for all the same."""
    try:
        return discover(client=client, account=account, heartbeat=heartbeat)
    except JetKeysRefused:
        raise
    except JetAnswered as error:
        return Report(note=f"Jet's list of SKUs could not be read ({error}).")


def _alike(skus: Iterable[str], account: JetAccount) -> QuerySet[Listing]:
    """Return the listings of products that these SKUs name in whatever case."""
    keys = {sku_key(sku) for sku in skus} - {""}
    return Listing.objects.filter(account=account, product__sku_key__in=keys)


def _take(
    verdicts: Iterable[Verdict],
    account: JetAccount,
    heartbeat: Heartbeat,
    named: Collection[str] | None = None,
) -> Report:
    """Store verdicts; named is everything that Jet has, where it said so."""
    report = Report()
    figures = [facet.figure.name for facet in registry.closing() if facet.figure]
    drifting = set(Drift.objects.filter(account=account, figure__in=figures).values_list("listing_id"))
    left = iter(verdicts)
    while chunk := list(islice(left, CHUNK)):
        listings = _store(chunk, account, named)
        differences.compare(list(_readings(chunk, listings, {pk for (pk,) in drifting})), account)
        report.done += len(chunk)
        heartbeat()
    return report


def _readings(
    verdicts: Sequence[Verdict], listings: Mapping[str, Listing], drifting: Collection[int]
) -> Iterator[Reading]:
    """Give what can be compared; of a mere status only one that is not as we expect it, or was not before."""
    for verdict in verdicts:
        listing = listings.get(verdict.sku)
        if listing is None or verdict.gone:
            continue
        odd = verdict.archived != listing.archive_requested or listing.pk in drifting
        if verdict.held is not None or odd:
            yield Reading(listing, verdict.archived, verdict.asked_at, verdict.held)


@transaction.atomic
def _store(
    verdicts: Sequence[Verdict], account: JetAccount, named: Collection[str] | None
) -> dict[str, Listing]:
    """Write what changed, and that it was read; a SKU that we do not know yet becomes a listing."""
    now = timezone.now()
    by_sku = {verdict.sku: verdict for verdict in verdicts}
    found = Listing.objects.filter(account=account, sku__in=by_sku)
    listings = {listing.sku: listing for listing in found}
    for sku in by_sku.keys() - listings.keys():
        if by_sku[sku].gone:
            continue
        listings[sku] = _discovered(sku, account, now, named)
    changed, reported, same = [], [], []
    for sku, listing in listings.items():
        before = _values(listing)
        _apply(listing, by_sku[sku], account, now)
        if _values(listing) != before:
            changed.append(listing)
        else:
            same.append(listing.pk)
        if before["status"] != listing.status:
            reported.append(_event(listing, before["status"]))
    Listing.objects.bulk_update(changed, [*KEPT, "status_at", "status_due_at", "live_at"])
    Listing.objects.filter(pk__in=same).update(status_at=now, status_due_at=None)
    read = [sku for sku, verdict in by_sku.items() if verdict.held is not None]
    Listing.objects.filter(pk__in=same, sku__in=read).update(live_at=now)
    history.record_all(event for event in reported if event is not None)
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
        "status reported by Jet",
        product,
        message=reasons,
        before={"status": before},
        after={"status": listing.status},
    )


def _discovered(sku: str, account: JetAccount, now: datetime, named: Collection[str] | None) -> Listing:
    """
    A SKU stands at Jet that we never sent: it belongs to the product that it stands for, if there is one.

    Where Jet has nothing under our spelling of it, the listing takes Jet's, and all that follows goes there.
    """
    product = product_named(sku)
    found = product and Listing.objects.filter(account=account, product=product).first()
    if found and (found.first_sent_at is None or (named is not None and found.sku not in named)):
        found.sku, found.first_sent_at = sku, found.first_sent_at or now
        found.save(update_fields=["sku", "first_sent_at"])
    else:
        product = None if found else product
        found = Listing.objects.create(account=account, sku=sku, product=product, first_sent_at=now)
    if product is not None and product.sku != sku:
        vanished.remark_spelling(found, product)
    return found


def _apply(listing: Listing, verdict: Verdict, account: JetAccount, now: datetime) -> None:
    if listing.status_at is None or listing.status_at <= verdict.asked_at:
        # An archive that Jet took meanwhile is younger than what it said before.
        listing.status = KNOWN.get(verdict.status.strip().lower(), listing.status)
        listing.sub_statuses = list(verdict.sub_statuses)
        listing.status_at, listing.status_due_at = now, None
    if verdict.gone:
        listing.first_sent_at = None
        listing.live_price = listing.live_quantity = None
    held = verdict.held
    if held is not None:
        listing.first_sent_at = listing.first_sent_at or now
        listing.live_title, listing.live_brand = held.title[:500], held.brand[:100]
        listing.live_price, listing.live_at = held.price, now
        listing.live_quantity = held.quantity_at(account.fulfillment_node_id)


def read_live(*, client: Client, listing: Listing) -> SkuDocument | None:
    """
    Fetch from Jet one SKU and keep what it says; None when Jet does not have it.

    :raises JetFailure: no answer, or a refusal
    """
    asked_at = timezone.now()
    try:
        held = at_jet.get(client, listing.sku)
    except JetNotKnown:
        _take(
            [Verdict(listing.sku, Status.NOT_UPLOADED, gone=True, asked_at=asked_at)], listing.account, _idle
        )
        return None
    verdict = Verdict(listing.sku, held.status, held.sub_statuses, held, asked_at=asked_at)
    _take([verdict], listing.account, _idle)
    return held


def _idle() -> None:
    """A single question needs no heartbeat."""
