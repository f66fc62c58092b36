"""Compares what stands on Jet with what we know: files that are not settled yet, and every SKU with its figures."""

import uuid
from collections import defaultdict
from functools import partial

from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.jet import files as files_at_jet
from catalog.listings.jet.files import FileDocument
from catalog.listings.models import Drift, Listing, UploadFile
from catalog.listings.outboxes.facets import InFiles
from catalog.listings.services import reconciliation, statuses, upload_files
from jetbridge.core import generations
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetNotKnown
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Compared, Comparing, Outcome, Report
from jetbridge.core.texts import number_in
from jetbridge.outbox import claims

Status = UploadFile.Status
BY = "comparison with Jet"
# SKUs that are read again together where a worker dies.
CHUNK = 200
# SKUs that could not be read and are named.
NAMED = 5


def files_to_compare(*, client: Client, account: JetAccount) -> tuple[list[str], list[str]]:
    """Return the files that Jet has not settled yet; nothing that Jet lists of files could be full."""
    rows = UploadFile.objects.filter(account=account, status__in=UploadFile.OPEN).order_by("pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)], []


def compare_files(*, client: Client, account: JetAccount, ids: list[str]) -> Comparing:
    """
    Ask after files. One that was announced is followed; in a restored database, one that was not is built anew.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    rows = UploadFile.objects.filter(account=account, pk__in=ids, status__in=(Status.BUILT, Status.UPLOADED))
    names = dict(rows.exclude(jet_file_id="").values_list("jet_file_id", "pk"))
    held: dict[int, FileDocument] = {}
    lost: dict[int, JetFailure] = {}
    for outcome in send_many(partial(files_at_jet.get, client), list(names)):
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        if outcome.value is not None:
            held[names[outcome.item]] = outcome.value
        elif outcome.error is not None and not isinstance(outcome.error, JetNotKnown):
            lost[names[outcome.item]] = outcome.error
    for each in ids:
        yield each, partial(_compared_file, int(each), held.get(int(each)), lost.get(int(each)))


def _compared_file(pk: int, held: FileDocument | None, error: JetFailure | None) -> Compared:
    kept = UploadFile.objects.filter(pk=pk)
    file = kept.first()
    if file is None:
        return Compared(Outcome.SAME)
    if error is not None:
        return Compared(Outcome.UNREAD, file.name, file.get_absolute_url(), str(error))
    if file.status in (Status.BUILT, Status.UPLOADED):
        if held is not None and held.is_received:
            kept.filter(claimed_by="").update(
                status=Status.ACKNOWLEDGED, announced_at=timezone.now(), polls=0
            )
            return Compared(
                Outcome.CHANGED, file.name, file.get_absolute_url(), "Jet has it; it is followed."
            )
        token = uuid.uuid4().hex
        if generations.known().is_older and claims.hold(InFiles(), kept, token=token):
            upload_files.take_back(kept, token=token)
            text = "Not sent: what is in it goes as the store has it now."
            return Compared(Outcome.CHANGED, file.name, "", text)
    return Compared(Outcome.SAME, file.name, file.get_absolute_url())


def skus_to_compare(*, client: Client, account: JetAccount) -> tuple[list[str], list[str]]:
    """Take up what Jet lists and we do not know; then return all SKUs on Jet, as ranges of their keys."""
    ours = Listing.objects.filter(account=account, first_sent_at__isnull=False)
    known = -1
    while known < (known := ours.count()):
        statuses.discover(client=client, account=account)
    keys = list(ours.order_by("pk").values_list("pk", flat=True))
    return [f"{keys[at]}-{keys[at : at + CHUNK][-1]}" for at in range(0, len(keys), CHUNK)], []


def compare_skus(*, client: Client, account: JetAccount, ids: list[str]) -> Comparing:
    """
    Read ranges of SKUs, and keep status, price, quantity and what differs.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    for each in ids:
        first, last = map(int, each.split("-"))
        ours = Listing.objects.filter(account=account, first_sent_at__isnull=False, pk__range=(first, last))
        listings = list(ours.order_by("pk"))
        report = statuses.ask_each(client=client, listings=listings, account=account)
        yield each, partial(_compared_skus, listings, report)


def _compared_skus(listings: list[Listing], report: Report) -> Compared:
    if not listings:
        return Compared(Outcome.SAME, amount=0)
    name = f"{listings[0].sku} to {listings[-1].sku}"
    rows = Drift.objects.filter(listing__in=[each.pk for each in listings]).select_related("listing__product")
    by_listing: dict[int, list[Drift]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_listing[row.listing_id].append(row)
    parts = [_compared_sku(some) for some in by_listing.values()]
    if generations.known().is_older:
        # Jet sells what the store has not. What is lower there is left to a person.
        reconciliation.reconcile([row for row in rows if _is_oversold(row)], by=BY)
    if report.failed:
        reasons = [f"{item.reference}: {item.reason}" for item in report.items[:NAMED]]
        return Compared(Outcome.UNREAD, name, text=" ".join(reasons), amount=report.failed, parts=parts)
    return Compared(Outcome.SAME, name, amount=len(listings) - len(parts), parts=parts)


def _compared_sku(rows: list[Drift]) -> Compared:
    figures = [
        f"{row.get_figure_display()}: {row.store or 'none'}, at Jet {row.live or 'none'}" for row in rows
    ]
    return Compared(Outcome.CHANGED, rows[0].listing.sku, text="; ".join(figures))


def _is_oversold(row: Drift) -> bool:
    stock = [facet.figure.name for facet in registry.that(lambda facet: facet.follows_stock) if facet.figure]
    live, store = number_in(row.live), number_in(row.store)
    return row.figure in stock and live is not None and store is not None and live > store
