"""Takes bulk files to Jet and follows them: token, upload, announcement, polling, each a pass of its own."""

import gzip
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.jet import files as at_jet
from catalog.listings.jet.files import FileDocument, Place
from catalog.listings.models import FileContent, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.services import file_results
from jetbridge.core.jet.calls import Outcome, send_many
from jetbridge.core.jet.client import Client, tied_to
from jetbridge.core.jet.errors import JetAnswered, JetBroken, JetFailure, JetKeysRefused, JetNotKnown
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge_later
from jetbridge.mass_actions.models import BulkRun
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settlement

Status = UploadFile.Status
# Longer than an upload may take; a dead worker's files are free after it.
LEASE = timedelta(seconds=180)
# Files in one pass: bodies are held in memory only while they are sent.
CHUNK = 32
CONNECTIONS = 8
# Products whose bodies are held in memory at once.
HELD = 3000
FIRST_POLL = timedelta(seconds=15)
SLOWEST_POLL = timedelta(minutes=10)
# A signed address is not used in its last minutes: the upload would outlive it.
MARGIN = timedelta(minutes=3)

Beat = Callable[[], None]


def advance_files(
    *, client: Client, account: JetAccount, at_once: bool = False, beat: Beat = lambda: None
) -> Report:
    """
    Bring every open file one or more steps further; each step takes up what an earlier run left undone.

    at_once asks after every file now, whenever it is due.

    :raises JetKeysRefused: Jet does not take our keys; the files stay as they are
    """
    report = Report()
    if at_once:
        open_files(account).update(next_poll_at=timezone.now())
    for step in (_get_tokens, _upload, _announce, _poll):
        report.add(step(client, account, beat))
    poll_again(account)
    return report


def poll_again(account: JetAccount) -> None:
    """Nudge the polling for the moment at which the next open file is due that waits for nothing else."""
    due = _ready(account).order_by("next_poll_at").values_list("next_poll_at", flat=True).first()
    if due is not None:
        wait = (due - timezone.now()).total_seconds()
        nudge_later("catalog.poll_files", seconds=max(int(wait) + 1, 2))


def open_files(account: JetAccount) -> QuerySet[UploadFile]:
    """Return the files that Jet has not judged yet; found through their partial index."""
    return UploadFile.objects.filter(status__in=UploadFile.OPEN, account=account)


def _get_tokens(client: Client, account: JetAccount, beat: Beat) -> Report:
    """Ask for an address for each built file that has none, or one that is about to end."""
    now = timezone.now()
    stale = Q(url="") | Q(url_expires_at__lt=now + MARGIN)
    report = Report()
    for files in _claims(_ready(account).filter(stale, status=Status.BUILT)):

        def ask(file: UploadFile) -> Place:
            with _tied(file):
                return at_jet.place(client)

        for outcome in send_many(ask, files, connections=CONNECTIONS):
            if not _went_well(outcome, report) or outcome.value is None:
                continue
            found = outcome.value
            _write(
                outcome.item,
                url=found.url,
                jet_file_id=found.jet_file_id,
                url_expires_at=timezone.now() + found.lasts,
            )
        beat()
    return report


def _upload(client: Client, account: JetAccount, beat: Beat) -> Report:
    """Put the content of each file where Jet wants it; doing it twice does no harm."""
    report = Report()
    usable = Q(url_expires_at__gte=timezone.now() + MARGIN) & ~Q(url="")
    for files in _claims(_ready(account).filter(usable, status=Status.BUILT), whole=True):
        kept = _pruned(files)
        texts = FileContent.texts([file.pk for file in kept])

        def put(file: UploadFile, texts: Mapping[int, str] = texts) -> None:
            with _tied(file):
                at_jet.put(client, file.url, packed(texts[file.pk]))

        for outcome in send_many(put, kept, connections=CONNECTIONS):
            if _went_well(outcome, report):
                _write(outcome.item, status=Status.UPLOADED)
        beat()
    return report


