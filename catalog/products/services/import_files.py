"""Uploaded product files on their way: read into a preview, confirmed by a person, imported in the background."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User as Person
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.db.models import F, Q
from django.utils import timezone

from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.importer import steps
from catalog.products.intake.options import ImportOptions, chosen_readings
from catalog.products.intake.reports import LOSSES, ImportReport, RowProblem, UnreadableFile
from catalog.products.models import ImportFile
from jetbridge.core import history, outages, retention, starters
from jetbridge.core.actors import current_actor
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from jetbridge.jobs.leases import LeaseLost
from jetbridge.jobs.queue import nudge, nudged_once

JOB, PERMISSION = "catalog.import_file", "catalog.import_products"
# More reasons than this make the row heavy; every bad row stands in the file of bad rows.
KEPT_ERRORS = 200

# So many files are read by turns: each takes memory, and a few large ones must not keep all others out.
MOST_TURNS = 4
# So often a worker may die, or be killed, while it reads a file.
MOST_STARTS = 4
ENDS_WORKERS = (
    "The worker ended each time it read this file: it seems to be too large for this machine. Split it."
)

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
        **starters.columns("uploaded_by", by),
    )
    nudge(JOB)
    return row


def accept(*, file: ImportFile) -> None:
    """
    Have a previewed file imported; from then on it may do what whoever lets it go may.

    :raises NotNow: it was not previewed, or is under way already
    """
    _move(file, State.PREVIEWED, State.CONFIRMED, **_from_the_start())
    nudge(file.options.get("job", JOB))


def read_again(*, file: ImportFile, options: Mapping[str, Any]) -> None:
    """
    Have a previewed file read anew, with other choices where it leaves something open.

    :raises NotNow: it was not previewed, or is under way already
    """
    _move(file, State.PREVIEWED, State.UPLOADED, options=dict(options), **_from_the_start())
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


def _from_the_start() -> dict[str, Any]:
    return {"progress": 0, "rows": 0, "message": "", **starters.in_charge("uploaded_by")}


def _move(file: ImportFile, before: str, after: str, **values: Any) -> None:
    if ImportFile.objects.filter(pk=file.pk, state=before).update(state=after, **values) != 1:
        file.refresh_from_db()
        raise NotNow(f"{file.name} cannot be changed now: {file.get_state_display().lower()}.")
    file.state = after


def advance(*, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Read every uploaded file and import every confirmed one, in turns: a small one does not wait for a large one.

    After a worker's death the next run begins anew; a file under which it died again and again is given up.
    """
    turns = _Turns(heartbeat)
    with nudged_once():
        try:
            while turns.let_in():
                turns.go_round()
        finally:
            turns.leave()
    if turns.faults:
        raise turns.faults[0]
    return turns.report


