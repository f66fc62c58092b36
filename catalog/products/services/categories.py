"""The store's category tree as people edit it: add, rename, move. Paths below follow their parent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.products import ownership
from catalog.products.changes import CATEGORIES, CATEGORY_COMPANIONS, CategoryChanged, CategoryKind
from catalog.products.models import StoreCategory
from catalog.products.models.categories import DEEPEST, LONGEST_PATH, join_names, names_of
from jetbridge.core import history

# As many names as a person reads in a history row.
LISTED = 1_000


def path_below(*, parent: StoreCategory | None, name: str) -> str:
    """Return the full path that a category of this name has below a parent."""
    return join_names([*(names_of(parent.full_path) if parent else []), name])


def check(*, name: str, parent: StoreCategory | None, category: StoreCategory | None = None) -> None:
    """
    Return whether a category may have this name below this parent.

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
    """
    Add a category below a parent, or as a root.

    :raises KeptByStore: a linked store keeps the categories
    """
    ownership.check_category(None)
    facts = {"name": name, "full_path": path_below(parent=parent, name=name)}
    node: StoreCategory
    if parent is None:
        node = StoreCategory.add_root(**facts)
    else:
        node = StoreCategory.objects.get(pk=parent.pk).add_child(**facts)
    history.record("created", node)
    return node


@transaction.atomic
def change(
    *, category: StoreCategory, name: str, parent: StoreCategory | None, by_store: bool = False
) -> StoreCategory:
    """
    Rename or move a category with all below it.

    :raises KeptByStore: it is a linked store's, and somebody else does so
    """
    node = StoreCategory.objects.get(pk=category.pk)
    before, former = node.full_path, node.get_parent()
    if not by_store and path_below(parent=parent, name=name) != before:
        ownership.check_category(node)
    if (former.pk if former else None) != (parent.pk if parent else None):
        _move(node, parent)
        node = StoreCategory.objects.get(pk=category.pk)
    after = path_below(parent=parent, name=name)
    if after != before:
        _rewrite_paths(node, before, after, name)
        history.record("renamed", node, before={"path": before}, after={"path": after})
    saved: StoreCategory = StoreCategory.objects.get(pk=category.pk)
    CATEGORIES.announce(_changed(CategoryKind.MOVED, saved))
    return saved


@transaction.atomic
def set_rule(*, category: StoreCategory, listing_rule: str, stock_buffer: int | None) -> bool:
    """Set what a category says of all products below it; return whether that is new."""
    before = {"listing_rule": category.listing_rule, "stock_buffer": category.stock_buffer}
    after = {"listing_rule": listing_rule, "stock_buffer": stock_buffer}
    if before == after:
        return False
    StoreCategory.objects.filter(pk=category.pk).update(**after)
    category.listing_rule, category.stock_buffer = listing_rule, stock_buffer
    history.record("listing rule set", category, before=before, after=after)
    CATEGORIES.announce(_changed(CategoryKind.RULED, category))
    return True


@dataclass(frozen=True)
class Removed:
    """What went with a category: categories below, and what rooms above hold on it, names under a word."""

    categories: int
    along: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def mappings(self) -> int:
        """How many mappings of these categories went."""
        return len(self.along.get("mappings", ()))

    @property
    def skus(self) -> list[str]:
        """The SKUs on Jet that stood there."""
        return self.along.get("on_jet", [])


def would_remove(*, category: StoreCategory) -> Removed:
    """Return what goes with a category, before it is deleted; three queries."""
    below = StoreCategory.objects.filter(path__startswith=category.path).count() - 1
    return Removed(below, dict(CATEGORY_COMPANIONS.ask(_changed(CategoryKind.REMOVING, category))))


@transaction.atomic
def remove(*, category: StoreCategory, by_store: bool = False) -> Removed:
    """
    Delete a category with all below it; the products stay.

    The history names what went along. SKUs on Jet that stood there cannot be sent any more, unless another category
    of theirs is mapped.

    :raises KeptByStore: it is a linked store's, and somebody else does so
    """
    if not by_store:
        ownership.check_category(category)
    removed = would_remove(category=category)
    CATEGORIES.announce(_changed(CategoryKind.REMOVING, category))
    listed = {word: names[:LISTED] for word, names in removed.along.items()}
    message = (
        f"Mappings removed: {removed.mappings}. Products on Jet in these categories: {len(removed.skus)}."
    )
    history.record("deleted", category, message=message, before=listed)
    category.delete()
    return removed


def _changed(kind: CategoryKind, category: StoreCategory) -> CategoryChanged:
    return CategoryChanged(kind, category.pk, category.path, category.full_path)


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
