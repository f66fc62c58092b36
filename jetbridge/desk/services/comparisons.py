"""Compares all that Jet holds of us with what we know, takes over what is new, and lifts the mark of a restore."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from catalog.listings.services import jet_comparisons
from jetbridge.core import generations
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import ComparedItem, Comparison, JetAccount
from jetbridge.core.reports import Compared, Outcome, Report
from jetbridge.desk.services import restored
from jetbridge.jobs.leases import LeaseLost
from orders.services import refreshes
from returns.services import foreign_refunds, returns

JOB = "desk.compare_with_jet"
# What could not be read is read again after so long, while the mark stands.
AGAIN = timedelta(minutes=5)
# Earlier comparisons that are kept.
KEPT = 10
# Items written down in one statement.
CHUNK = 500


@dataclass(frozen=True)
class Part:
    """One kind of things at Jet: which are to be read, and how one is taken over."""

    kind: str
    title: str
    to_compare: Callable[..., tuple[list[str], list[str]]]
    compare: Callable[..., Any]


# Sales first: returns and refunds belong to their orders, and what is offered follows from what is sold.
PARTS = (
    Part("order", "Orders", refreshes.to_compare, refreshes.compare),
    Part("return", "Returns", returns.to_compare, returns.compare),
    Part("refund", "Refunds", foreign_refunds.to_compare, foreign_refunds.compare),
    Part("file", "Upload files", jet_comparisons.files_to_compare, jet_comparisons.compare_files),
    Part("listing", "Listings", jet_comparisons.skus_to_compare, jet_comparisons.compare_skus),
)


def due_jobs() -> list[str]:
    """Return the job where a comparison was begun, or a restored database was not compared to its end yet."""
    latest = Comparison.objects.first()
    if latest is not None and latest.finished_at is None:
        return [JOB]
    found = generations.state()
    if not found.is_older:
        return []
    if latest is None or latest.marked_at != found.doubted_until:
        return [JOB]
    waits = _unread(latest).exists() and timezone.now() - (latest.finished_at or latest.began_at) < AGAIN
    return [] if waits or (latest.full and not _unread(latest).exists()) else [JOB]


class NotCompared(Exception):
    """The mark cannot be lifted yet: what was sold since would be offered again."""


def lift_by_hand() -> bool:
    """
    Let deliveries go again, whatever could not be read; return whether they were held.

    :raises NotCompared: no comparison has come to its end since the mark was set
    """
    found = generations.state()
    if not found.is_older:
        return False
    if not Comparison.objects.filter(marked_at=found.doubted_until, finished_at__isnull=False).exists():
        raise NotCompared("Compare with Jet first: what was sold since the copy is not known here yet.")
    return restored.let_go(found.doubted_until)


def compare(
    *, client: Client, account: JetAccount, anew: bool, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """
    Go on with the comparison that is under way, or begin one; at its end lift the mark where nothing is left.

    Where the last one left something unread and nobody asks for one `anew`, that is read again.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    comparison, report = _taken_up(account, anew=anew), Report()
    for part in PARTS:
        if part.kind not in comparison.listed:
            _list(comparison, part, *part.to_compare(client=client, account=account))
            heartbeat()
        _read(comparison, part, client, account, report, heartbeat)
    _finish(comparison)
    report.note = f"{words(comparison)} {restored.LIFTED if _lift(comparison) else ''}".strip()
    return report


def _taken_up(account: JetAccount, *, anew: bool) -> Comparison:
    found = generations.state()
    mark = found.doubted_until if found.is_older else None
    Comparison.objects.filter(finished_at=None).exclude(account=account, marked_at=mark).delete()
    latest = Comparison.objects.filter(account=account).first()
    if latest is not None and latest.finished_at is None:
        return latest
    if latest is not None and latest.marked_at == mark and mark is not None and not anew:
        _unread(latest).update(outcome="")
        latest.finished_at = None
        latest.save()
        return latest
    old = Comparison.objects.values_list("pk", flat=True)[KEPT - 1 :]
    Comparison.objects.filter(pk__in=list(old)).delete()
    return Comparison.objects.create(account=account, marked_at=mark)


def _unread(comparison: Comparison) -> "QuerySet[ComparedItem]":
    return comparison.items.filter(outcome=Outcome.UNREAD)


