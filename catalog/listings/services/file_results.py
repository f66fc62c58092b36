"""Finds the SKUs of Jet's errors: named ones at once; where Jet is vague, the file's halves are sent to find out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.utils import timezone

from catalog.listings.facets import deliveries, registry
from catalog.listings.facets.base import Facet, FacetDelivery
from catalog.listings.jet import files as at_jet
from catalog.listings.jet.files import FileDocument
from catalog.listings.models import FileContent, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.models.uploads import parts
from catalog.listings.outboxes.facets import InFiles, holder
from catalog.listings.services import upload_files
from catalog.listings.services.answers import AnsweredFacets
from catalog.products.skus import Spellings
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox.notifications import notify
from jetbridge.jobs.queue import nudge
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import claims, settlements
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import AsStored, Settlement

Verdict = UploadFileItem.Verdict
# Answers settled together: a refusal is shown on the listing too, one by one; acceptances go all at once.
CHUNK = 50
ACCEPTED_AT_ONCE = 3000


class AnsweredInFiles(AnsweredFacets):
    """Facets that a file holds; whoever follows the file settles them, and a second one changes nothing."""

    name, job, once_only = InFiles.name, InFiles.job, True

    def columns(self, settlements: Sequence[Settlement[FacetDelivery]]) -> Mapping[str, Sequence[Any]]:
        """Take them out of the file as well."""
        return {**super().columns(settlements), "file": AsStored([None] * len(settlements))}


@dataclass(frozen=True)
class Outcome:
    """Jet's answer about a file, and its full error report where one could be fetched."""

    state: FileDocument
    report: Any = None

    @property
    def said(self) -> dict[str, Any]:
        """Return Jet's errors untouched, for people who read them as they came."""
        state = self.state
        words = {"status": state.status, "error_count": state.error_count}
        return words | {"error_excerpt": list(state.error_excerpt), "error_report": self.report}

    @property
    def is_clean(self) -> bool:
        """Return whether Jet took every product, without a word about any."""
        state = self.state
        words = state.error_count or state.error_excerpt or self.report
        return state.status.lower() == UploadFile.Status.PROCESSED.lower() and not words