def _announce(client: Client, account: JetAccount, beat: Beat) -> Report:
    """Tell Jet that the files are there. Where an earlier run died, Jet's own word decides whether it knows."""
    report = Report()
    for files in _claims(open_files(account).filter(status=Status.UPLOADED)):

        def tell(file: UploadFile) -> FileDocument:
            with _tied(file):
                return at_jet.tell(
                    client,
                    url=file.url,
                    jet_file_id=file.jet_file_id,
                    kind=file.kind,
                    name=file.name,
                    in_doubt=bool(file.sent_at),
                )

        UploadFile.objects.filter(pk__in=[file.pk for file in files], sent_at=None).update(
            sent_at=timezone.now()
        )
        for outcome in send_many(tell, files, connections=CONNECTIONS):
            if _went_well(outcome, report) and outcome.value is not None:
                now = timezone.now()
                _write(
                    outcome.item,
                    status=Status.ACKNOWLEDGED,
                    jet_file_id=outcome.value.jet_file_id or outcome.item.jet_file_id,
                    sent_at=now,
                    polls=0,
                    next_poll_at=now + FIRST_POLL,
                )
                report.done += 1
        beat()
    return report


def _poll(client: Client, account: JetAccount, beat: Beat) -> Report:
    """Ask after the files that are due; a file that Jet is done with gets its verdicts."""
    report = Report()
    due = Q(status__in=(Status.ACKNOWLEDGED, Status.PROCESSING), next_poll_at__lte=timezone.now())
    for files in _claims(UploadFile.objects.filter(due, account=account)):

        def ask(file: UploadFile) -> file_results.Outcome:
            with _tied(file):
                state = at_jet.get(client, file.jet_file_id)
                return file_results.Outcome(state, file_results.fetch_errors(client, state))

        clean: list[UploadFile] = []
        for outcome in send_many(ask, files, connections=CONNECTIONS):
            if _went_well(outcome, report) and outcome.value is not None:
                if outcome.value.is_clean:
                    clean.append(outcome.item)
                else:
                    report.add(_take_state(outcome.item, outcome.value))
        for lot in _lots(clean):
            report.add(
                file_results.accept(list(UploadFile.objects.filter(pk__in=lot).select_related("account")))
            )
            beat()
        beat()
    return report


def _lots(files: Iterable[UploadFile]) -> Iterator[list[int]]:
    """Cut files into keys of some at a time, so that not all their bodies are held in memory."""
    lot: list[int] = []
    held = 0
    for file in files:
        if lot and held + file.product_count > HELD:
            yield lot
            lot, held = [], 0
        lot.append(file.pk)
        held += file.product_count
    if lot:
        yield lot


def _take_state(file: UploadFile, outcome: file_results.Outcome) -> Report:
    if outcome.state.is_final:
        report = file_results.judge(file, outcome)
        _write(file)
        return report
    begun = outcome.state.status.lower() == Status.PROCESSING.lower()
    _write(
        file,
        status=Status.PROCESSING if begun else Status.ACKNOWLEDGED,
        polls=file.polls + 1,
        next_poll_at=next_poll(file.polls + 1),
    )
    return Report()


def next_poll(polls: int) -> datetime:
    """Return when to ask again after so many polls: 15 seconds, doubling to 10 minutes."""
    wait: timedelta = min(FIRST_POLL * 2 ** min(polls, 10), SLOWEST_POLL)
    return timezone.now() + wait


def packed(text: str) -> bytes:
    """Return a file's content as it travels, gzipped; the same content gives the same bytes."""
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _ready(account: JetAccount) -> QuerySet[UploadFile]:
    """
    Return files that need not wait: a file that follows SKUs waits until Jet has judged them.

    Of a paused mass action no product is begun, and those that are begun are finished.
    """
    # Of a SKU file with errors some products may still be told apart in halves.
    being_judged = ListingFacet.objects.filter(
        facet__in=registry.that(lambda facet: facet.creates_sku),
        file__isnull=False,
        listing__in=_listings_of(OuterRef(OuterRef("pk"))),
    )
    taken = Q(after=None) | Q(after__status=Status.PROCESSED)
    judged = taken | (~Q(after__status__in=UploadFile.OPEN) & ~Exists(being_judged))
    paused = Q(run__state=BulkRun.State.PAUSED, status=Status.BUILT, after=None, parent=None)
    return open_files(account).filter(judged).exclude(paused)


def _listings_of(file_pk: Any) -> QuerySet[Any, Any]:
    return UploadFileItem.objects.filter(file=file_pk).values("listing_id")


def _pruned(files: Sequence[UploadFile]) -> list[UploadFile]:
    """Leave out SKUs that Jet refused in the file before; return the files that have something left to send."""
    unknown: dict[int, list[UploadFileItem]] = defaultdict(list)
    followers = [file.pk for file in files if file.after_id is not None]
    for item in UploadFileItem.objects.filter(file__in=followers, listing__first_sent_at=None):
        unknown[item.file_id].append(item)
    for file in files:
        if file.pk in unknown:
            _prune(file, unknown[file.pk])
    return [file for file in files if file.product_count]


