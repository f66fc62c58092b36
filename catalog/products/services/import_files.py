"""Uploaded product files on their way: read into a preview, confirmed by a person, imported in the background."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User as Person
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone

from catalog.products.intake.importer import import_products
from catalog.products.intake.options import ImportOptions, chosen_readings
from catalog.products.intake.reports import ImportReport, UnreadableFile
from catalog.products.models import ImportFile
from jetbridge.core import history, outages, retention
from jetbridge.core.actors import current_actor
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from jetbridge.jobs.queue import nudge

JOB = "catalog.import_file"
# More reasons than this make the row heavy; every bad row stands in the file of bad rows.
KEPT_ERRORS = 200

State = ImportFile.State
Heartbeat = Callable[[], None]


class NotNow(Exception):
    """The file is not in a state in which that can be done; the message says which it is in."""


class Withdrawn(Exception):
    """Somebody discarded the file while it was being read."""


def start(
    *,
    upload: "UploadedFile[bytes]",
    separator: str = ",",
    options: Mapping[str, Any] | None = None,
    by: Person | None = None,
) -> ImportFile:
    """Keep an uploaded file and have it read; nothing of it is stored before `accept`."""
    row = ImportFile.objects.create(
        name=(upload.name or "products.csv")[:255],
        file=upload,
        size=upload.size or 0,
        separator=separator,
        options=dict(options or {}),
        uploaded_by=by,
    )
    nudge(JOB)
    return row


def accept(*, file: ImportFile) -> None:
    """
    Have a previewed file imported.

    :raises NotNow: it was not previewed, or is under way already
    """
    _move(file, State.PREVIEWED, State.CONFIRMED, progress=0, rows=0, message="")
    nudge(JOB)


def read_again(*, file: ImportFile, options: Mapping[str, Any]) -> None:
    """
    Have a previewed file read anew, with other choices where it leaves something open.

    :raises NotNow: it was not previewed, or is under way already
    """
    _move(file, State.PREVIEWED, State.UPLOADED, options=dict(options), progress=0, rows=0, message="")
    nudge(JOB)


def discard(*, file: ImportFile) -> None:
    """
    Give up a file that is not imported yet, and delete what was uploaded.

    :raises NotNow: it is being imported or done with
    """
    withdraw(file=file)
    file.file.delete(save=False)


def withdraw(*, file: ImportFile) -> None:
    """
    Give up a file that is not imported yet; what was uploaded stays on disk.

    :raises NotNow: it is being imported or done with
    """
    try:
        _move(file, State.PREVIEWED, State.DISCARDED, finished_at=timezone.now())
    except NotNow:
        _move(file, State.UPLOADED, State.DISCARDED, finished_at=timezone.now())


def delete_old_files(*, now: datetime, days: int, heartbeat: Heartbeat) -> int:
    """
    Delete files that ended more than so many days ago, with what was uploaded; return how many.

    Those with bad rows stay three times as long, and so does a preview that nobody confirmed.
    """
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * retention.FAILURES_LAST)
    fine = Q(state=State.DISCARDED) | Q(state=State.DONE, failed=0)
    unconfirmed = Q(state=State.PREVIEWED, created_at__lt=very_old)
    gone = Q(finished_at__lt=very_old) | fine & Q(finished_at__lt=old) | unconfirmed
    deleted = 0
    for file in ImportFile.objects.exclude(state__in=(State.UPLOADED, State.CONFIRMED)).filter(gone):
        # The row goes first: a file without a row is litter, a row without its file a broken page.
        file.delete()
        for stored in (file.file, file.bad_rows):
            if stored:
                stored.delete(save=False)
        deleted += 1
        heartbeat()
    return deleted


def _move(file: ImportFile, before: str, after: str, **values: Any) -> None:
    if ImportFile.objects.filter(pk=file.pk, state=before).update(state=after, **values) != 1:
        file.refresh_from_db()
        raise NotNow(f"{file.name} cannot be changed now: {file.get_state_display().lower()}.")
    file.state = after


def advance(*, heartbeat: Heartbeat | None = None) -> Report:
    """Read every uploaded file and import every confirmed one. After a worker's death the next run begins anew."""
    report = Report()
    waiting = ImportFile.objects.filter(state__in=(State.UPLOADED, State.CONFIRMED)).order_by("pk")
    for file in waiting:
        try:
            _advance_one(file, heartbeat)
            report.done += 1
        except Withdrawn:
            report.skip(file.name, "Discarded while it was being read.")
        except UnreadableFile as problem:
            report.fail(file.name, str(problem))
    return report


