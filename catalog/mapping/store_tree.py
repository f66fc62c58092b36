"""The store's category tree as the mapping page shows it: what is mapped, what is inherited, how many products."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.mapping.selectors import MappingIndex
from catalog.models import Product, ProductCategory, StoreCategory


@dataclass(frozen=True)
class Branch:
    """One store category with its mapping, its own or one that it inherits."""

    id: int
    name: str
    path: str
    full_path: str
    depth: int
    products: int
    mapped_to: JetCategory | None
    inherited: JetCategory | None

    @property
    def state(self) -> str:
        """Return mapped, broken (the Jet category was retired), inherited or unmapped."""
        counts = self.mapped_to or self.inherited
        if counts is None:
            return "unmapped"
        if not counts.active:
            return "broken"
        return "mapped" if self.mapped_to else "inherited"

    @property
    def is_open(self) -> bool:
        """Tell whether somebody should map it."""
        return self.state in ("unmapped", "broken")


@dataclass(frozen=True)
class StoreTree:
    """The whole tree in reading order."""

    branches: Sequence[Branch]

    def count(self, state: str) -> int:
        """Count the categories in a state."""
        return sum(1 for each in self.branches if each.state == state)

    @property
    def counts(self) -> dict[str, int]:
        """Count the categories of each state."""
        return {state: self.count(state) for state in ("mapped", "inherited", "unmapped", "broken")}

    def find(self, category_id: int | None) -> Branch | None:
        """Return the branch with this id."""
        return next((each for each in self.branches if each.id == category_id), None)

    def next_open(self, after: int | None) -> Branch | None:
        """Return the next category to map below the given one, else the first from the top: likely ones first."""
        ids = [each.id for each in self.branches]
        start = ids.index(after) + 1 if after in ids else 0
        turned = [*self.branches[start:], *self.branches[:start]]
        waiting = [each for each in turned if each.is_open]
        # Products make it urgent; the store's root is seldom a category of goods.
        return min(waiting, key=lambda each: (each.depth == 1, not each.products), default=None)

    def shown(self, *, open_only: bool, search: str) -> list[Branch]:
        """Return the branches that match, each with those above it, so that the tree stays readable."""
        words = search.casefold().split()
        hits = [
            each.path
            for each in self.branches
            if (not open_only or each.is_open) and all(word in each.full_path.casefold() for word in words)
        ]
        step = StoreCategory.steplen
        wanted = {path[:end] for path in hits for end in range(step, len(path) + 1, step)}
        return [each for each in self.branches if each.path in wanted]


def load_store_tree() -> StoreTree:
    """Read the tree with mappings and product counts; three queries."""
    index = MappingIndex.load()
    counts = dict(ProductCategory.objects.values_list("category_id").annotate(n=Count("pk")))
    rows = StoreCategory.objects.order_by("path").values_list("pk", "name", "path", "full_path", "depth")
    branches = []
    for pk, name, path, full_path, depth in rows:
        hit = index.nearest(path)
        own = hit[1] if hit and hit[0] == path else None
        inherited = hit[1] if hit and hit[0] != path else None
        branches.append(Branch(pk, name, path, full_path, depth, counts.get(pk, 0), own, inherited))
    return StoreTree(branches)


def products_changed(branch: Branch) -> int:
    """Count the products that stand in a category or below it, once each."""
    below = Q(category_links__category__path__startswith=branch.path)
    return Product.objects.filter(below | Q(listed_in__path__startswith=branch.path)).distinct().count()


def own_mappings_below(branch: Branch) -> int:
    """Count the mappings that "map this and all below" would replace."""
    below = CategoryMapping.objects.filter(store_category__path__startswith=branch.path)
    return below.exclude(store_category=branch.id).count()
