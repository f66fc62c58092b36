"""Takes bulk files to Jet and follows them: address, upload, announcement, verdict, each a delivery of its own."""

import gzip
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.jet import files as at_jet
from catalog.listings.jet.files import FileDocument
from catalog.listings.models import FileContent, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.services import file_results
from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.send_failures import Rejected
from jetbridge.jobs.queue import nudge_later
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import boxes, drains, queue
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import NotPayload, Settled, Settlement, Undecided, Unneeded

Status = UploadFile.Status
CONNECTIONS = 8
# Products whose bodies are held in memory at once, and settled in one transaction.
HELD, SETTLED = 3000, 1000
FIRST_POLL = timedelta(seconds=15)
SLOWEST_POLL = timedelta(minutes=10)
# A signed address is not used in its last minutes: the upload would outlive it.
MARGIN = timedelta(minutes=3)
# Jet may lose a file or end an address early; a file refused this often is given up, with the reason on it.
RESTARTS = 4

Heartbeat = Callable[[], None]
Settlements = Sequence[Settlement[UploadFile]]


def advance_files(
    *, client: Client, account: JetAccount, at_once: bool = False, heartbeat: Heartbeat = lambda: None
) -> Report:
    """
    Bring every open file one or more steps further; each step takes up what an earlier run left undone.

    at_once asks after every file now, whenever it is due.

    :raises JetKeysRefused: Jet does not take our keys; the files stay as they are
    """
    report = Report()
    if at_once:
        open_files(account).update(next_try_at=timezone.now())
    for step in STEPS:
        box = step(client, account)
        drained = drains.drain(box, heartbeat=heartbeat, connections=CONNECTIONS)
        # Of the steps, only one is what people call done; of verdicts, the products count.
        drained.done = drained.done if step is Announcements else 0
        report.add(drained)
        report.add(box.outcomes)
        if drained.halt is not None:
            break
    poll_again(account)
    return report


def poll_again(account: JetAccount) -> None:
    """Nudge the polling for the moment at which the next open file is due that waits for nothing else."""
    due = _ready(open_files(account)).order_by("next_try_at").values_list("next_try_at", flat=True).first()
    if due is not None:
        wait = (due - timezone.now()).total_seconds()
        nudge_later("catalog.poll_files", seconds=max(int(wait) + 1, 2))


def open_files(account: JetAccount) -> QuerySet[UploadFile]:
    """Return the files that Jet has not processed yet."""
    return UploadFile.objects.filter(status__in=UploadFile.OPEN, account=account)


