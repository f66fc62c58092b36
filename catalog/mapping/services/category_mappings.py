"""Maps store categories to Jet's, with history, undo, and results on the products marked old."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from catalog.mapping.changes import MAPPING, MappingChanged
from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.products.changes import CategoryChanged, CategoryKind
from catalog.products.models import StoreCategory
from jetbridge.core import history
from jetbridge.core.actors import current_request_id
from jetbridge.core.models import Event

MAPPED, CLEARED = "category mapped", "category mapping removed"
CHUNK = 500


class NotMappable(Exception):
    """The Jet category cannot be mapped to; the message says why and what to do."""


@dataclass
class MappingReport:
    """What a mapping changed: store categories by path, and where the change can be undone."""

    changed: list[str] = field(default_factory=list)
    same: int = 0
    request_id: str = ""


def check_mappable(jet_category: JetCategory) -> None:
    """
    Refuse what Jet lists no products in.

    :raises NotMappable: a main category alone, or a retired one
    """
    if jet_category.parent_id is None:
        raise NotMappable(
            f"{jet_category.name} is a main category; Jet lists no products there. Select a sub-category."
        )
    if not jet_category.active:
        raise NotMappable(f"{jet_category.path} was retired by Jet. Choose a category that is still in use.")


def map_category(
    *, store_category: StoreCategory, jet_category: JetCategory, below: bool = False
) -> MappingReport:
    """
    Map a store category, and on request all below it, to a Jet category.

    :raises NotMappable: Jet lists no products in that category
    """
    check_mappable(jet_category)
    return map_many(pairs=[(each, jet_category) for each in _branch(store_category, below)])


def map_many(*, pairs: Sequence[tuple[StoreCategory, JetCategory]]) -> MappingReport:
    """
    Map many store categories, each to its own Jet category, all or none.

    :raises NotMappable: Jet lists no products in one of them
    """
    for jet_category in {pair[1].pk: pair[1] for pair in pairs}.values():
        check_mappable(jet_category)
    chosen: dict[int, tuple[StoreCategory, JetCategory | None]] = {
        each.pk: (each, jet) for each, jet in pairs
    }
    return _change(chosen)


def clear_category(*, store_category: StoreCategory, below: bool = False) -> MappingReport:
    """Remove the mapping of a store category, and on request of all below it."""
    return _change({each.pk: (each, None) for each in _branch(store_category, below)})


def undo(*, request_id: str) -> MappingReport:
    """Take back what one request mapped or cleared, wherever nothing has changed since."""
    summary = Event.objects.filter(request_id=request_id, action__in=[MAPPED, CLEARED]) if request_id else []
    events = {int(event.object_id): event for event in summary}
    categories = StoreCategory.objects.in_bulk(list(events))
    stored = _stored(categories)
    ids = {jet_id for event in events.values() if (jet_id := _jet_id(event.before)) is not None}
    former: dict[int | None, JetCategory | None] = {None: None}
    former |= {each.jet_id: each for each in JetCategory.objects.filter(jet_id__in=ids)}
    chosen: dict[int, tuple[StoreCategory, JetCategory | None]] = {}
    for pk, category in categories.items():
        event = events[pk]
        now = stored[pk].jet_category.jet_id if pk in stored else None
        before = _jet_id(event.before)
        if now == _jet_id(event.after) and before in former:
            chosen[pk] = (category, former[before])
    return _change(chosen)


def follow_categories(change: CategoryChanged) -> None:
    """Remove the mappings of a category that is about to go and of all below it; the history names each."""
    if change.kind is CategoryKind.REMOVING:
        branch = StoreCategory.objects.filter(path__startswith=change.path).order_by("path")
        _change({each.pk: (each, None) for each in branch})


def mapped_in(change: CategoryChanged) -> tuple[str, list[str]]:
    """Name the categories of a branch that are mapped."""
    mapped = CategoryMapping.objects.filter(store_category__path__startswith=change.path)
    return "mappings", list(
        mapped.order_by("store_category__path").values_list("store_category__full_path", flat=True)
    )


def _branch(store_category: StoreCategory, below: bool) -> list[StoreCategory]:
    if not below:
        return [store_category]
    return list(StoreCategory.objects.filter(path__startswith=store_category.path).order_by("path"))


def _change(chosen: dict[int, tuple[StoreCategory, JetCategory | None]]) -> MappingReport:
    """Set or remove mappings; only real changes are written, recorded and have their products checked again."""
    report = MappingReport(request_id=current_request_id())
    with transaction.atomic():
        stored = _stored(chosen)
        events, paths, gone = [], [], []
        fresh, turned = [], []
        for pk, (category, jet) in chosen.items():
            mapping = stored.get(pk)
            before = mapping.jet_category if mapping else None
            if before == jet:
                report.same += 1
                continue
            paths.append(category.path)
            report.changed.append(category.full_path)
            events.append(_event(category, before, jet))
            if jet is None:
                gone.append(pk)
            elif mapping:
                mapping.jet_category = jet
                turned.append(mapping)
            else:
                fresh.append(CategoryMapping(store_category=category, jet_category=jet))
        CategoryMapping.objects.bulk_create(fresh, batch_size=CHUNK)
        CategoryMapping.objects.bulk_update(turned, ["jet_category"], batch_size=CHUNK)
        for start in range(0, len(gone), CHUNK):
            CategoryMapping.objects.filter(store_category__in=gone[start : start + CHUNK]).delete()
        Event.objects.bulk_create(events, batch_size=CHUNK)
        if paths:
            MAPPING.announce(MappingChanged(paths=tuple(paths)))
    return report


def _stored(keys: Any) -> dict[int, CategoryMapping]:
    ids = list(keys)
    found: dict[int, CategoryMapping] = {}
    for start in range(0, len(ids), CHUNK):
        mappings = CategoryMapping.objects.filter(store_category__in=ids[start : start + CHUNK])
        found.update({each.store_category_id: each for each in mappings.select_related("jet_category")})
    return found


def _event(category: StoreCategory, before: JetCategory | None, after: JetCategory | None) -> Event:
    message = f"{category.full_path} -> {after.path}" if after else f"{category.full_path}: no mapping"
    return history.build(
        MAPPED if after else CLEARED,
        category,
        message=message,
        before=_summary(before),
        after=_summary(after),
    )


def _summary(jet: JetCategory | None) -> dict[str, Any] | None:
    return {"jet_category": jet.jet_id, "path": jet.path} if jet else None


def _jet_id(summary: dict[str, Any] | None) -> int | None:
    return int(summary["jet_category"]) if summary else None
