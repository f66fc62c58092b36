"""The best suggestion for each store category that has no place on Jet yet."""

from dataclasses import dataclass

from catalog.mapping import jet_tree, store_tree
from catalog.mapping.store_tree import Branch
from catalog.mapping.text_matches import Suggestion

# From this score on a suggestion is selected; a person still looks at it before it is accepted.
SELECTED_FROM = 80


@dataclass(frozen=True)
class Offer:
    """One store category with its best suggestion."""

    branch: Branch
    best: Suggestion

    @property
    def key(self) -> str:
        """What the page sends back when it is accepted."""
        return f"{self.branch.id}:{self.best.jet_id}"

    @property
    def selected(self) -> bool:
        """Return whether it is good enough to be selected beforehand."""
        return self.best.score >= SELECTED_FROM and self.branch.products > 0


def offers() -> list[Offer]:
    """Return the best suggestion for every store category that has no place on Jet, the best first."""
    suggester = jet_tree.suggester()
    found = []
    for branch in store_tree.load_store_tree().branches:
        # The store's own root is no category of goods.
        if branch.is_open and branch.depth > 1:
            best = suggester.suggest(jet_tree.names_on(branch.full_path), limit=1)
            found += [Offer(branch, each) for each in best]
    return sorted(found, key=lambda each: -each.best.score)
