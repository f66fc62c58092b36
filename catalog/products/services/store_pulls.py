"""
Brings a linked store's catalogue here: a whole reading with its preview first, then what changed, then prices.

A whole reading is a row of the imports, with a cursor for each end of the list: after a worker's death the next run
goes on between the two. What changed is asked for by the store's own time, with an overlap.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.models import User as Person
from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.reports import ImportReport
from catalog.products.intake.store_products import StoreRun
from catalog.products.models import ImportFile, Product, ProductLink, StoreMark
from catalog.products.models.products import COMPOSITE
from catalog.products.services import import_files, store_links
from jetbridge.core import configuration, history, starters
from jetbridge.core.actors import current_actor
from jetbridge.core.models import Configuration, addresses
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import notifications
from jetbridge.jobs.queue import nudge, nudged_once
from jetbridge.store.documents import ProductPage, StoreProduct, StoreVocabulary
from jetbridge.store.ports import Store

JOB, RECONCILE = "catalog.pull_store_products", "catalog.reconcile_store"
# A reading that a command carries out itself.
BY_COMMAND = "pull_store"
# The store's `updated_at` may be of a moment at which a transaction began that ended later.
OVERLAP = timedelta(minutes=10)
# Prices that are read and stored at once.
PRICES = 500
# So often a worker may die, or be killed, within one reading.
MOST_STARTS = 10
PICTURES = "catalog/product"
State = ImportFile.State
WAITING = (State.UPLOADED, State.CONFIRMED)
Heartbeat = Callable[[], None]
WAITS = "The first reading of the store waits for somebody to confirm it, under Import products."
DISCARDED = "The first reading of the store was discarded. Start another under Import products."


def readings() -> QuerySet[ImportFile]:
    """Return the whole readings of the store, newest first."""
    return ImportFile.objects.filter(kind=FileKind.STORE)


def start(*, by: Person | None = None, confirmed: bool = False, job: str = JOB) -> ImportFile:
    """Have the whole store read: into a preview, or, confirmed, into the catalogue."""
    waiting = readings().filter(state__in=WAITING, options__job=job).first()
    if waiting is not None:
        return waiting
    host = addresses.named(store_links.mark().origin)
    row = ImportFile.objects.create(
        name=f"Store at {host}"[:255], kind=FileKind.STORE, options={"job": job},
        state=State.CONFIRMED if confirmed else State.UPLOADED, **starters.columns("uploaded_by", by),
    )  # fmt: skip
    if job != BY_COMMAND:
        nudge(job)
    return row


def advance(*, store: Store, heartbeat: Heartbeat = lambda: None) -> Report:
    """Go on with a whole reading that waits, or bring what changed since the last time."""
    known, report = store_links.mark(), Report()
    waiting = readings().filter(state__in=WAITING, options__job=JOB).order_by("pk").first()
    if waiting is None and known.pulled_to is None:
        waiting = _first(report)
    if waiting is not None:
        return report.add(read_whole(row=waiting, store=store, heartbeat=heartbeat))
    if known.pulled_to is not None:
        found = pull_changes(store=store, since=known.pulled_to, heartbeat=heartbeat)
        report.add(import_files.summed(found))
    return report


def _first(report: Report) -> ImportFile | None:
    newest = readings().filter(options__job=JOB).first()
    if newest is None or newest.state in (State.DONE, State.FAILED):
        return start()
    report.note = WAITS if newest.state == State.PREVIEWED else DISCARDED
    return None


def reconcile(*, store: Store, heartbeat: Heartbeat = lambda: None) -> Report:
    """Read the whole store again: what no date shows, deletions, categories and families among it."""
    if store_links.mark().pulled_to is None:
        return Report(note=WAITS)
    return read_whole(row=start(confirmed=True, job=RECONCILE), store=store, heartbeat=heartbeat)


def pull_changes(*, store: Store, since: datetime, heartbeat: Heartbeat = lambda: None) -> ImportReport:
    """
    Bring the products that changed since a moment of the store's own time.

    Those that were read without a list at which the store failed are brought again once that can be read.
    """
    store.look()
    now, known = store.time, store_links.mark()
    words = store.vocabulary() if known.partly_since else None
    if words and known.partly_since and not words.unread:
        since = min(since, known.partly_since)
    unread = store_links.Unread()
    changed = unread.noted(store.product_pages(changed_since=since - OVERLAP))
    pages = chain(changed, unread.again(store, known.unread))
    run = _taken(store, pages, words=words, heartbeat=heartbeat)
    unread.keep()
    store_links.keep_partly(
        since, is_partial=run is not None and run.is_partial, is_whole=bool(words and not words.unread)
    )
    if now is not None:
        StoreMark.objects.filter(pk=1).update(pulled_to=now)
    return _report_of(run)


def pull(
    *, store: Store, skus: Sequence[str], full: bool, dry_run: bool, heartbeat: Heartbeat = lambda: None
) -> ImportReport:
    """Bring the products of some SKUs, all of them, or what changed; a store that was never read is read whole."""
    known = store_links.mark()
    if skus:
        some = ProductPage(tuple(store.find_products(skus=skus)), 0, None, len(skus))
        return take(store=store, pages=[some], dry_run=dry_run, heartbeat=heartbeat)
    if known.pulled_to is not None and not full:
        if dry_run:
            pages = store.product_pages(changed_since=known.pulled_to - OVERLAP)
            return take(store=store, pages=pages, dry_run=True, heartbeat=heartbeat)
        return pull_changes(store=store, since=known.pulled_to, heartbeat=heartbeat)
    if dry_run:
        return take(store=store, pages=store.product_pages(), dry_run=True, heartbeat=heartbeat)
    row = start(confirmed=True, job=BY_COMMAND)
    return _whole(row, store, heartbeat)


def take(
    *,
    store: Store,
    pages: Iterable[ProductPage],
    dry_run: bool = False,
    heartbeat: Heartbeat = lambda: None,
) -> ImportReport:
    """Take pages of products; the store's words are asked for only where there are any."""
    return _report_of(_taken(store, pages, dry_run=dry_run, heartbeat=heartbeat))


