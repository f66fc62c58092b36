"""The store's category tree as people edit it: add, rename, move. Paths below follow their parent."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from catalog.listings.models import Listing
from catalog.mapping.models import CategoryMapping
from catalog.mapping.services import category_mappings as mappings
from catalog.products.intake.category_cells import DEEPEST, LONGEST_PATH, join_names, names_of
from catalog.products.models import StoreCategory
from catalog.rules.models import mark_stale
from catalog.rules.services.stale_results import mark_products_below, products_below
from jetbridge.core import history
from jetbridge.jobs.queue import nudge


def path_below(*, parent: StoreCategory | None, name: str) -> str:
    """Return the full path that a category of this name has below a parent."""
    return join_names([*(names_of(parent.full_path) if parent else []), name])


def check(*, name: str, parent: StoreCategory | None, category: StoreCategory | None = None) -> None:
    """
    Tell whether a category may have this name below this parent.

    :raises ValidationError: the path is taken, too long, or the parent lies below the category itself
    """
    path = path_below(parent=parent, name=name)
    others = StoreCategory.objects.exclude(pk=category.pk if category else None)
    if others.filter(full_path__iexact=path).exists():
        raise ValidationError({"name": f"{path} exists already."})
    if len(path) > LONGEST_PATH or len(names_of(path)) > DEEPEST:
        raise ValidationError({"name": f"The whole path has {len(path):,} characters; {LONGEST_PATH:,} fit."})
    if category and parent and parent.path.startswith(category.path):
        raise ValidationError({"parent": "A category cannot stand below itself."})


@transaction.atomic
def create(*, name: str, parent: StoreCategory | None) -> StoreCategory:
    """Add a category below a parent, or as a root."""
    facts = {"name": name, "full_path": path_below(parent=parent, name=name)}
    node: StoreCategory
    if parent is None:
        node = StoreCategory.add_root(**facts)
    else:
        node = StoreCategory.objects.get(pk=parent.pk).add_child(**facts)
    history.record("created", node)
    return node


@transaction.atomic
def change(*, category: StoreCategory, name: str, parent: StoreCategory | None) -> StoreCategory:
    """Rename or move a category with all below it; verdicts on their products become stale."""
    node = StoreCategory.objects.get(pk=category.pk)
    before, former = node.full_path, node.get_parent()
    if (former.pk if former else None) != (parent.pk if parent else None):
        _move(node, parent)
        node = StoreCategory.objects.get(pk=category.pk)
    after = path_below(parent=parent, name=name)
    if after != before:
        _rewrite_paths(node, before, after, name)
        history.record("renamed", node, before={"path": before}, after={"path": after})
    mark_products_below([node.path])
    nudge("catalog.refresh_validation")
    saved: StoreCategory = StoreCategory.objects.get(pk=category.pk)
    return saved


@dataclass(frozen=True)
class Removed:
    """What went with a category: categories below, mappings, and the SKUs on Jet that stood in it."""

    categories: int
    mappings: int
    skus: list[str]


def would_remove(*, category: StoreCategory) -> Removed:
    """Tell what goes with a category, before it is deleted; three queries."""
    return Removed(
        categories=StoreCategory.objects.filter(path__startswith=category.path).count() - 1,
        mappings=CategoryMapping.objects.filter(store_category__path__startswith=category.path).count(),
        skus=_skus_on_jet(category),
    )


@transaction.atomic
def remove(*, category: StoreCategory) -> Removed:
    """Delete a category with all below it; the products stay, their verdicts become stale."""
    below = StoreCategory.objects.filter(path__startswith=category.path).count() - 1
    ids = list(products_below([category.path]))
    skus = _skus_on_jet(category)
    report = mappings.delete_store_category(store_category=category)
    mark_stale(ids)
    nudge("catalog.refresh_validation")
    return Removed(below, len(report.changed), skus)


def _skus_on_jet(category: StoreCategory) -> list[str]:
    below = Q(product__categories__path__startswith=category.path)
    listed_in = Q(product__listed_in__path__startswith=category.path)
    listed = Listing.objects.filter(below | listed_in, first_sent_at__isnull=False)
    return sorted(set(listed.values_list("sku", flat=True)))


def _move(node: StoreCategory, parent: StoreCategory | None) -> None:
    if parent is not None:
        node.move(StoreCategory.objects.get(pk=parent.pk), pos="last-child")
        return
    last = StoreCategory.get_root_nodes().last()
    if last is not None and last.pk != node.pk:
        node.move(last, pos="last-sibling")


def _rewrite_paths(node: StoreCategory, before: str, after: str, name: str) -> None:
    rows = list(StoreCategory.objects.filter(path__startswith=node.path))
    for row in rows:
        row.full_path = after + row.full_path.removeprefix(before)
        if row.pk == node.pk:
            row.name = name
    StoreCategory.objects.bulk_update(rows, ["name", "full_path"])
