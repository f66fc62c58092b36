"""The store's category tree as the mapping page shows it: what is mapped, what is inherited, how many products."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.mapping.models import CategoryMapping, JetCategory
from catalog.mapping.selectors import MappingIndex
from catalog.products.models import Product, ProductCategory, StoreCategory
from jetbridge.core.models.ranges import among
from jetbridge.panel.paginator import CAP, capped

# A tree of more rows than this is shown closed but for the way to the chosen category.
WHOLE = 250
# More rows than this nobody reads at once; a search finds the others.
MOST = 400
# Beyond so many places of products, those without a Jet category are counted for the chosen branch only.
MOST_LINKS = 200_000


@dataclass(frozen=True)
class Branch:
    """
    One store category with its mapping, its own or one that it inherits.

    products stand in it, homeless are those of them that no category leads to Jet; below and mapped_below count
    the categories under it.
    """

    id: int
    name: str
    path: str
    full_path: str
    depth: int
    products: int
    mapped_to: JetCategory | None
    inherited: JetCategory | None
    homeless: int = 0
    below: int = 0
    mapped_below: int = 0

    @property
    def state(self) -> str:
        """Return mapped, broken (the Jet category was retired), inherited or unmapped."""
        return _state(self.mapped_to, self.inherited)

    @property
    def housed(self) -> int:
        """Count the products in it that have a place on Jet."""
        return self.products - self.homeless

    @property
    def unmapped_below(self) -> int:
        """Count the categories under it that lead nowhere."""
        return self.below - self.mapped_below

    @property
    def is_open(self) -> bool:
        """Return whether somebody should map it."""
        return self.state in ("unmapped", "broken")


@dataclass(frozen=True)
class StoreTree:
    """The whole tree in reading order."""

    branches: Sequence[Branch]
    counts_homeless: bool = True

    def count(self, state: str) -> int:
        return sum(1 for each in self.branches if each.state == state)

    @property
    def counts(self) -> dict[str, int]:
        return {state: self.count(state) for state in ("mapped", "inherited", "unmapped", "broken")}

    @property
    def homeless(self) -> bool:
        """Return whether any product has no place on Jet."""
        return any(each.homeless for each in self.branches)

    def find(self, category_id: int | None) -> Branch | None:
        return next((each for each in self.branches if each.id == category_id), None)

    def next_open(self, after: int | None) -> Branch | None:
        """Return the next category to map below the given one, else the first from the top: likely ones first."""
        ids = [each.id for each in self.branches]
        start = ids.index(after) + 1 if after in ids else 0
        turned = [*self.branches[start:], *self.branches[:start]]
        waiting = [each for each in turned if each.is_open]
        # Products without a place make it urgent; the store's root is seldom a category of goods.
        return min(
            waiting, key=lambda each: (each.depth == 1, not each.homeless, not each.products), default=None
        )

    def shown(self, *, open_only: bool, search: str) -> list[Branch]:
        """Return the branches that match, each with those above it, so that the tree stays readable."""
        words = search.casefold().split()
        hits = [
            each.path
            for each in self.branches
            if (not open_only or each.is_open) and all(word in each.full_path.casefold() for word in words)
        ]
        shown = {above for path in hits for above in _prefixes(path)}
        return [each for each in self.branches if each.path in shown]


@dataclass(frozen=True)
class Row:
    """A branch as a row of the page; closed says that categories below it are not shown."""

    branch: Branch
    closed: bool


def rows_of(branches: Sequence[Branch], *, chosen: Branch | None, opened: bool) -> tuple[list[Row], int]:
    """
    Return the rows to show and how many are left out; a large tree is open on the way to the chosen one only.

    opened shows all of them, as after a search.
    """
    kept = list(branches)
    if len(kept) > WHOLE and not opened:
        # Everything beside the way and right below the chosen category.
        ways = set(_prefixes(chosen.path)) if chosen else set()
        kept = [each for each in kept if each.depth <= 2 or each.path[: -StoreCategory.steplen] in ways]
    left_out = max(len(kept) - MOST, 0)
    if left_out:
        place = next((at for at, each in enumerate(kept) if chosen and each.id == chosen.id), 0)
        start = max(min(place - MOST // 2, len(kept) - MOST), 0)
        kept = kept[start : start + MOST]
    parents = {each.path[: -StoreCategory.steplen] for each in kept}
    return [Row(each, bool(each.below) and each.path not in parents) for each in kept], left_out


def load_store_tree(*, counted: bool = True) -> StoreTree:
    """Read the tree with mappings, and with product counts where they are shown; four queries."""
    index = MappingIndex.load()
    rows = list(
        StoreCategory.objects.order_by("path").values_list("pk", "name", "path", "full_path", "depth")
    )
    own: dict[int, tuple[JetCategory | None, JetCategory | None]] = {}
    below: Counter[str] = Counter()
    mapped: Counter[str] = Counter()
    placed = []
    for pk, _, path, _, _ in rows:
        hit = index.nearest(path)
        own[pk] = (hit[1], None) if hit and hit[0] == path else (None, hit[1] if hit else None)
        has_place = _state(*own[pk]) in ("mapped", "inherited")
        placed += [pk] if has_place else []
        for above in _prefixes(path[: -StoreCategory.steplen]):
            below[above] += 1
            mapped[above] += has_place
    counts = _by_category(ProductCategory.objects.all()) if counted else {}
    few = sum(counts.values()) <= MOST_LINKS
    homeless = _by_category(_homeless(placed)) if counted and few else {}
    return StoreTree([
        Branch(
            pk, name, path, full_path, depth, counts.get(pk, 0), *own[pk],
            homeless=homeless.get(pk, 0), below=below[path], mapped_below=mapped[path],
        )
        for pk, name, path, full_path, depth in rows
    ], counts_homeless=few)  # fmt: skip


def _by_category(links: "QuerySet[ProductCategory]") -> dict[int, int]:
    return dict(links.order_by().values_list("category_id").annotate(n=Count("*")))


def _state(own: JetCategory | None, inherited: JetCategory | None) -> str:
    counts = own or inherited
    if counts is None:
        return "unmapped"
    if not counts.active:
        return "broken"
    return "mapped" if own else "inherited"


def _prefixes(path: str) -> Iterator[str]:
    """Yield the tree paths from the root down to this one."""
    step = StoreCategory.steplen
    return (path[:end] for end in range(step, len(path) + 1, step))


def _homeless(placed: Collection[int]) -> "QuerySet[ProductCategory]":
    """Keep the places of products that no category leads to Jet; a chosen category counts alone."""
    # The placed products as one list that the database builds once, instead of a look-up a row.
    choosers = Product.objects.filter(listed_in__isnull=False).values("pk")
    led = ProductCategory.objects.filter(among("category_id", placed)).exclude(product_id__in=choosers)
    chosen = Product.objects.filter(among("listed_in_id", placed)).values("pk")
    return ProductCategory.objects.exclude(product_id__in=led.values("product_id")).exclude(
        product_id__in=chosen
    )


@dataclass(frozen=True)
class Stock:
    """The products in a category and below it, once each and counted up to a cap, and those without a place."""

    products: int
    homeless: int

    @property
    def placed(self) -> int:
        """How many of the counted ones have a place."""
        return int(self.products) - self.homeless


def stock_of(tree: StoreTree, branch: Branch) -> Stock:
    """Count the products in a category and below it; two queries."""
    below = [each.id for each in tree.branches if each.path.startswith(branch.path)]
    placed = [each.id for each in tree.branches if not each.is_open]
    held = ProductCategory.objects.filter(among("category_id", below)).values("product_id").distinct()
    linked = Exists(ProductCategory.objects.filter(among("category_id", placed), product=OuterRef("pk")))
    counted = Product.objects.filter(pk__in=held[:CAP])
    homeless = counted.exclude(Q(linked, listed_in=None) | among("listed_in_id", placed))
    return Stock(capped(held[: CAP + 1].count(), CAP), homeless.count())


def own_mappings_below(branch: Branch) -> int:
    """Count the mappings that "map this and all below" would replace."""
    below = CategoryMapping.objects.filter(store_category__path__startswith=branch.path)
    return below.exclude(store_category=branch.id).count()