def _taken(
    store: Store,
    pages: Iterable[ProductPage],
    *,
    words: StoreVocabulary | None = None,
    dry_run: bool = False,
    heartbeat: Heartbeat,
) -> StoreRun | None:
    run = _run(words, dry_run=dry_run) if words and words.unread else None
    numbers: list[int] = []
    with nudged_once():
        for page in pages:
            run = run or _run(words or store.vocabulary(), dry_run=dry_run)
            _take(run, page, dry_run=dry_run)
            numbers += [each.number for each in page.products if isinstance(each, StoreProduct)]
            heartbeat()
        if run is not None:
            run.name_unread_lists()
            if not dry_run:
                _finish(run, only=numbers)
    return run


def _report_of(run: StoreRun | None) -> ImportReport:
    return run.report if run else ImportReport(kind=FileKind.STORE)


def bring_prices(*, store: Store, heartbeat: Heartbeat = lambda: None) -> Report:
    """Bring the prices of all products of the store that have one of their own."""
    linked = ProductLink.objects.exclude(product__kind__in=COMPOSITE).filter(product__enabled=True)
    run, last = StoreRun(StoreVocabulary({}, {}, {}), ImportOptions()), 0
    with nudged_once():
        while chunk := list(
            linked.filter(product_id__gt=last)
            .order_by("product_id")
            .values_list("product_id", "product__sku")[:PRICES]
        ):
            last = chunk[-1][0]
            run.take_prices(list(store.prices([sku for _, sku in chunk])))
            heartbeat()
    return import_files.summed(run.report)


def read_whole(*, row: ImportFile, store: Store, heartbeat: Heartbeat = lambda: None) -> Report:
    """Take one whole reading from where it stands to its end, page by page."""
    if row.starts >= MOST_STARTS:
        return _give_up(row, import_files.ENDS_WORKERS)
    ImportFile.objects.filter(pk=row.pk).update(starts=F("starts") + 1)
    try:
        starters.ask(row, "uploaded_by", import_files.PERMISSION)
        return import_files.summed(_whole(row, store, heartbeat))
    except starters.RightLost as lost:
        return _give_up(row, str(lost))
    except import_files.Withdrawn:
        report = Report()
        report.skip(row.name, "Discarded while it was being read.")
        return report


def _whole(row: ImportFile, store: Store, heartbeat: Heartbeat) -> ImportReport:
    with nudged_once():
        reading = _Reading(row, store)
        for page in reading.pages():
            reading.take(page)
            heartbeat()
        return reading.finish()


