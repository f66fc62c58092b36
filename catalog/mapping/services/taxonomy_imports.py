"""A taxonomy's way in: given, read, shown as a difference, accepted, stored; and back to the version before."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import User as Person
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from catalog.mapping.models import IMPORT_JOB, CategoryMapping, JetAttribute, JetCategory, TaxonomyImport
from catalog.mapping.selectors import stored_counts
from catalog.mapping.services.category_mappings import MappingReport, map_many
from catalog.mapping.services.taxonomy_snapshots import stored_taxonomy
from catalog.mapping.services.taxonomy_writes import store_taxonomy
from catalog.mapping.taxonomy import zip_files
from catalog.mapping.taxonomy.files import TaxonomyUnreadable, read_taxonomy
from catalog.mapping.taxonomy.taxonomy_rows import Taxonomy
from catalog.mapping.taxonomy.version_changes import changes_nothing, difference
from jetbridge.core import history, starters, store_days
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge

FETCH_JOB, PERMISSION = "catalog.fetch_taxonomy", "mapping.import_taxonomy"

State = TaxonomyImport.State
# Percent of an import's work that is behind it; writing the tables is the longest part and one transaction.
READ, COMPARED, KEPT = 25, 40, 55


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
    files = zip_files.as_files(uploads)
    if not files:
        raise TaxonomyUnreadable("There is no CSV file in what was uploaded.")
    return _begin(TaxonomyImport.Origin.FILES, ", ".join(sorted(uploads)), zip_files.pack(files), by)


def start_from_jet(*, by: Person | None = None) -> TaxonomyImport:
    """Have the taxonomy fetched from Jet's API in the background."""
    row = _begin(TaxonomyImport.Origin.API, "Jet's API", None, by)
    nudge(FETCH_JOB)
    return row


def start_restore(*, of: TaxonomyImport, by: Person | None = None, at_once: bool = False) -> TaxonomyImport:
    """
    Have the version that stood before an import stored again: at once, or shown and accepted like any other.

    What stands now is kept like before any import, so a restore can be restored from.

    :raises NotNow: no version before it was kept
    """
    content = version_before(of)
    source = f"The version before {store_days.text(of.at)}"
    state = State.ACCEPTED if at_once else State.READING
    return _begin(TaxonomyImport.Origin.FORMER, source, content, by, state)


def version_before(of: TaxonomyImport) -> bytes:
    """
    Return the kept zip of what stood before an import.

    :raises NotNow: nothing was kept, or its file cannot be read any more
    """
    if not of.former:
        raise NotNow("No taxonomy was stored before this import, so there is nothing to go back to.")
    try:
        with of.former.open("rb") as former:
            return bytes(former.read())
    except OSError as error:
        name = of.former.name
        raise NotNow(f"The kept file {name} cannot be read: put it back from a backup.") from error


def accept(*, taxonomy_import: TaxonomyImport, moves: Collection[int] = ()) -> None:
    """
    Have a previewed taxonomy stored in the background; the named store categories move to their successors then.

    :raises NotNow: it is not waiting to be accepted
    """
    chosen = {"moves": _successors(taxonomy_import, moves), **starters.in_charge("uploaded_by")}
    _move(taxonomy_import, State.PREVIEWED, State.ACCEPTED, **chosen)
    nudge(IMPORT_JOB)


def move_mappings(*, taxonomy_import: TaxonomyImport, moves: Collection[int]) -> MappingReport:
    """Move mappings that an import broke to the successors that it suggested; others are left alone."""
    return _move_mappings(taxonomy_import, _successors(taxonomy_import, moves))


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
        except (TaxonomyUnreadable, starters.RightLost) as problem:
            row.state, row.message, row.finished_at = State.FAILED, str(problem), timezone.now()
            row.save()
            report.fail(row.source, str(problem))
    return report


def _advance(row: TaxonomyImport) -> None:
    starters.ask(row, "uploaded_by", PERMISSION)
    with row.file.open("rb") as file:
        taxonomy = _read(zip_files.unpack(file.read()))
    _show(row, READ)
    if row.state == State.READING:
        _preview(row, taxonomy)
        row.state = State.PREVIEWED
        row.save()
    else:
        row.difference = difference(taxonomy)
        _take_bad_rows(row, taxonomy)
        _show(row, COMPARED)
        starters.ask(row, "uploaded_by", PERMISSION)
        _store(row, taxonomy)


def _show(row: TaxonomyImport, percent: int) -> None:
    """Let the page that follows the import see how far it is."""
    TaxonomyImport.objects.filter(pk=row.pk).update(progress=percent)
    row.progress = percent


def _begin(
    origin: str, source: str, content: bytes | None, by: Person | None, state: str = State.READING
) -> TaxonomyImport:
    row = TaxonomyImport(
        source=source[:200],
        at=timezone.now(),
        origin=origin,
        state=state,
        **starters.columns("uploaded_by", by),
    )
    if content is not None:
        row.file.save("taxonomy.zip", ContentFile(content), save=False)
    row.save()
    nudge(IMPORT_JOB)
    return row


def _move(row: TaxonomyImport, before: str, after: str, **columns: Any) -> None:
    waiting = TaxonomyImport.objects.filter(pk=row.pk, state=before)
    if not waiting.update(state=after, progress=0, **columns):
        row.refresh_from_db(fields=["state"])
        raise NotNow(f"This import is not waiting for you any more: {row.get_state_display().lower()}.")
    row.state = State(after)


def _successors(row: TaxonomyImport, chosen: Collection[int]) -> dict[str, int]:
    """Pair the chosen store categories with the successors that the difference names."""
    return {
        str(each["store_id"]): each["successor"]["jet_id"]
        for each in row.difference.get("broken", ())
        if each["successor"] and each.get("store_id") in chosen
    }


def _move_mappings(row: TaxonomyImport, moves: Mapping[str, int]) -> MappingReport:
    """Map to the successors, but only what still points to a retired category."""
    still = CategoryMapping.objects.filter(store_category__in=map(int, moves), jet_category__active=False)
    heirs = JetCategory.objects.filter(jet_id__in=moves.values(), active=True, parent__isnull=False)
    by_id = {each.jet_id: each for each in heirs}
    pairs = [
        (mapping.store_category, by_id[moves[str(mapping.store_category_id)]])
        for mapping in still.select_related("store_category")
        if moves[str(mapping.store_category_id)] in by_id
    ]
    return map_many(pairs=pairs)


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
        row.former.save("former.zip", ContentFile(zip_files.pack(former)), save=False)
    if row.pk:
        _show(row, KEPT)
    counts = store_taxonomy(taxonomy=taxonomy, demo=demo)
    for kind, count in counts.items():
        setattr(row, kind, count)
    row.state, row.progress, row.finished_at = State.DONE, 100, timezone.now()
    row.message = (
        "" if former or not before.get("categories") else "Nothing changed: this was stored already."
    )
    with transaction.atomic():
        moved = _move_mappings(row, row.moves).changed if row.moves else []
        if moved:
            row.message = f"{len(moved)} mapping{'s' * (len(moved) != 1)} moved to the successors you chose."
        row.save()
        history.record("taxonomy imported", row, message=row.message, before=before or None, after=counts)
