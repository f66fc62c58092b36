"""
What the store announces: products, categories and attributes that changed, by whatever way the change came.

An import, an edit, a sale and a live store say it in the same form and in the transaction that makes the change.
Names of changed fields are columns of the product, or the name under which it holds rows: categories, images,
texts, variations, and what rooms above hang on it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from jetbridge.core.actors import Actor, current_actor
from jetbridge.core.announcements import Topic


class Kind(StrEnum):
    """How products came to change."""

    EDITED = "edited"
    IMPORTED = "imported"
    # Units that a document moved (an order, a shipment, a return), and units that a person typed.
    STOCK_MOVED = "stock moved"
    STOCK_SET = "stock set"
    # A parent got a child that it was waiting for.
    CHILD_LINKED = "child linked"
    # Announced before the rows go, while all that hangs on them can still be found.
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class Changed:
    """One product and the names of what changed of it; a new one names its SKU, a renamed one the former too."""

    product_id: int
    sku: str = ""
    fields: frozenset[str] = frozenset()
    is_new: bool = False
    former_sku: str = ""


@dataclass(frozen=True, slots=True)
class ProductsChanged:
    """Products that one step changed, many at once; by is the step in a word, empty where the actor says it."""

    kind: Kind
    products: tuple[Changed, ...]
    by: str = ""
    actor: Actor = field(default_factory=current_actor)

    @property
    def ids(self) -> list[int]:
        """The products' keys."""
        return [each.product_id for each in self.products]

    def ids_with(self, fields: Collection[str]) -> list[int]:
        """Return the keys of products of which any of these fields changed."""
        return [each.product_id for each in self.products if not each.fields.isdisjoint(fields)]


class CategoryKind(StrEnum):
    """What becomes of a category."""

    # It has another name or parent, and so has every path below it.
    MOVED = "moved"
    # What it says of its products changed: offered or not, units held back.
    RULED = "ruled"
    # Announced before it goes, with all below it.
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """A category of the store's tree: its key, its place (treebeard's path) and its full path as people read it."""

    kind: CategoryKind
    category_id: int
    path: str
    full_path: str
    actor: Actor = field(default_factory=current_actor)


@dataclass(frozen=True, slots=True)
class AttributeRemoving:
    """An attribute that is about to go; products keep the values under its code."""

    attribute_id: int
    code: str
    actor: Actor = field(default_factory=current_actor)


# A subscriber returns the parts of a product that it will send somewhere, by name.
PRODUCTS: Topic[ProductsChanged, Collection[str]] = Topic("products")
CATEGORIES: Topic[CategoryChanged, None] = Topic("categories")
ATTRIBUTES: Topic[AttributeRemoving, None] = Topic("attributes")
# Asked before a category goes: what goes or suffers with it, names under a word.
CATEGORY_COMPANIONS: Topic[CategoryChanged, tuple[str, list[str]]] = Topic("what goes with a category")


def announce(kind: Kind, products: Iterable[Changed], *, by: str = "") -> set[str]:
    """Announce changed products, if there are any; return the parts of them that are sent somewhere, by name."""
    changed = tuple(products)
    if not changed:
        return set()
    return set[str]().union(*PRODUCTS.announce(ProductsChanged(kind, changed, by)))