@transaction.atomic
def _list(comparison: Comparison, part: Part, ids: list[str], full: list[str]) -> None:
    """Write down what is to be read, all of it or none."""
    items = [ComparedItem(comparison=comparison, kind=part.kind, jet_id=jet_id[:100]) for jet_id in ids]
    ComparedItem.objects.bulk_create(items, batch_size=CHUNK, ignore_conflicts=True)
    comparison.listed.append(part.kind)
    comparison.full += full
    comparison.save()


def _read(
    comparison: Comparison,
    part: Part,
    client: Client,
    account: JetAccount,
    report: Report,
    heartbeat: Callable[[], None],
) -> None:
    left = comparison.items.filter(kind=part.kind, outcome="")
    ids = list(left.order_by("pk").values_list("jet_id", flat=True))
    for jet_id, take_over in part.compare(client=client, account=account, ids=ids):
        row = left.filter(jet_id=jet_id)
        failures = report.failed
        with report.isolating(jet_id, passing=(LeaseLost, JetFailure)), transaction.atomic():
            # What is taken over and that it was: both are stored, or neither.
            found: Compared = take_over()
            _write(comparison, part, jet_id, found)
            report.done += found.outcome in (Outcome.NEW, Outcome.CHANGED)
            report.skipped += found.outcome == Outcome.SAME
            if found.outcome == Outcome.UNREAD:
                report.fail(found.name or jet_id, found.text)
        if row.exists():
            row.update(
                outcome=Outcome.UNREAD, text=report.items[-1].reason if report.failed > failures else ""
            )
        heartbeat()


def _write(comparison: Comparison, part: Part, jet_id: str, found: Compared) -> None:
    comparison.items.filter(kind=part.kind, jet_id=jet_id).update(
        outcome=found.outcome,
        amount=found.amount,
        name=found.name[:100],
        url=found.url[:200],
        text=found.text,
    )
    parts = [
        ComparedItem(
            comparison=comparison,
            kind=part.kind,
            jet_id=each.name[:100],
            outcome=each.outcome,
            name=each.name[:100],
            url=each.url[:200],
            text=each.text,
        )
        for each in found.parts
    ]
    ComparedItem.objects.bulk_create(parts, batch_size=CHUNK, ignore_conflicts=True)


def counts(comparison: Comparison) -> dict[str, dict[str, int]]:
    """Count by kind and outcome what was found so far; what is still to be read has no outcome."""
    found: dict[str, dict[str, int]] = {part.kind: {} for part in PARTS}
    known = comparison.items.filter(kind__in=found).order_by()
    sums = known.values_list("kind", "outcome").annotate(Sum("amount"))
    for kind, outcome, amount in sums:
        found[kind][outcome or "left"] = amount
    return found


@transaction.atomic
def _finish(comparison: Comparison) -> None:
    """Keep the counts; what is the same on both sides is not named."""
    same = {kind: found.get(Outcome.SAME, 0) for kind, found in comparison.counts.items()}
    comparison.counts = counts(comparison)
    for kind, amount in same.items():
        comparison.counts[kind][Outcome.SAME] = comparison.counts[kind].get(Outcome.SAME, 0) + amount
    comparison.items.filter(outcome=Outcome.SAME).delete()
    comparison.finished_at = timezone.now()
    comparison.save()


def _lift(comparison: Comparison) -> bool:
    """Let deliveries go again where all was read; return whether they were held by the mark that was compared."""
    if comparison.marked_at is None or comparison.full or _unread(comparison).exists():
        return False
    return restored.let_go(comparison.marked_at)


def words(comparison: Comparison) -> str:
    """Say in a line what a comparison found."""
    totals = Counter[str]()
    for found in comparison.counts.values():
        totals.update(found)
    new, changed, unread = (totals[each] for each in (Outcome.NEW, Outcome.CHANGED, Outcome.UNREAD))
    said = f"{totals.total()} compared: {new} new here, {changed} different, {unread} not read."
    return f"{said} Full lists at Jet: {'; '.join(comparison.full)}." if comparison.full else said


def named(comparison: Comparison) -> "QuerySet[ComparedItem]":
    """Return what is named one by one: what Jet alone had, what differed, what could not be read."""
    return comparison.items.exclude(Q(outcome="") | Q(outcome=Outcome.SAME)).order_by("pk")