@dataclass
class FileErrors:
    """Errors by the SKU they name, and those that name none."""

    by_sku: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    vague: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many errors are known."""
        return sum(map(len, self.by_sku.values())) + len(self.vague)


def fetch_errors(client: Client, state: FileDocument) -> Any:
    """
    Return the full error report of a finished file, or nothing: the excerpt then has to do.

    :raises JetKeysRefused: Jet does not take our keys
    """
    if not (state.is_final and state.error_url):
        return None
    try:
        return at_jet.errors(client, state.error_url)
    except JetKeysRefused:
        raise
    except JetFailure:
        return None


def apply_result(file: UploadFile, outcome: Outcome) -> Report:
    """
    Settle a finished file: each SKU accepted, refused with its reason, or checked in a half of the file.

    It belongs into the transaction that settles the file: both are settled, or neither.
    """
    state = outcome.state
    known_errors = read_errors(file.content, outcome)
    # More errors than we can read: the rest stands somewhere among the SKUs that none of them names.
    unread = (state.error_count or 0) > known_errors.count
    failed = state.status.lower() != UploadFile.Status.PROCESSED.lower()
    file.errors = _lines(known_errors)
    file.error_count = state.error_count or known_errors.count
    file.error_url = state.error_url
    file.status = UploadFile.Status.ERRORS if failed else UploadFile.Status.PROCESSED
    file.finished_at = timezone.now()
    rest = [sku for sku in file.content if sku not in known_errors.by_sku]
    unsure = failed and (bool(known_errors.vague) or unread or not known_errors.by_sku)
    if unsure and len(rest) == 1:
        known_errors.by_sku[rest[0]] = known_errors.vague or ["Jet refused it without saying why."]
        rest, unsure = [], False
    facet = registry.of_file(file.kind)
    rows = rows_of(file)
    report = _settle(file, rows, known_errors.by_sku, [] if unsure else rest)
    with transaction.atomic():
        if unsure:
            _halve(file, facet, [rows[sku] for sku in rest if sku in rows])
        file.save(update_fields=["status", "errors", "error_count", "error_url", "finished_at"])
        FileContent.objects.filter(file=file).update(said=outcome.said)
    if failed:
        _notify(file)
    return report


def read_errors(content: Mapping[str, Any], outcome: Outcome) -> FileErrors:
    """Read errors from the full report, or from the excerpt where there is none."""
    known_errors, ours = FileErrors(), Spellings((sku, sku) for sku in content)
    source = outcome.report if outcome.report is not None else list(outcome.state.error_excerpt)
    if isinstance(source, Mapping):
        for key, texts in source.items():
            lines = [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]
            _add(known_errors, ours, str(key), lines)
    elif isinstance(source, list):
        for line in source:
            _add_line(known_errors, ours, str(line))
    elif source is not None:
        return read_errors(content, Outcome(outcome.state))
    return known_errors


def rows_of(file: UploadFile) -> dict[str, FacetDelivery]:
    """Return the facets that a file carries, by SKU, each with the number it had when it was built."""
    return {row.listing.sku: row for row in _carried([file])}


def _carried(files: Sequence[UploadFile]) -> list[FacetDelivery]:
    """Return the facets that files carry, each with the number it had when its file was built."""
    items = UploadFileItem.objects.filter(file__in=files)
    built: dict[tuple[int | None, int | None], tuple[int, str]] = {
        (file, listing): (number, sku)
        for file, listing, number, sku in items.values_list("file_id", "listing_id", "number", "sku")
    }
    found = ListingFacet.objects.filter(file__in=files).order_by()
    account = files[0].account
    listings = deliveries.targets(set(found.values_list("listing_id", flat=True)), account)
    rows = deliveries.read(found, account, listings)
    # What is one listing's is answered together.
    rows.sort(key=lambda row: (row.listing_id, row.pk))
    carried: list[FacetDelivery] = []
    strange: list[FacetDelivery] = []
    for row in rows:
        row.number, sku = built.get((row.file_id, row.listing_id), (row.number, ""))
        (carried if sku == row.listing.sku else strange).append(row)
    if strange:
        _free(strange)
    return carried


def _free(rows: Sequence[FacetDelivery]) -> None:
    """Let facets go again whose listing has another SKU by now: what Jet says of the former one is not about them."""
    for row in rows:
        token = holder(row.file_id or 0)
        claims.release(AnsweredInFiles(), [row.pk], token=token, file=None, answer=Answer.NONE)


def accept(files: Sequence[UploadFile]) -> Report:
    """
    Settle files that Jet took whole, with all their products; in the transaction that settles the files.
    """
    texts = FileContent.texts([file.pk for file in files])
    held = {pk: dict(parts(text)) for pk, text in texts.items()}
    now = timezone.now()
    answered = [
        Settlement(row, Answer.ACCEPTED, held[row.file_id or 0][row.listing.sku], sent_at=now)
        for row in _carried(files)
    ]
    store(answered, at_once=ACCEPTED_AT_ONCE)
    with transaction.atomic():
        waiting = UploadFileItem.objects.filter(file__in=files).exclude(verdict=Verdict.REFUSED)
        waiting.update(verdict=Verdict.ACCEPTED)
        UploadFile.objects.filter(pk__in=[file.pk for file in files]).update(
            status=UploadFile.Status.PROCESSED, finished_at=timezone.now()
        )
    return _report(answered)


def give_up(file: UploadFile, reasons: list[str]) -> None:
    """Refuse all products of a file that Jet refused or lost as a whole too often."""
    now, content = timezone.now(), file.content
    store(
        [
            Settlement(row, Answer.REJECTED, content.get(sku, {}), errors=reasons, sent_at=now)
            for sku, row in rows_of(file).items()
        ]
    )
    file.items.update(verdict=Verdict.REFUSED, errors=reasons)
    UploadFile.objects.filter(pk=file.pk).update(
        status=UploadFile.Status.ERRORS,
        restarts=file.restarts + 1,
        error_count=len(reasons),
        finished_at=now,
    )


def _add(known_errors: FileErrors, ours: Spellings[str], key: str, lines: Sequence[str]) -> None:
    sku = ours.get(key) or ours.get(unquote(key))
    if sku is not None:
        known_errors.by_sku[sku] += lines
    else:  # two that differ in case alone differ by the file's halves
        known_errors.vague += lines


def _add_line(known_errors: FileErrors, ours: Spellings[str], line: str) -> None:
    """Read `SKU: text`; a SKU may hold a colon, so the longest one that fits counts."""
    parts = line.split(": ")
    for cut in range(len(parts) - 1, 0, -1):
        sku = ours.get(": ".join(parts[:cut]))
        if sku is not None:
            known_errors.by_sku[sku].append(": ".join(parts[cut:]))
            return
    known_errors.vague.append(line)


def _settle(
    file: UploadFile,
    rows: Mapping[str, FacetDelivery],
    refused: Mapping[str, list[str]],
    taken: Sequence[str],
) -> Report:
    """Store the answers that are known, some at a time."""
    now = timezone.now()
    answered = [
        Settlement(rows[sku], Answer.REJECTED, file.content[sku], errors=errors, sent_at=now)
        for sku, errors in refused.items()
        if sku in rows
    ]
    answered += [
        Settlement(rows[sku], Answer.ACCEPTED, file.content[sku], sent_at=now) for sku in taken if sku in rows
    ]
    for sku, errors in refused.items():
        file.items.filter(sku=sku).update(verdict=Verdict.REFUSED, errors=errors)
    for start in range(0, len(taken), CHUNK):
        file.items.filter(sku__in=taken[start : start + CHUNK]).update(verdict=Verdict.ACCEPTED)
    store(answered)
    return _report(answered)


def store(answered: Sequence[Settlement[FacetDelivery]], *, at_once: int = CHUNK) -> None:
    """Settle what files hold, in one short transaction after another."""
    for start in range(0, len(answered), at_once):
        chunk = answered[start : start + at_once]
        tokens = {each.row.pk: holder(each.row.file_id or 0) for each in chunk}
        settlements.settle_many(AnsweredInFiles(), chunk, token=tokens)


def _halve(file: UploadFile, facet: Facet, rows: Sequence[FacetDelivery]) -> None:
    """Send both halves again under this file; one bad SKU is found in as many rounds as the size has doublings."""
    file.items.filter(listing_id__in=[row.listing_id for row in rows]).update(verdict=Verdict.CHECKING)
    middle = (len(rows) + 1) // 2
    for half in (rows[:middle], rows[middle:]):
        if half:
            bodies = {row.pk: file.content[row.listing.sku] for row in half}
            draft = upload_files.Draft(facet, half, bodies, file.after_id, parent=file)
            upload_files.write_files([draft], token=holder(file.pk))
    nudge("catalog.poll_files")


def _report(found: Sequence[Settlement[FacetDelivery]]) -> Report:
    report, box = Report(), AnsweredInFiles()
    for each in found:
        if each.answer == Answer.ACCEPTED:
            report.done += 1
        else:
            report.fail(box.reference(each.row), box.reason(each))
    return report


def _lines(known_errors: FileErrors) -> list[str]:
    return [
        *known_errors.vague,
        *(f"{sku}: {text}" for sku, texts in known_errors.by_sku.items() for text in texts),
    ]


def _notify(file: UploadFile) -> None:
    """Say it once for a file and all its halves."""
    top = file
    while top.parent is not None:
        top = top.parent
    run = MassAction.objects.filter(pk=top.run_id).first() if top.run_id else None
    notify(
        "rejected_file",
        key=str(top.pk),
        title=f"Jet refused products in {top.name}",
        text=f"{counted(file.error_count, 'error')}{f' in {lifecycle.label_of(run)} #{run.pk}' if run else ''}. "
        "Open the file to see which products, fix them and resubmit.",
        about=top,
        severity="warning",
    )