class _Turns:
    """The files that are read now, each with a place of its own in it."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self.report, self.faults = Report(), list[Exception]()
        self._heartbeat = heartbeat
        self._files: dict[int, _Turn] = {}
        # Those in the middle of a step: one that looks through its whole file lets the others go on meanwhile.
        self._busy: set[int] = set()

    def let_in(self) -> bool:
        """Let files take part that wait; return whether any file is read."""
        waiting = ImportFile.objects.filter(state__in=(State.UPLOADED, State.CONFIRMED)).exclude(
            kind=FileKind.STORE
        )
        for file in waiting.exclude(pk__in=self._files).order_by("pk"):
            if len(self._files) >= MOST_TURNS:
                break
            if file.starts >= MOST_STARTS:
                self._give_up(file, file.state, ENDS_WORKERS)
            else:
                self._files[file.pk] = _Turn(file, self.go_round)
        return bool(self._files)

    def go_round(self) -> None:
        """Take each file one chunk further that is not in the middle of one."""
        for key in [key for key in self._files if key not in self._busy]:
            self._busy.add(key)
            try:
                if self._is_over(self._files[key]):
                    self._left([self._files.pop(key)])
            finally:
                self._busy.discard(key)

    def leave(self) -> None:
        """Close what is still read; whatever made us do so, the worker did not die of it."""
        with suppress(LeaseLost, DatabaseError):  # what made us do so is raised further
            self._left(self._files.values())

    def _left(self, turns: Collection["_Turn"]) -> None:
        for turn in turns:
            turn.steps.close()
        ImportFile.objects.filter(pk__in=[turn.file.pk for turn in turns]).update(starts=0)

    def _is_over(self, turn: "_Turn") -> bool:
        """Take a file one chunk further; return whether it is at its end, a good one or not."""
        file = turn.file
        try:
            starters.ask(file, "uploaded_by", PERMISSION)
            found, percent = next(turn.steps)
            _show(turn, found, percent)
            self._heartbeat()
            if percent < 100:
                return False
            _finish(turn, found)
            self.report.done += 1
        except Withdrawn:
            self.report.skip(file.name, "Discarded while it was being read.")
            turn.bad_rows.unlink(missing_ok=True)
        except (UnreadableFile, starters.RightLost) as problem:
            self._give_up(file, turn.state, str(problem))
        except Exception as error:
            if outages.outage_of(error) or isinstance(error, LeaseLost):  # the file keeps its turn
                raise
            # Left in its state it would be tried, and fail, every minute.
            self._give_up(file, turn.state, f"The import stopped by a fault of the panel ({error!r}).")
            self.faults.append(error)
        return True

    def _give_up(self, file: ImportFile, state: str, message: str) -> None:
        ImportFile.objects.filter(pk=file.pk, state=state).update(
            state=State.FAILED, message=f"{message}{_what_remains(file)}", finished_at=timezone.now()
        )
        self.report.fail(file.name, message)


class _Turn:
    """One file between its first chunk and its last."""

    def __init__(self, file: ImportFile, pause: Callable[[], None]) -> None:
        self.file, self.state = file, file.state
        self.is_import = file.state == State.CONFIRMED
        self.bad_rows = Path(f"{file.file.path}.bad-rows.csv")
        ImportFile.objects.filter(pk=file.pk).update(starts=F("starts") + 1)
        options = ImportOptions(
            dry_run=not self.is_import,
            separator=file.separator,
            bad_rows=self.bad_rows,
            document=f"import {file.pk}",
            **chosen_readings(file.options),
        )
        self.steps = steps(path=Path(file.file.path), options=options, pause=pause)


def _finish(turn: _Turn, found: ImportReport) -> None:
    values = _outcome(turn.file, found, turn.bad_rows)
    _move(turn.file, turn.state, State.DONE if turn.is_import else State.PREVIEWED, progress=100, **values)
    if turn.is_import:
        _notify(turn.file, found)


def _show(turn: _Turn, report: ImportReport, percent: int) -> None:
    running = ImportFile.objects.filter(pk=turn.file.pk, state=turn.state)
    values = {**report.counts(), "progress": min(percent, 99), "job_run_id": current_actor().job_run_id}
    if not running.update(**values):
        raise Withdrawn


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
    file.refresh_from_db()
    notifications.notify(
        "import",
        key=str(file.pk),
        title=file.news,
        text=text,
        about=file,
        severity="warning" if found.failed else "info",
    )


def report_of(row: ImportFile) -> ImportReport:
    """Return what a reading of the store had counted when it stopped."""
    names = ("rows", "created", "updated", "unchanged", "skipped", "failed")
    errors = [RowProblem(**each) for each in row.errors]
    return ImportReport(
        **{name: getattr(row, name) for name in names}, errors=errors, samples=dict(row.samples), kind=FileKind.STORE,
        losses={word: row.losses.get(word, 0) for word in LOSSES},
    )  # fmt: skip


def counts(report: ImportReport) -> dict[str, Any]:
    """Return what a row keeps of a report."""
    errors = [asdict(each) for each in report.errors[:KEPT_ERRORS]]
    return {**report.counts(), "errors": errors, "samples": report.samples, "losses": report.losses}


def summed(found: ImportReport) -> Report:
    """Return what a reading of the store is as the run of a job."""
    report = Report(done=found.created + found.updated)
    for each in found.errors:
        what = f"Product number {each.row}" if each.row else each.column
        report.fail(each.sku or what, each.message)
    return report
