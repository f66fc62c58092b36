"""A taxonomy's way in: given, read, shown as a difference, accepted, stored; and back to the version before."""

from collections.abc import Mapping

from django.contrib.auth.models import User as Person
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from catalog.mapping.models import JetAttribute, JetCategory, TaxonomyImport
from catalog.mapping.selectors import stored_counts
from catalog.mapping.services.taxonomy_snapshot import stored_taxonomy
from catalog.mapping.services.taxonomy_storing import store_taxonomy
from catalog.mapping.taxonomy import archives
from catalog.mapping.taxonomy.reading import TaxonomyUnreadable, read_taxonomy
from catalog.mapping.taxonomy.rows import Taxonomy
from catalog.mapping.taxonomy_difference import changes_nothing, difference
from jetbridge.core import history
from jetbridge.core.queue import nudge
from jetbridge.core.reports import Report

JOB = "catalog.import_taxonomy"
FETCH_JOB = "catalog.fetch_taxonomy"

State = TaxonomyImport.State


class NotNow(Exception):
    """The import is not in the state that this step needs; the message says which it is in."""


def import_files(*, files: Mapping[str, bytes], source: str, demo: bool = False) -> TaxonomyImport:
    """
    Read and store a taxonomy at once, keeping the version before it.

    :raises TaxonomyUnreadable: none of the files is one of Jet's
    """
    taxonomy = _read(files)
    row = TaxonomyImport(source=source[:200], at=timezone.now())
    row.difference = {} if demo else difference(taxonomy)
    _take_bad_rows(row, taxonomy)
    _store(row, taxonomy, demo=demo)
    return row


def preview_files(*, files: Mapping[str, bytes], source: str) -> TaxonomyImport:
    """
    Read a taxonomy and say what it would change; nothing is written, the returned row is not saved.

    :raises TaxonomyUnreadable: none of the files is one of Jet's
    """
    row = TaxonomyImport(source=source[:200], at=timezone.now(), state=State.PREVIEWED)
    _preview(row, _read(files))
    return row


def start(*, uploads: Mapping[str, bytes], by: Person | None = None) -> TaxonomyImport:
    """
    Keep uploaded files (CSV files or a zip) and have them read in the background.

    :raises TaxonomyUnreadable: a zip cannot be read, or there is no CSV file
    """
    files = archives.as_files(uploads)
    if not files:
        raise TaxonomyUnreadable("There is no CSV file in what was uploaded.")
    return _begin(TaxonomyImport.Origin.FILES, ", ".join(sorted(uploads)), archives.pack(files), by)


def start_from_jet(*, by: Person | None = None) -> TaxonomyImport:
    """Have the taxonomy fetched from Jet's API in the background."""
    row = _begin(TaxonomyImport.Origin.API, "Jet's API", None, by)
    nudge(FETCH_JOB)
    return row


def start_restore(*, of: TaxonomyImport, by: Person | None = None) -> TaxonomyImport:
    """
    Have the version that stood before an import read again, to be shown and accepted like any other.

    :raises NotNow: no version before it was kept
    """
    if not of.former:
        raise NotNow("No taxonomy was stored before this import, so there is nothing to go back to.")
    source = f"The version before {of.at:%Y-%m-%d %H:%M}"
    with of.former.open("rb") as former:
        content = former.read()
    return _begin(TaxonomyImport.Origin.FORMER, source, content, by)


def accept(*, taxonomy_import: TaxonomyImport) -> None:
    """
    Have a previewed taxonomy stored in the background.

    :raises NotNow: it is not waiting to be accepted
    """
    _move(taxonomy_import, State.PREVIEWED, State.ACCEPTED)
    nudge(JOB)


def discard(*, taxonomy_import: TaxonomyImport) -> None:
    """
    Leave a previewed taxonomy as it is; nothing stored changes.

    :raises NotNow: it is not waiting to be accepted
    """
    _move(taxonomy_import, State.PREVIEWED, State.DISCARDED)


def advance() -> Report:
    """Read what was uploaded and store what was accepted; each import fails alone."""
    report = Report()
    for row in TaxonomyImport.objects.filter(state__in=[State.READING, State.ACCEPTED]).order_by("pk"):
        if not row.file:
            report.skip(row.source, "it is still being fetched from Jet")
            continue
        try:
            _advance(row)
            report.done += 1
        except TaxonomyUnreadable as problem:
            row.state, row.message, row.finished_at = State.FAILED, str(problem), timezone.now()
            row.save()
            report.fail(row.source, str(problem))
    return report


def _advance(row: TaxonomyImport) -> None:
    with row.file.open("rb") as file:
        taxonomy = _read(archives.unpack(file.read()))
    if row.state == State.READING:
        _preview(row, taxonomy)
        row.state = State.PREVIEWED
        row.save()
    else:
        row.difference = difference(taxonomy)
        _take_bad_rows(row, taxonomy)
        _store(row, taxonomy)


def _begin(origin: str, source: str, content: bytes | None, by: Person | None) -> TaxonomyImport:
    row = TaxonomyImport(
        source=source[:200], at=timezone.now(), origin=origin, state=State.READING, uploaded_by=by
    )
    if content is not None:
        row.file.save("taxonomy.zip", ContentFile(content), save=False)
    row.save()
    nudge(JOB)
    return row


def _move(row: TaxonomyImport, before: str, after: str) -> None:
    if not TaxonomyImport.objects.filter(pk=row.pk, state=before).update(state=after):
        row.refresh_from_db(fields=["state"])
        raise NotNow(f"This import is not waiting for you any more: {row.get_state_display().lower()}.")
    row.state = State(after)


def _read(files: Mapping[str, bytes]) -> Taxonomy:
    return read_taxonomy(
        files,
        known_categories=set(JetCategory.objects.filter(active=True).values_list("jet_id", flat=True)),
        known_attributes=set(JetAttribute.objects.filter(retired=False).values_list("jet_id", flat=True)),
    )


def _preview(row: TaxonomyImport, taxonomy: Taxonomy) -> None:
    row.difference = difference(taxonomy)
    _take_bad_rows(row, taxonomy)
    row.categories, row.attributes = len(taxonomy.categories), len(taxonomy.attributes)
    row.values, row.links = len(taxonomy.values), len(taxonomy.links)
    if changes_nothing(row.difference):
        row.message = "This is what is stored already; nothing would change."


def _take_bad_rows(row: TaxonomyImport, taxonomy: Taxonomy) -> None:
    row.errors = taxonomy.bad
    row.skipped = len(taxonomy.bad)


def _store(row: TaxonomyImport, taxonomy: Taxonomy, *, demo: bool = False) -> None:
    before = {} if demo else stored_counts()
    former = {} if demo or changes_nothing(row.difference) else stored_taxonomy()
    if former:
        row.former.save("former.zip", ContentFile(archives.pack(former)), save=False)
    counts = store_taxonomy(taxonomy=taxonomy, demo=demo)
    for kind, count in counts.items():
        setattr(row, kind, count)
    row.state, row.progress, row.finished_at = State.DONE, 100, timezone.now()
    row.message = (
        "" if former or not before.get("categories") else "Nothing changed: this was stored already."
    )
    with transaction.atomic():
        row.save()
        history.record("taxonomy imported", row, message=row.message, before=before or None, after=counts)
