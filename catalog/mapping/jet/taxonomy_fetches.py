"""Fetches the taxonomy from Jet's API into the same files that merchants upload, so that one path stores both."""

from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.mapping.jet.taxonomy_lines import Found, files_of
from catalog.mapping.models import IMPORT_JOB, TaxonomyImport
from catalog.mapping.taxonomy.zip_files import pack
from jetapi.resources.taxonomy import PAGE
from jetbridge.core import configuration
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetNotKnown, our_errors
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge

Heartbeat = Callable[[], None]
# The row's progress is written after so many nodes.
PROGRESS_EVERY = 100


class FetchFailed(Exception):
    """The taxonomy is not complete; storing it would retire what Jet still has."""


def fetch_waiting(*, client: Client, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Fetch for every import that waits for Jet's API, and hand it on to be read.

    :raises JetKeysRefused: Jet does not take our keys
    """
    report = Report()
    waiting = TaxonomyImport.objects.filter(
        state=TaxonomyImport.State.READING, origin=TaxonomyImport.Origin.API, file=""
    )
    for row in waiting.order_by("pk"):
        try:
            content = pack(fetch(client=client, row=row, heartbeat=heartbeat))
        except (JetFailure, FetchFailed) as problem:
            _fail(row, str(problem))
            if isinstance(problem, JetKeysRefused):
                raise
            report.fail(row.source, str(problem))
            continue
        row.progress = 0
        row.file.save("taxonomy.zip", ContentFile(content), save=True)
        report.done += 1
        nudge(IMPORT_JOB)
    return report


def fetch(*, client: Client, row: TaxonomyImport, heartbeat: Heartbeat) -> dict[str, bytes]:
    """
    Read every node and its attributes; the result has the form of Jet's CSV files.

    :raises FetchFailed: a node could not be read
    """
    taxonomy, ids = speaking(client).taxonomy, list(_node_ids(client))
    found: list[Found] = []

    def read(node_id: str) -> Found:
        with our_errors():
            node = taxonomy.node(node_id)
        try:
            with our_errors():
                return node, taxonomy.attributes(node_id)
        except JetNotKnown:  # so Jet says that a node has no attributes
            return node, []

    for outcome in send_many(read, ids, connections=configuration.current().concurrency):
        if isinstance(outcome.error, JetNotKnown):  # it vanished between the list and the question
            continue
        if outcome.error is not None:
            raise FetchFailed(
                f"Jet did not return category {outcome.item} ({outcome.error}). Nothing was changed."
            )
        if outcome.value is not None:
            found.append(outcome.value)
        if len(found) % PROGRESS_EVERY == 0:
            TaxonomyImport.objects.filter(pk=row.pk).update(progress=100 * len(found) // len(ids))
            heartbeat()
    if not found:
        raise FetchFailed("Jet's API returned no categories. Nothing was changed.")
    return files_of(found)


def _node_ids(client: Client) -> Iterator[str]:
    offset = 0
    while True:
        with our_errors():
            page = speaking(client).taxonomy.links(offset, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        offset += len(page)


def _fail(row: TaxonomyImport, reason: str) -> None:
    row.state, row.message, row.finished_at = TaxonomyImport.State.FAILED, reason, timezone.now()
    row.save(update_fields=["state", "message", "finished_at"])