class Files(Outbox[UploadFile]):
    """
    Upload files of one account in one step of their way; a step that ends makes the next one due.

    A file that Jet refuses begins anew with a fresh address, a few times. Only the announcement happens once: the
    other steps may be done again, and what a step may have done is no news to the next.
    """

    model, permission, title = UploadFile, "catalog.view_uploadfile", "The file"
    job = "catalog.poll_files"
    things = ("upload file", "upload files")
    # Longer than an upload may take.
    lease, longest_send = timedelta(seconds=180), timedelta(seconds=120)
    first_pause, longest_pause = FIRST_POLL, SLOWEST_POLL
    chunk, batch = 32, CONNECTIONS
    order_by = ("pk",)
    statuses: ClassVar[Sequence[str]]

    def __init__(self, client: Client | None = None, account: JetAccount | None = None) -> None:
        self._jet, self._account = client, account
        # What became of the products of processed files.
        self.outcomes = Report()

    @property
    def client(self) -> Client:
        """Jet, in a drain."""
        assert self._jet is not None, "made without arguments it can only be asked what is due"
        return self._jet

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those that are in this step and wait for no other file."""
        account = self._account or configuration.active_account()
        return _ready(rows.filter(status__in=self.statuses, account=account))

    def of_job(self, job: str) -> "QuerySet[Any] | None":
        """Return all files that are under way or were refused, in whichever step."""
        mine = UploadFile.objects.filter(account=self._account or configuration.active_account())
        return mine.filter(status__in=(*UploadFile.OPEN, Status.ERRORS)) if job == self.job else None

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those that nobody resubmitted or cleared away."""
        return rows.filter(status=Status.ERRORS, parent=None, cleared_at=None)

    def load(self, rows: "QuerySet[Any]") -> list[UploadFile]:
        """Read files with their mass action; read along, the account would be decrypted with each row."""
        found = list(rows.select_related("run"))
        for file in found:
            file.account = self._account or file.account
        return found

    def build(self, rows: Sequence[UploadFile]) -> Mapping[Any, Any | NotPayload | None]:
        """Send them all; what is needed stands in their rows."""
        return {row.pk: row.name for row in rows}

    def look_up(self, row: UploadFile, payload: Any) -> Any | None:
        """Do it again: that does no harm."""
        return None

    def send(self, row: UploadFile, payload: Any) -> Any:
        """Take one step; what it brings stands in the answer, by the names of columns."""
        with send_failures(), tied_to(row.run.request_id if row.run else ""):
            return self.step(row, payload)

    def step(self, row: UploadFile, payload: Any) -> Any:
        """Speak to Jet of one file. Runs in a thread."""
        raise NotImplementedError

    def columns(self, settlements: Settlements) -> Mapping[str, Sequence[Any]]:
        """Write down what a step brought."""
        if settlements[0].answer != Answer.SENT:
            return {}
        return {name: [each.value[name] for each in settlements] for name in settlements[0].value}

    def apply(self, settled: Settled[UploadFile], now: datetime) -> None:
        """Begin anew with what Jet refused, or give it up."""
        for each in settled.rejected:
            restarts, reasons = each.row.restarts + 1, list(each.errors)
            if restarts >= RESTARTS:
                file_results.give_up(each.row, reasons)
                continue
            queue.queue(self, [each.row], at=next_poll(each.row.restarts))
            UploadFile.objects.filter(pk=each.row.pk).update(
                status=Status.BUILT, url="", jet_file_id="", url_expires_at=None, announced_at=None,
                polls=0, restarts=restarts, errors=reasons,
            )  # fmt: skip

    def reference(self, row: UploadFile) -> str:
        """Return its name."""
        return row.name


@boxes.register
class Addresses(Files):
    """An address for each built file that has none, or one that is about to end."""

    name, statuses = "catalog.file_addresses", (Status.BUILT,)

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those without an address that can be used."""
        return super().select(rows).filter(Q(url="") | Q(url_expires_at__lt=timezone.now() + MARGIN))

    def step(self, row: UploadFile, payload: Any) -> Undecided:
        """Ask for an address."""
        place, now = at_jet.place(self.client), timezone.now()
        found = {"url": place.url, "jet_file_id": place.jet_file_id, "url_expires_at": now + place.lasts}
        return Undecided(now, found)


@boxes.register
class Contents(Files):
    """The content of each file, put where Jet requires it."""

    name, statuses = "catalog.file_contents", (Status.BUILT,)

    def __init__(self, client: Client | None = None, account: JetAccount | None = None) -> None:
        super().__init__(client, account)
        self.chunk = min(_files_of(HELD), self.chunk)

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those with an address that outlives an upload."""
        usable = Q(url_expires_at__gte=timezone.now() + MARGIN) & ~Q(url="")
        return super().select(rows).filter(usable)

    def build(self, rows: Sequence[UploadFile]) -> Mapping[Any, Any | NotPayload | None]:
        """Read contents; a file of which Jet refused every SKU is over."""
        kept = _pruned(rows)
        texts = FileContent.texts([file.pk for file in kept])
        return {row.pk: texts.get(row.pk, Unneeded("Jet refused all SKUs of this file.")) for row in rows}

    def step(self, row: UploadFile, payload: str) -> Undecided:
        """Put it there; blob storage answers 403 to an address that has ended, which says nothing about our keys."""
        try:
            at_jet.put(self.client, row.url, packed(payload))
        except JetKeysRefused as error:
            raise Rejected(*(error.messages or [str(error)])) from error
        return Undecided(timezone.now(), {"status": Status.UPLOADED})


