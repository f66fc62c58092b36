"""What the long filters of the products grid offer, asked for when its drawer opens."""

from catalog.products.models import StoreCategory
from catalog.rules import codes
from catalog.rules.models import ValidationResult
from jetbridge.core.texts import number_in

# A longer list is no help in a drawer; deeper categories are reached by their own page.
MOST_CATEGORIES = 300
SEVERITIES = {str(value): str(label) for value, label in ValidationResult.Severity.choices}
UNKNOWN = {"unknown": "Not checked yet"}

Choices = list[tuple[str, str]]


def problems(chosen: str) -> Choices:
    """Return the severities, and every rule that some product breaks now."""
    rules = sorted((codes.words(code), code) for code in codes.in_use())
    return [*SEVERITIES.items(), *UNKNOWN.items(), *((code, words) for words, code in rules)]


def problem_words(chosen: str) -> str:
    """Return a severity or a rule in words."""
    return (SEVERITIES | UNKNOWN).get(chosen) or codes.words(chosen)


def categories(chosen: str) -> Choices:
    """Return the tree from its root, and the category that a link brought here."""
    tree = list(StoreCategory.objects.order_by("depth", "path")[:MOST_CATEGORIES])
    pk = number_in(chosen)
    if pk is not None and pk not in {node.pk for node in tree}:
        tree += StoreCategory.objects.filter(pk=pk)
    tree.sort(key=lambda node: str(node.path))
    # A no-break space survives in a select's list.
    return [(str(node.pk), "\u00a0\u00a0" * (node.depth - 1) + node.name) for node in tree]


def category(chosen: str) -> StoreCategory | None:
    """Return the category that an address names by its id, if there is one."""
    found: StoreCategory | None = StoreCategory.objects.filter(pk=number_in(chosen) or 0).first()
    return found


CHOICES = {"problems": problems, "category": categories}