def _prune(file: UploadFile, unknown: Sequence[UploadFileItem]) -> None:
    for item in unknown:
        file.content.pop(item.sku, None)
    file.items.filter(pk__in=[item.pk for item in unknown]).update(
        verdict=UploadFileItem.Verdict.REFUSED, errors=["Left out: Jet refused the SKU itself."]
    )
    file.body.save(update_fields=["bodies"])
    _write(file, keep_claim=True, product_count=len(file.content))
    if not file.content:
        _write(
            file, status=Status.NA, finished_at=timezone.now(), errors=["Jet refused all SKUs of this file."]
        )


def _claims(files: QuerySet[UploadFile], *, whole: bool = False) -> Iterator[list[UploadFile]]:
    """
    Take chunk after chunk of files for a while, each file once a call.

    Where their whole content will be read, a chunk has fewer files the larger they are.
    """
    seen: set[int] = set()
    while True:
        now = timezone.now()
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        found = files.filter(free).exclude(pk__in=seen).order_by("pk").only("pk", "product_count")[:CHUNK]
        ids = next(_lots(found), []) if whole else [file.pk for file in found]
        if not ids:
            return
        seen.update(ids)
        token = uuid.uuid4().hex
        UploadFile.objects.filter(free, pk__in=ids).update(claimed_by=token, claimed_until=now + LEASE)
        claimed = UploadFile.objects.filter(pk__in=ids, claimed_by=token).order_by("pk")
        yield list(claimed.select_related("account", "run"))


def _tied(file: UploadFile) -> AbstractContextManager[None]:
    """Log calls about a file under the mass action that made it."""
    return tied_to(file.run.request_id if file.run else "")


def _write(file: UploadFile, *, keep_claim: bool = False, **changes: Any) -> None:
    """Store what was achieved, and give the file back."""
    released = {} if keep_claim else {"claimed_by": "", "claimed_until": None}
    UploadFile.objects.filter(pk=file.pk).update(**changes, **released)
    for name, value in changes.items():
        setattr(file, name, value)


def _went_well(outcome: Outcome[UploadFile, Any], report: Report) -> bool:
    """
    Store a failure: a refusal begins anew with a fresh address, a few times; no answer is tried again later.

    :raises JetKeysRefused: Jet does not take our keys
    """
    file, error = outcome.item, outcome.error
    if error is None:
        return outcome.started
    report.fail(file.name, str(error))
    # Blob storage answers 403 to an address that has ended, which says nothing about our keys.
    if isinstance(error, JetKeysRefused) and not (file.status == Status.BUILT and file.url):
        _write(file)
        raise error
    if is_refusal(error) or isinstance(error, JetNotKnown):
        _begin_anew(file, texts(error))
    else:
        _write(file, polls=file.polls + 1, next_poll_at=next_poll(file.polls))
    return False


def is_refusal(error: JetFailure) -> bool:
    """Tell a refusal, which repeating will not mend, from a failure of Jet or of the way there."""
    return (isinstance(error, JetAnswered) and not error.retryable) or isinstance(error, ValueError)


def texts(error: JetFailure) -> list[str]:
    """Return Jet's own words, or what happened in ours."""
    if error.messages or not isinstance(error, JetBroken):
        return list(error.messages) or [str(error)]
    return [f"Jet failed to answer for a moment ({error.status})."]


# Jet may lose a file or end an address early; a file refused this often is given up, with the reason on it.
ATTEMPTS = 4


def _begin_anew(file: UploadFile, reasons: list[str]) -> None:
    attempts = file.attempts + 1
    if attempts < ATTEMPTS:
        _write(
            file, status=Status.BUILT, url="", jet_file_id="", url_expires_at=None, sent_at=None,
            polls=0, attempts=attempts, errors=reasons, next_poll_at=next_poll(file.attempts),
        )  # fmt: skip
        return
    now, content = timezone.now(), file.content
    file_results.store(
        [
            Settlement(row, Answer.REJECTED, content.get(sku, {}), errors=reasons, sent_at=now)
            for sku, row in file_results.rows_of(file).items()
        ]
    )
    file.items.update(verdict=UploadFileItem.Verdict.REFUSED, errors=reasons)
    _write(
        file, status=Status.ERRORS, attempts=attempts, errors=reasons, error_count=len(reasons),
        finished_at=timezone.now(),
    )  # fmt: skip
