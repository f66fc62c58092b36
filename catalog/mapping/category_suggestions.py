"""The best suggestion for each store category that has no place on Jet yet."""

from dataclasses import dataclass

from catalog.mapping import jet_tree, store_tree
from catalog.mapping.store_tree import Branch
from catalog.mapping.text_matches import Suggestion, words_of

# From this score on a suggestion is selected, so far ahead of the second; a person still looks at it before.
SELECTED_FROM, AHEAD = 80, 5
# Words of which a category for one says that it is not for another: whom, how old, what of.
OPPOSITES = tuple(
    frozenset(words_of(words))
    for words in (
        "women men girl boy unisex dog cat pet",
        "adult kid baby toddler infant teen newborn",
        "leather cotton wool silk linen wood metal glass plastic gold silver ceramic",
    )
)
# So many are looked at for the two that do not contradict.
LOOKED_AT = 5


@dataclass(frozen=True)
class Offer:
    """One store category with its best suggestion, and the second."""

    branch: Branch
    best: Suggestion
    second: Suggestion | None = None
    # The best one is for somebody else, or of something else, than the store's category says.
    contradicts: bool = False

    @property
    def key(self) -> str:
        """What the page sends back when it is accepted."""
        return f"{self.branch.id}:{self.best.jet_id}"

    @property
    def selected(self) -> bool:
        """Return whether it is good enough, and far enough ahead of the second, to be selected beforehand."""
        is_sure = self.best.score >= SELECTED_FROM and not self.contradicts
        is_ahead = self.second is None or self.best.score - self.second.score >= AHEAD
        return is_sure and is_ahead and self.branch.products > 0


def offers() -> list[Offer]:
    """Return the best suggestion for every store category that has no place on Jet, the best first."""
    suggester = jet_tree.suggester()
    found = []
    for branch in store_tree.load_store_tree().branches:
        # The store's own root is no category of goods.
        if branch.is_open and branch.depth > 1:
            found += _offered(branch, suggester.suggest(jet_tree.names_on(branch.full_path), limit=LOOKED_AT))
    return sorted(found, key=lambda each: -each.best.score)


def _offered(branch: Branch, suggestions: list[Suggestion]) -> list[Offer]:
    own = set(words_of(branch.full_path))
    fitting = [each for each in suggestions if not contradict(own, set(words_of(each.path)))]
    if not fitting:
        return [Offer(branch, each, contradicts=True) for each in suggestions[:1]]
    return [Offer(branch, fitting[0], fitting[1] if len(fitting) > 1 else None)]


def contradict(ours: set[str], jets: set[str]) -> bool:
    """Say whether two categories name different people, ages or materials."""
    return any(ours & words and jets & words and not ours & jets & words for words in OPPOSITES)