@boxes.register
class Announcements(Files):
    """What notifies Jet that a file is there. In doubt, Jet's own word decides whether it knows."""

    name, statuses = "catalog.file_announcements", (Status.UPLOADED,)
    # Jet is asked before and after; each call takes a minute at most.
    lease, longest_send = timedelta(minutes=10), timedelta(minutes=9)

    def step(self, row: UploadFile, payload: Any) -> Undecided:
        """Have Jet begin, once."""
        return _announced(row, self._announce(row, in_doubt=False))

    def look_up(self, row: UploadFile, payload: Any) -> Undecided | None:
        """Look for the file at Jet first, then announce it where Jet does not have it."""
        with send_failures(), tied_to(row.run.request_id if row.run else ""):
            return _announced(row, self._announce(row, in_doubt=True))

    def _announce(self, row: UploadFile, *, in_doubt: bool) -> FileDocument:
        return at_jet.announce(
            self.client,
            url=row.url,
            jet_file_id=row.jet_file_id,
            kind=row.kind,
            name=row.name,
            in_doubt=in_doubt,
        )


def _announced(row: UploadFile, state: FileDocument) -> Undecided:
    now = timezone.now()
    found = {"status": Status.ACKNOWLEDGED, "jet_file_id": state.jet_file_id or row.jet_file_id}
    return Undecided(now + FIRST_POLL, {**found, "announced_at": now, "polls": 0})


@boxes.register
class Verdicts(Files):
    """What Jet says to the files that are due; one that it is done with gives its products their verdicts."""

    name, statuses = "catalog.file_verdicts", (Status.ACKNOWLEDGED, Status.PROCESSING)

    def __init__(self, client: Client | None = None, account: JetAccount | None = None) -> None:
        super().__init__(client, account)
        self.batch = _files_of(SETTLED)

    def step(self, row: UploadFile, payload: Any) -> Any:
        """Ask how far Jet is."""
        state = at_jet.get(self.client, row.jet_file_id)
        if state.is_final:
            return file_results.Outcome(state, file_results.fetch_errors(self.client, state))
        begun = state.status.lower() == Status.PROCESSING.lower()
        status = Status.PROCESSING if begun else Status.ACKNOWLEDGED
        return Undecided(next_poll(row.polls + 1), {"status": status, "polls": row.polls + 1})

    def apply(self, settled: Settled[UploadFile], now: datetime) -> None:
        """Give products their verdicts along with their file's."""
        super().apply(settled, now)
        clean = [each.row for each in settled.accepted if each.value.is_clean]
        if clean:
            self.outcomes.add(file_results.accept(clean))
        for each in settled.accepted:
            if not each.value.is_clean:
                self.outcomes.add(file_results.apply_result(each.row, each.value))


STEPS = (Addresses, Contents, Announcements, Verdicts)


def _files_of(products: int) -> int:
    """Return how many files hold so many products, as files are built now; at least one."""
    config = configuration.current()
    return max(products // max(config.batch_size, config.cron_batch_size or 0, 1), 1)


def next_poll(polls: int) -> datetime:
    """Return when to ask again after so many polls: 15 seconds, doubling to 10 minutes."""
    wait: timedelta = min(FIRST_POLL * 2 ** min(polls, 10), SLOWEST_POLL)
    return timezone.now() + wait


def packed(text: str) -> bytes:
    """Return a file's content as it travels, gzipped; the same content gives the same bytes."""
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _ready(files: QuerySet[UploadFile]) -> QuerySet[UploadFile]:
    """
    Return those of open files that need not wait: a file that follows SKUs waits until Jet has processed them.

    Of a paused mass action no product is begun, and those that are begun are finished.
    """
    # Of a SKU file with errors some products may still be distinguished in halves.
    still_open = ListingFacet.objects.filter(
        facet__in=registry.that(lambda facet: facet.creates_sku),
        file__isnull=False,
        listing__in=_listings_of(OuterRef(OuterRef("pk"))),
    )
    taken = Q(after=None) | Q(after__status=Status.PROCESSED)
    answered = taken | (~Q(after__status__in=UploadFile.OPEN) & ~Exists(still_open))
    paused = Q(run__state=MassAction.State.PAUSED, status=Status.BUILT, after=None, parent=None)
    return files.filter(answered).exclude(paused)


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
    changes: dict[str, Any] = {"product_count": len(file.content)}
    if not file.content:
        changes |= {"status": Status.NA, "finished_at": timezone.now()}
        changes["errors"] = ["Jet refused all SKUs of this file."]
    UploadFile.objects.filter(pk=file.pk).update(**changes)
    file.product_count = len(file.content)
