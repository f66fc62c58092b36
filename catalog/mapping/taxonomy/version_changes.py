"""What a taxonomy would change against what is stored: counts, samples, and the mappings that would break."""

from collections.abc import Iterable
from typing import Any

from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
)
from catalog.mapping.taxonomy.taxonomy_rows import ATTRIBUTES, CATEGORIES, LINKS, VALUES, Taxonomy
from catalog.mapping.text_matches import Candidate, Suggester

# Enough to decide by; the counts are exact.
SAMPLES = 25

Difference = dict[str, Any]


def difference(taxonomy: Taxonomy) -> Difference:
    """Return the difference as plain data, by kind of row; rows of the demo are not compared."""
    found: Difference = {}
    if CATEGORIES in taxonomy.parts:
        found["categories"] = _categories(taxonomy)
        found["broken"] = _broken(taxonomy)
    if ATTRIBUTES in taxonomy.parts:
        found["attributes"] = _attributes(taxonomy)
        found["broken_attributes"] = _broken_attributes(taxonomy)
    if VALUES in taxonomy.parts:
        found["broken_words"] = _broken_words(taxonomy)
        values = JetAttributeValue.objects.filter(attribute__is_demo=False, retired=False)
        stored_values = set(values.values_list("attribute__jet_id", "value"))
        found["values"] = _counts(
            stored_values, (key for key, row in taxonomy.values.items() if not row.retired)
        )
    if LINKS in taxonomy.parts:
        links = JetCategoryAttribute.objects.filter(category__is_demo=False, active=True)
        stored_links = set(links.values_list("category__jet_id", "attribute__jet_id"))
        found["links"] = _counts(stored_links, (key for key, row in taxonomy.links.items() if row.active))
    return found


def changes_nothing(found: Difference) -> bool:
    """Return whether the stored taxonomy is this one already."""
    return not any(
        count for kind in (CATEGORIES, ATTRIBUTES, VALUES, LINKS) for word, count in found.get(kind, {}).items()
        if isinstance(count, int) and word != "same"
    )  # fmt: skip


def _counts(stored: set[Any], given: Iterable[Any]) -> dict[str, int]:
    needed = set(given)
    return {"new": len(needed - stored), "retired": len(stored - needed), "same": len(needed & stored)}


def _categories(taxonomy: Taxonomy) -> Difference:
    stored = {
        row[0]: row
        for row in JetCategory.objects.filter(is_demo=False).values_list(
            "jet_id", "name", "path", "active", "tax_code"
        )
    }
    given = {row.jet_id: row for row in taxonomy.categories.values() if row.active}
    new = [row.path for key, row in given.items() if key not in stored]
    revived = [row.path for key, row in given.items() if key in stored and not stored[key][3]]
    both = [(stored[key], row) for key, row in given.items() if key in stored and stored[key][3]]
    renamed = [[old[2], row.path] for old, row in both if old[1] != row.name]
    moved = [[old[2], row.path] for old, row in both if old[1] == row.name and old[2] != row.path]
    taxed = [[row.path, old[4], row.tax_code] for old, row in both if old[4] != row.tax_code]
    retired = [row[2] for key, row in stored.items() if row[3] and key not in given]
    lists: dict[str, list[Any]] = {
        "new": new,
        "renamed": renamed,
        "moved": moved,
        "revived": revived,
        "retired": retired,
        "taxed": taxed,
    }
    same = sum(1 for old, row in both if (old[2], old[4]) == (row.path, row.tax_code))
    counts: Difference = {word: len(each) for word, each in lists.items()}
    return {**counts, "same": same, "samples": {word: each[:SAMPLES] for word, each in lists.items()}}


def _attributes(taxonomy: Taxonomy) -> Difference:
    columns = ("jet_id", "name", "display_name", "kind", "variant", "retired")
    stored = {row[0]: row for row in JetAttribute.objects.filter(is_demo=False).values_list(*columns)}
    given = {key: row for key, row in taxonomy.attributes.items() if not row.retired}
    in_force = {key for key, row in stored.items() if not row[5]}
    changed = [row.name for key, row in given.items() if key in in_force and stored[key] != row]
    new = [row.name for key, row in given.items() if key not in in_force]
    retired = [stored[key][1] for key in in_force - set(given)]
    lists: dict[str, list[Any]] = {"new": new, "changed": changed, "retired": retired}
    counts: Difference = {word: len(each) for word, each in lists.items()}
    same = len(in_force & set(given)) - len(changed)
    return {**counts, "same": same, "samples": {word: each[:SAMPLES] for word, each in lists.items()}}


def _broken(taxonomy: Taxonomy) -> list[Difference]:
    """Mapped Jet categories that would be retired, each with the category that probably follows it."""
    alive = {key for key, row in taxonomy.categories.items() if row.active}
    mappings = CategoryMapping.objects.filter(is_demo=False, jet_category__is_demo=False)
    lost = [
        each for each in mappings.select_related("store_category", "jet_category")
        if each.jet_category.jet_id not in alive
    ]  # fmt: skip
    if not lost:
        return []
    rows = (row for row in taxonomy.categories.values() if row.active and row.level > 0)
    suggester = Suggester(Candidate(row.jet_id, row.path) for row in rows)
    found = []
    for mapping in lost:
        best = suggester.suggest(mapping.jet_category.path.split(" > "), limit=1)
        found.append({
            "store": mapping.store_category.full_path,
            "store_id": mapping.store_category_id,
            "jet_id": mapping.jet_category.jet_id,
            "jet": mapping.jet_category.path,
            "successor": {"jet_id": best[0].jet_id, "path": best[0].path, "score": best[0].score} if best else None,
        })  # fmt: skip
    return found


def _broken_attributes(taxonomy: Taxonomy) -> list[Difference]:
    """Mapped Jet attributes that would be retired, each with the attribute that probably follows it."""
    alive = {key: row for key, row in taxonomy.attributes.items() if not row.retired}
    mappings = AttributeMapping.objects.filter(is_demo=False, jet_attribute__is_demo=False)
    lost = [
        each for each in mappings.select_related("attribute", "jet_attribute")
        if each.jet_attribute.jet_id not in alive
    ]  # fmt: skip
    suggester = Suggester(Candidate(key, row.name) for key, row in alive.items()) if lost else None
    found = []
    for each in lost:
        best = suggester.suggest([each.jet_attribute.name], limit=1) if suggester else []
        found.append({
            "store": each.attribute.code,
            "mapping_id": each.pk,
            "jet_id": each.jet_attribute.jet_id,
            "jet": each.jet_attribute.name,
            "successor": {"jet_id": best[0].jet_id, "path": best[0].path, "score": best[0].score} if best else None,
        })  # fmt: skip
    return found


def _broken_words(taxonomy: Taxonomy) -> list[Difference]:
    """Translations into words that Jet would list no longer, by mapping."""
    alive = {key for key, row in taxonomy.values.items() if not row.retired}
    mappings = AttributeMapping.objects.filter(is_demo=False, jet_attribute__is_demo=False)
    found = []
    for each in mappings.exclude(vocabulary={}).select_related("attribute", "jet_attribute"):
        # Free text is no word of a list, and an attribute that goes whole is reported as such.
        if each.jet_attribute.kind != JetAttribute.Kind.LIST:
            continue
        jet_id = each.jet_attribute.jet_id
        lost = [f"{ours} = {jets}" for ours, jets in each.vocabulary.items() if (jet_id, jets) not in alive]
        if lost:
            found.append({"store": each.attribute.code, "mapping_id": each.pk, "words": lost})
    return found