class _Reading:
    """A whole reading under way: its row holds how far both ends came, and what was counted."""

    def __init__(self, row: ImportFile, store: Store) -> None:
        self.row, self._store, self._state = row, store, row.state
        self._is_import = row.state == State.CONFIRMED
        self._began(store)
        words = store.vocabulary()
        self._words = words
        if self._is_import:
            store_links.follow_categories(words, whole=True)
            _keep_media_address(words.media_url)
        options = ImportOptions(dry_run=not self._is_import, document=f"import {row.pk}")
        self._run = StoreRun(words, options, view=_view(), reading=row.options["reading"])
        self._run.report = import_files.report_of(row)
        self._before = row.rows
        self._unread = store_links.Unread(row.options.get("unread", ()))
        self._is_partial = bool(row.options.get("partly"))

    def _began(self, store: Store) -> None:
        """Remember the store's time and the reading's number from before its first page, for all runs of it."""
        if self.row.options.get("state") == self._state:
            return
        store.look()
        began = store.time or timezone.now()
        known = store_links.mark()
        if self._is_import:
            known.reading += 1
            known.save(update_fields=["reading"])
        kept = {name: self.row.options[name] for name in ("job",) if name in self.row.options}
        self.row.options = {
            **kept, "state": self._state, "began": began.isoformat(), "reading": known.reading,
            "low": 0, "high": None,
        }  # fmt: skip
        for name, value in import_files.counts(ImportReport(kind=FileKind.STORE)).items():
            setattr(self.row, name, value)
        self.row.save()

    def pages(self) -> Iterator[ProductPage]:
        options = self.row.options
        return self._store.product_pages(above=options["low"], below=options["high"])

    def take(self, page: ProductPage) -> None:
        starters.ask(self.row, "uploaded_by", import_files.PERMISSION)
        _take(self._run, page, dry_run=not self._is_import)
        self._unread.note(page)
        self._is_partial |= self._run.is_partial
        self.row.options |= {
            "low": page.low, "high": page.high, "unread": self._unread.numbers, "partly": self._is_partial,
        }  # fmt: skip
        report = self._run.report
        whole = self._before + page.total
        self._keep(progress=min(100 * report.rows // whole, 99) if whole > 0 else 0)

    def _keep(self, **values: Any) -> None:
        values |= {"options": self.row.options, **import_files.counts(self._run.report)}
        running = ImportFile.objects.filter(pk=self.row.pk, state=self._state)
        if not running.update(job_run_id=current_actor().job_run_id, **values):
            raise import_files.Withdrawn

    def finish(self) -> ImportReport:
        report = self._run.report
        self._run.name_unread_lists()
        if self._is_import:
            _finish(self._run)
            store_links.number_categories(self._words.categories)
            gone = self._take_out()
            StoreMark.objects.filter(pk=1, pulled_to=None).update(pulled_to=self.row.options["began"])
            self._unread.keep()
            store_links.keep_partly(store_links.EVER, is_partial=self._is_partial, is_whole=True)
            if gone:
                report.notices.append(
                    f"{counted(len(gone), 'product')} the store has no more: {', '.join(gone[:20])}."
                )
        else:
            self._note_strangers()
        self._keep(
            progress=100, state=State.DONE if self._is_import else State.PREVIEWED, starts=0,
            finished_at=timezone.now(), notices=report.notices,
        )  # fmt: skip
        self._report()
        return report

    def _take_out(self) -> list[str]:
        """Take out what this reading did not meet and the store, asked once more, does not know."""
        missing = store_links.unmet(self.row.options["reading"])
        if not missing:
            return []
        there = {each.number for each in self._store.find_products(numbers=missing)}
        gone = [number for number in missing if number not in there]
        if len(gone) > MOST_GONE and 2 * len(gone) > ProductLink.objects.count():
            self._run.report.notices.append(TOO_MANY_GONE.format(len(gone)))
            return []
        return list(store_links.remove(gone))

    def _note_strangers(self) -> None:
        report = self._run.report
        here = Product.objects.filter(is_demo=False).count()
        others = here - report.updated - report.unchanged
        if others > 0:
            report.notices.append(
                f"{counted(others, 'product')} of the panel the store does not have; they stay as they are."
            )

    def _report(self) -> None:
        if self.row.options.get("job") == RECONCILE:
            return
        report = self._run.report
        text = (
            f"{report.created:,} created, {report.updated:,} updated, {report.unchanged:,} unchanged, "
            f"{report.failed:,} failed."
        )
        self.row.refresh_from_db()
        title = f"{self.row.name}: look at what would change"
        if self._is_import:
            title = self.row.news
            history.record("imported products", self.row, message=text, after=report.counts())
        notifications.notify(
            "import", key=str(self.row.pk), title=title, text=text, about=self.row,
            severity="warning" if report.failed else "info",
        )  # fmt: skip


# A store that lost more than half of its products is more likely another store, or an empty one.
MOST_GONE = 10
TOO_MANY_GONE = (
    "{:,} products, more than half, are no longer in the store. Nothing was taken out: look whether it is the same "
    "store, and delete in the panel what shall go."
)


def _take(run: StoreRun, page: ProductPage, *, dry_run: bool) -> None:
    if not dry_run:
        store_links.follow_skus(each for each in page.products if isinstance(each, StoreProduct))
    run.take(page.products)


def _run(words: StoreVocabulary, *, dry_run: bool) -> StoreRun:
    if not dry_run:
        store_links.follow_categories(words, whole=False)
    return StoreRun(words, ImportOptions(dry_run=dry_run, document="store"), view=_view())


def _finish(run: StoreRun, *, only: list[int] | None = None) -> None:
    run.link_families(only)
    run.save_attributes()


def _view() -> str:
    view = configuration.current().store_view
    return view.code if view else ""


def _keep_media_address(media_url: str) -> None:
    """Let pictures be fetched where the store has them, unless somebody said from where."""
    if not media_url:
        return
    url = f"{media_url.rstrip('/')}/{PICTURES}"
    if Configuration.objects.filter(pk=1, image_base_url="").update(image_base_url=url):
        history.record("image address set", configuration.current(), after={"image_base_url": url})


def _give_up(row: ImportFile, message: str) -> Report:
    ImportFile.objects.filter(pk=row.pk, state=row.state).update(
        state=State.FAILED, message=message, finished_at=timezone.now()
    )
    report = Report()
    report.fail(row.name, message)
    return report
