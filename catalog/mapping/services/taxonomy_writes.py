"""Stores a taxonomy that was read: adds the new, updates the changed, retires the vanished, deletes nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from catalog.mapping.changes import MAPPING, MappingChanged
from catalog.mapping.models import (
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
)
from catalog.mapping.selectors import stored_counts
from catalog.mapping.taxonomy.taxonomy_rows import (
    ATTRIBUTES,
    CATEGORIES,
    LINKS,
    VALUES,
    AttributeRow,
    CategoryRow,
    LinkRow,
    Taxonomy,
    ValueRow,
)
from jetbridge.core.models import bulk_sql

# Rows in one INSERT: SQLite allows 32,766 variables, and a category has eight.
BATCH = 3_000
CHUNK = 500


@dataclass
class Touched:
    """What an import changed that results on products lean on, by Jet's IDs."""

    categories: set[int] = field(default_factory=set)
    attributes: set[int] = field(default_factory=set)


def store_taxonomy(*, taxonomy: Taxonomy, demo: bool = False) -> dict[str, int]:
    """
    Store a taxonomy in one transaction and return what is stored afterwards, by kind of row.

    Mappings survive: a vanished node is marked inactive, never deleted. Demo rows and the merchant's live
    apart: an import retires rows of its own sort only, and a demo never overwrites the merchant's.
    """
    touched = Touched()
    with transaction.atomic():
        if CATEGORIES in taxonomy.parts:
            _store_categories(taxonomy.categories, demo, touched)
        if ATTRIBUTES in taxonomy.parts:
            _store_attributes(taxonomy.attributes, demo, touched)
        if VALUES in taxonomy.parts:
            _store_values(taxonomy.values, demo, touched)
        if LINKS in taxonomy.parts:
            _store_links(taxonomy.links, demo, touched)
        _announce(touched)
        counts = stored_counts(demo=demo)
    return counts


def _store_categories(rows: dict[int, CategoryRow], demo: bool, touched: Touched) -> None:
    columns = ("jet_id", "name", "parent__jet_id", "level", "tax_code", "active", "path", "is_demo")
    stored = {row[0]: row for row in JetCategory.objects.values_list(*columns)}
    incoming = {
        row.jet_id: (*row, demo) for row in rows.values() if not _is_others(stored.get(row.jet_id), demo)
    }
    fresh = [each for jet_id, each in incoming.items() if jet_id not in stored]
    changed = [each for jet_id, each in incoming.items() if jet_id in stored and stored[jet_id] != each]
    for level in sorted({each[3] for each in fresh}):
        keys = _keys(JetCategory)
        made = [_category(each, keys) for each in fresh if each[3] == level]
        JetCategory.objects.bulk_create(made, batch_size=BATCH)
    if changed:
        keys = _keys(JetCategory)
        updated = [_category(each, keys, pk=keys[each[0]]) for each in changed]
        names = ["name", "parent", "level", "tax_code", "active", "path", "is_demo"]
        JetCategory.objects.bulk_update(updated, names, batch_size=CHUNK)
    gone = [jet_id for jet_id, row in stored.items() if row[5] and row[7] == demo and jet_id not in rows]
    _update(JetCategory, "jet_id", gone, active=False)
    touched.categories.update(each[0] for each in changed)
    touched.categories.update(gone)


def _category(row: tuple[Any, ...], keys: dict[int, int], pk: int | None = None) -> JetCategory:
    jet_id, name, parent, level, tax_code, active, path, demo = row
    return JetCategory(
        pk=pk,
        jet_id=jet_id,
        name=name,
        parent_id=keys[parent] if parent is not None else None,
        level=level,
        tax_code=tax_code,
        active=active,
        path=path,
        is_demo=demo,
    )


def _store_attributes(rows: dict[int, AttributeRow], demo: bool, touched: Touched) -> None:
    columns = ("jet_id", "name", "display_name", "kind", "variant", "retired", "is_demo")
    stored = {row[0]: row for row in JetAttribute.objects.values_list(*columns)}
    incoming = {
        row.jet_id: (*row, demo) for row in rows.values() if not _is_others(stored.get(row.jet_id), demo)
    }
    fresh = [
        JetAttribute(**dict(zip(columns, each, strict=True)))
        for key, each in incoming.items()
        if key not in stored
    ]
    JetAttribute.objects.bulk_create(fresh, batch_size=BATCH)
    changed = [each for key, each in incoming.items() if key in stored and stored[key] != each]
    if changed:
        keys = _keys(JetAttribute)
        updated = [
            JetAttribute(pk=keys[each[0]], **dict(zip(columns, each, strict=True))) for each in changed
        ]
        JetAttribute.objects.bulk_update(updated, list(columns[1:]), batch_size=CHUNK)
    gone = [key for key, row in stored.items() if not row[5] and row[6] == demo and key not in rows]
    _update(JetAttribute, "jet_id", gone, retired=True)
    touched.attributes.update(each[0] for each in changed)
    touched.attributes.update(gone)


