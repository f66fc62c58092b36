"""Jet's tree as the mapping page asks for it: dependent selects, search over whole paths, suggestions."""

from dataclasses import dataclass, field

from django.db.models import Q

from catalog.mapping.models import JetCategory
from catalog.mapping.text_matches import Candidate, Suggester, Suggestion
from jetbridge.core.texts import number_in

FOUND = 20


@dataclass
class Selects:
    """What the three selects offer and what is chosen in each."""

    root: JetCategory | None = None
    child: JetCategory | None = None
    sub: JetCategory | None = None
    roots: list[JetCategory] = field(default_factory=list)
    children: list[JetCategory] = field(default_factory=list)
    subs: list[JetCategory] = field(default_factory=list)

    @property
    def chosen(self) -> JetCategory | None:
        return self.sub or self.child or self.root


def selects_for(chosen: JetCategory | None) -> Selects:
    """Return the selects as they stand when this category is chosen; three queries at most."""
    line = _line(chosen)
    root, child, *rest = [*line, None, None]
    subs: list[JetCategory] = _below(child) if child else []
    sub = next((each for each in reversed(rest) if each), None)
    if sub and sub not in subs:  # deeper than the three levels that Jet's trees usually have
        subs.append(sub)
    return Selects(
        root=root, child=child, sub=sub,
        roots=_below(None), children=_below(root) if root else [], subs=subs,
    )  # fmt: skip


def category(jet_id: str | None) -> JetCategory | None:
    """Return the Jet category with an ID as a page sends it."""
    number = number_in(jet_id)
    return None if number is None else JetCategory.objects.filter(jet_id=number).first()


def search(text: str) -> list[JetCategory]:
    """Return categories whose path holds every word, or with that ID; main categories are left out."""
    words = text.split()
    if not words:
        return []
    rows = JetCategory.objects.filter(active=True, parent__isnull=False)
    if len(words) == 1 and (jet_id := number_in(words[0])) is not None:
        return list(rows.filter(jet_id=jet_id))
    condition = Q()
    for word in words:
        condition &= Q(path__icontains=word)
    return list(rows.filter(condition).order_by("level", "path")[:FOUND])


def suggester() -> Suggester:
    """Return the suggester over every category that may be mapped to."""
    rows = JetCategory.objects.filter(active=True, parent__isnull=False).values_list("jet_id", "path")
    return Suggester(Candidate(jet_id, path) for jet_id, path in rows)


def suggestions(full_path: str) -> list[Suggestion]:
    """Return three suggestions for a store category's path."""
    return suggester().suggest(names_on(full_path))


def names_on(full_path: str) -> list[str]:
    r"""Split Magento's path into names; \/ is a slash in a name."""
    return [name.replace("\0", "/") for name in full_path.replace("\\/", "\0").split("/")]


def _line(chosen: JetCategory | None) -> list[JetCategory | None]:
    line: list[JetCategory | None] = []
    while chosen is not None:
        line.insert(0, chosen)
        chosen = chosen.parent
    return line


def _below(parent: JetCategory | None) -> list[JetCategory]:
    return list(JetCategory.objects.filter(parent=parent, active=True).order_by("name"))
