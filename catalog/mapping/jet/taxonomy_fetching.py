"""Fetches the taxonomy from Jet's API into the same files that merchants upload, so that one path stores both."""

from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.mapping.jet.taxonomy_told import Found, files_of
from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services.taxonomy_imports import JOB
from catalog.mapping.taxonomy.zip_files import pack
from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.errors import JetAuthError, JetError, JetNotFound
from jetapi.resources.taxonomy import PAGE
from jetbridge.core import configuration
from jetbridge.core.reports import Report
from jetbridge.jobs.queue import nudge

Beat = Callable[[], None]
# The row's progress is written after so many nodes.
TOLD_EVERY = 100


class FetchFailed(Exception):
    """The taxonomy is not complete; storing it would retire what Jet still has."""


def fetch_waiting(*, client: JetClient, beat: Beat = lambda: None) -> Report:
    """
    Fetch for every import that waits for Jet's API, and hand it on to be read.

    :raises JetAuthError: Jet does not take our keys
    """
    report = Report()
    waiting = TaxonomyImport.objects.filter(
        state=TaxonomyImport.State.READING, origin=TaxonomyImport.Origin.API, file=""
    )
    for row in waiting.order_by("pk"):
        try:
            content = pack(fetch(client=client, row=row, beat=beat))
        except (JetError, FetchFailed) as problem:
            _fail(row, str(problem))
            if isinstance(problem, JetAuthError):
                raise
            report.fail(row.source, str(problem))
            continue
        row.progress = 0
        row.file.save("taxonomy.zip", ContentFile(content), save=True)
        report.done += 1
        nudge(JOB)
    return report


def fetch(*, client: JetClient, row: TaxonomyImport, beat: Beat) -> dict[str, bytes]:
    """
    Read every node and its attributes; the result has the form of Jet's CSV files.

    :raises FetchFailed: a node could not be read
    """
    ids = list(_node_ids(client))
    found: list[Found] = []

    def read(node_id: str) -> Found:
        node = client.taxonomy.node(node_id)
        try:
            return node, client.taxonomy.attributes(node_id)
        except JetNotFound:  # so Jet says that a node has no attributes
            return node, []

    for outcome in send_many(read, ids, connections=configuration.current().concurrency):
        if isinstance(outcome.error, JetNotFound):  # it vanished between the list and the question
            continue
        if outcome.error is not None:
            raise FetchFailed(
                f"Jet did not tell category {outcome.item} ({outcome.error}). Nothing was changed."
            )
        if outcome.value is not None:
            found.append(outcome.value)
        if len(found) % TOLD_EVERY == 0:
            TaxonomyImport.objects.filter(pk=row.pk).update(progress=100 * len(found) // len(ids))
            beat()
    if not found:
        raise FetchFailed("Jet's API told no categories. Nothing was changed.")
    return files_of(found)


def _node_ids(client: JetClient) -> Iterator[str]:
    offset = 0
    while True:
        page = client.taxonomy.links(offset, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        offset += len(page)


def _fail(row: TaxonomyImport, reason: str) -> None:
    row.state, row.message, row.finished_at = TaxonomyImport.State.FAILED, reason, timezone.now()
    row.save(update_fields=["state", "message", "finished_at"])