def _store_values(rows: dict[tuple[int, str], ValueRow], demo: bool, touched: Touched) -> None:
    columns = ("attribute__jet_id", "value", "unit", "retired", "pk")
    mine = JetAttributeValue.objects.filter(attribute__is_demo=demo)
    stored = {row[:2]: row for row in mine.values_list(*columns)}
    keys = _keys(JetAttribute, is_demo=demo)
    fresh = (
        (keys[row.attribute_id], row.value, row.unit, row.retired)
        for key, row in rows.items()
        if key not in stored and row.attribute_id in keys
    )
    bulk_sql.insert(JetAttributeValue, ("attribute_id", "value", "unit", "retired"), fresh)
    changed = [(row, stored[key][4]) for key, row in rows.items() if key in stored and stored[key][:4] != row]
    JetAttributeValue.objects.bulk_update(
        [JetAttributeValue(pk=pk, unit=row.unit, retired=row.retired) for row, pk in changed],
        ["unit", "retired"],
        batch_size=CHUNK,
    )
    gone = [row for key, row in stored.items() if not row[3] and key not in rows]
    _update(JetAttributeValue, "pk", [row[4] for row in gone], retired=True)
    new = (key[0] for key in rows if key not in stored)
    touched.attributes.update(new, (row.attribute_id for row, _ in changed), (row[0] for row in gone))


def _store_links(rows: dict[tuple[int, int], LinkRow], demo: bool, touched: Touched) -> None:
    columns = ("category__jet_id", "attribute__jet_id", "active", "pk")
    mine = JetCategoryAttribute.objects.filter(category__is_demo=demo)
    stored = {row[:2]: row for row in mine.values_list(*columns)}
    categories, attributes = _keys(JetCategory, is_demo=demo), _keys(JetAttribute)
    new = [
        row
        for key, row in rows.items()
        if key not in stored and row.category_id in categories and row.attribute_id in attributes
    ]
    fresh = ((categories[row.category_id], attributes[row.attribute_id], row.active) for row in new)
    bulk_sql.insert(JetCategoryAttribute, ("category_id", "attribute_id", "active"), fresh)
    for active in (True, False):
        turned = [key for key, row in rows.items() if row.active is active and key in stored]
        turned = [key for key in turned if stored[key][2] is not active]
        _update(JetCategoryAttribute, "pk", [stored[key][3] for key in turned], active=active)
        touched.categories.update(key[0] for key in turned)
    gone = [row for key, row in stored.items() if row[2] and key not in rows]
    _update(JetCategoryAttribute, "pk", [row[3] for row in gone], active=False)
    touched.categories.update((row.category_id for row in new), (row[0] for row in gone))


def _is_others(stored: tuple[Any, ...] | None, demo: bool) -> bool:
    """A demo leaves the merchant's own rows alone; the merchant's import takes demo rows over."""
    return demo and stored is not None and not stored[-1]


def _keys(model: type[models.Model], **filters: Any) -> dict[int, int]:
    return dict(model._default_manager.filter(**filters).values_list("jet_id", "pk"))


def _update(model: type[models.Model], column: str, keys: Collection[int], **values: Any) -> None:
    incoming = list(keys)
    for start in range(0, len(incoming), CHUNK):
        chunk = incoming[start : start + CHUNK]
        model._default_manager.filter(**{f"{column}__in": chunk}).update(**values)


def _announce(touched: Touched) -> None:
    """Announce the branches whose Jet category, or an attribute of it, is not what it was."""
    mapped = CategoryMapping.objects.select_related("store_category", "jet_category")
    affected = _with_carriers(touched, (each.jet_category_id for each in mapped))
    paths = [each.store_category.path for each in mapped if each.jet_category.jet_id in affected]
    if paths:
        MAPPING.announce(MappingChanged(paths=tuple(paths)))


def _with_carriers(touched: Touched, mapped: Iterable[int]) -> set[int]:
    """Return the touched categories, and those of the mapped ones that carry a touched attribute."""
    carriers = JetCategoryAttribute.objects.filter(category__in=set(mapped))
    pairs = carriers.values_list("category__jet_id", "attribute__jet_id")
    return touched.categories | {category for category, attribute in pairs if attribute in touched.attributes}