def _advance_one(file: ImportFile, heartbeat: Heartbeat | None) -> None:
    state, is_import = file.state, file.state == State.CONFIRMED
    bad_rows = Path(f"{file.file.path}.bad-rows.csv")
    options = ImportOptions(
        dry_run=not is_import,
        separator=file.separator,
        bad_rows=bad_rows,
        document=f"import {file.pk}",
        **chosen_readings(file.options),
    )
    try:
        found = import_products(
            path=Path(file.file.path), options=options, progress=_follow(file, state, heartbeat)
        )
    except UnreadableFile as problem:
        _give_up(file, state, f"{problem}{_what_remains(file)}")
        raise
    except Withdrawn:
        bad_rows.unlink(missing_ok=True)
        raise
    except Exception as error:
        if outages.outage_of(error):  # the file keeps its turn
            raise
        # Left in its state it would be tried, and fail, every minute.
        _give_up(file, state, f"The import stopped by a fault of the panel ({error!r}).{_what_remains(file)}")
        raise
    values = _outcome(file, found, bad_rows)
    _move(file, state, State.DONE if is_import else State.PREVIEWED, progress=100, **values)
    if is_import:
        _notify(file, found)


def _follow(file: ImportFile, state: str, heartbeat: Heartbeat | None) -> Callable[[ImportReport, int], None]:
    def follow(report: ImportReport, percent: int) -> None:
        running = ImportFile.objects.filter(pk=file.pk, state=state)
        values = {**report.counts(), "progress": min(percent, 99), "job_run_id": current_actor().job_run_id}
        if not running.update(**values):
            raise Withdrawn
        if heartbeat:
            heartbeat()

    return follow


def _give_up(file: ImportFile, state: str, message: str) -> None:
    ImportFile.objects.filter(pk=file.pk, state=state).update(
        state=State.FAILED, message=message, finished_at=timezone.now()
    )


def _what_remains(file: ImportFile) -> str:
    if file.state != State.CONFIRMED:
        return ""
    return " Rows that were read before are stored; importing the file again takes up the rest."


def _outcome(file: ImportFile, found: ImportReport, bad_rows: Path) -> dict[str, Any]:
    errors = [asdict(problem) for problem in found.sorted_errors()]
    has_bad_rows = bool(found.failed) and bad_rows.exists()
    return {
        **found.counts(),
        "errors": errors[:KEPT_ERRORS],
        "samples": found.samples,
        "notices": found.notices,
        "kind": found.kind,
        "losses": found.losses,
        "readings": [asdict(each) for each in found.readings],
        "bad_rows": f"{file.file.name}.bad-rows.csv" if has_bad_rows else "",
        "message": "",
        "finished_at": timezone.now(),
    }


def _notify(file: ImportFile, found: ImportReport) -> None:
    text = (
        f"{found.created:,} created, {found.updated:,} updated, {found.unchanged:,} unchanged, "
        f"{found.skipped:,} left out, {found.failed:,} failed."
    )
    history.record("imported products", file, message=text, after=found.counts())
    notifications.notify(
        "import",
        key=str(file.pk),
        title=f"{file.name} is imported",
        text=text,
        about=file,
        severity="warning" if found.failed else "info",
    )
