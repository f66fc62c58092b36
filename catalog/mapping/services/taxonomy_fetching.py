"""Fetches the taxonomy from Jet's API into the same files that merchants upload, so that one path stores both."""

from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services.taxonomy_imports import JOB
from catalog.mapping.services.taxonomy_snapshot import (
    ATTRIBUTE_HEADER,
    CATEGORY_HEADER,
    LINK_HEADER,
    VALUE_HEADER,
)
from catalog.mapping.taxonomy.archives import csv_bytes, pack
from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.errors import JetAuthError, JetError, JetNotFound
from jetapi.resources.taxonomy import PAGE
from jetapi.types.taxonomy import TaxonomyAttribute, TaxonomyNode
from jetbridge.core import configuration
from jetbridge.core.queue import nudge
from jetbridge.core.reports import Report

Beat = Callable[[], None]
Found = tuple[TaxonomyNode, list[TaxonomyAttribute]]
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
    return _files(found)


def _node_ids(client: JetClient) -> Iterator[str]:
    offset = 0
    while True:
        page = client.taxonomy.links(offset, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        offset += len(page)


def _files(found: list[Found]) -> dict[str, bytes]:
    attributes: dict[int, TaxonomyAttribute] = {}
    values: dict[tuple[int, str], str] = {}
    links = []
    for node, carried in found:
        for each in carried:
            attributes.setdefault(each.attribute_id, each)
            values |= {(each.attribute_id, value): "NULL" for value in each.values}
            values |= {(each.attribute_id, f"_{unit}"): unit for unit in each.units}
            links.append((each.attribute_id, node.jet_node_id, 1))
    categories = (_category(node) for node, _ in found)
    told = (
        (
            each.attribute_id,
            each.attribute_description,
            each.attribute_description,
            _kind(each),
            int(each.variant),
            0,
        )
        for each in attributes.values()
    )
    listed = ((number, *key, unit, 0) for number, (key, unit) in enumerate(values.items(), 1))
    return {
        "categories.csv": csv_bytes(CATEGORY_HEADER, categories),
        "attributes.csv": csv_bytes(ATTRIBUTE_HEADER, told),
        "values.csv": csv_bytes(VALUE_HEADER, listed),
        "links.csv": csv_bytes(LINK_HEADER, links),
    }


def _category(node: TaxonomyNode) -> tuple[object, ...]:
    place = (node.parent_id or 0, int(node.active), node.jet_level)
    return (node.jet_node_id, node.jet_node_name, *place, node.suggested_tax_code or "")


def _kind(attribute: TaxonomyAttribute) -> int:
    """Jet's API says only whether text is free; one with units is a number."""
    if not attribute.free_text:
        return 0
    return 2 if attribute.units else 1


def _fail(row: TaxonomyImport, reason: str) -> None:
    row.state, row.message, row.finished_at = TaxonomyImport.State.FAILED, reason, timezone.now()
    row.save(update_fields=["state", "message", "finished_at"])
