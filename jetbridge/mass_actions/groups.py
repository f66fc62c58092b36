"""Objects of a mass action that are the name of others, as a product in sizes is: never counted as one of these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from jetbridge.core.texts import counted
from jetbridge.mass_actions.models import MassAction, MassActionItem

# The option of a run that leaves the members of its groups out.
ALONE = "alone"
GROUP, MEMBER = "group", "member"
# Beyond this many items a run's page does not look for the groups among them.
MOST = 100_000


@dataclass(frozen=True)
class Groups:
    """How one scope knows its groups: what a row is (group, member or nothing), and the keys of all groups."""

    role: Callable[[], Any]
    keys: "Callable[[], QuerySet[Any]]"


@dataclass(frozen=True)
class Figures:
    """How many objects there are, how many of them are groups, and how many are members of one."""

    count: int
    groups: int = 0
    members: int = 0

    def words(self, thing: str) -> str:
        """Say them with the groups apart: "1 group with 16 products", "5 products", "2 groups and 5 products"."""
        rest = self.count - self.groups
        if not self.groups:
            return counted(rest, thing)
        groups = counted(self.groups, "group")
        if not rest:
            return groups
        if not self.members:
            return f"{groups} and {counted(rest, thing)}"
        single = rest - self.members
        more = f" and {counted(single, f'single {thing}')}" if single else ""
        return f"{groups} with {counted(self.members, thing)}{more}"


def apart(words: str, of_groups: int) -> str:
    """Say beside a figure of objects how many groups there are: "16 done (and 1 group)"."""
    return words + (f" (and {counted(of_groups, 'group')})" if of_groups else "")


_OF_SCOPE: dict[str, Groups] = {}


def register(scope: MassAction.Scope, groups: Groups) -> None:
    """Let a scope's groups be counted apart."""
    _OF_SCOPE[str(scope)] = groups


def count(run: MassAction, found: "QuerySet[Any]", by: str) -> dict[str, Figures]:
    """Count rows by the value of an annotation, the groups among them apart."""
    known = _OF_SCOPE.get(str(run.scope))
    if known is None:
        pairs = found.order_by().values_list(by).annotate(n=Count("pk"))
        return {value: Figures(n) for value, n in pairs}
    rows = found.annotate(role=known.role()).order_by().values_list(by, "role")
    counts: dict[str, dict[str, int]] = {}
    for value, role, n in rows.annotate(n=Count("pk")):
        counts.setdefault(value, {})[role] = n
    return {value: _figures(each) for value, each in counts.items()}


def _figures(each: Mapping[str, int]) -> Figures:
    return Figures(sum(each.values()), each.get(GROUP, 0), each.get(MEMBER, 0))


def among_items(run: MassAction) -> Q:
    """Match the items of a run that are groups; none in a scope without."""
    known = _OF_SCOPE.get(str(run.scope))
    return Q(pk__in=[]) if known is None else Q(object_id__in=known.keys())


def among(run: MassAction, object_ids: Sequence[int]) -> set[int]:
    """Return which of these objects are groups."""
    known = _OF_SCOPE.get(str(run.scope))
    return (
        set() if known is None else set(known.keys().filter(pk__in=object_ids).values_list("pk", flat=True))
    )


def by_state(runs: Sequence[MassAction]) -> dict[int, dict[str, int]]:
    """Return by run how many groups are in each state; nothing where the runs are too large to look through."""
    if sum(run.chosen for run in runs) > MOST:
        return {}
    found: dict[int, dict[str, int]] = {}
    for run in runs:
        found.setdefault(run.pk, {})
    for scope in {run.scope for run in runs} & set(_OF_SCOPE):
        these = [run for run in runs if run.scope == scope]
        items = MassActionItem.objects.filter(among_items(these[0]), run__in=these)
        for run_id, state, n in items.order_by().values_list("run_id", "state").annotate(n=Count("pk")):
            found[run_id][state] = n
    return found
