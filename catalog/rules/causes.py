"""What is wrong with the catalogue, by cause: each rule with how many products break it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery

from catalog.products.models import Product
from catalog.rules import codes as problem_codes
from catalog.rules.models import Problem, ValidationResult
from jetbridge.core.counts import CountUpTo, ask
from jetbridge.core.models import JetAccount
from jetbridge.core.texts import counted
from jetbridge.mass_actions.groups import apart
from jetbridge.panel.paginator import CAP, CappedCount, capped

Severity = ValidationResult.Severity
ORDER = list(Severity.values)


@dataclass(frozen=True)
class Cause:
    """One rule that products break, and how many of them."""

    code: str
    words: str
    severity: str
    field: str
    message: str
    count: int
    # How many of them are groups of products.
    groups: int = 0

    @property
    def words_of_count(self) -> str:
        """How many products have it, their groups apart; what was counted no further is said so."""
        if isinstance(self.count, CappedCount):
            return "products: " + str(self.count)
        rest = self.count - self.groups
        return apart(counted(rest, "product"), self.groups) if rest else counted(self.groups, "group")


def causes(account: JetAccount) -> list[Cause]:
    """Return every cause, worst first, then the most frequent; two queries however many problems there are."""
    codes = problem_codes.in_use()
    questions: dict[str, Any] = {}
    for place, code in enumerate(codes):
        rows = Problem.objects.filter(code=code).order_by("product_id")
        questions |= {
            f"{name}_{place}": Subquery(rows.values(name)[:1]) for name in ("severity", "field", "message")
        }
        questions[f"count_{place}"] = CountUpTo(rows.values("product_id").distinct(), CAP)
        questions[f"groups_{place}"] = CountUpTo(_groups(rows), CAP)
    found = ask(questions, account)
    answers = [
        Cause(
            code, problem_codes.words(code), found[f"severity_{place}"], found[f"field_{place}"],
            found[f"message_{place}"], capped(found[f"count_{place}"], CAP), found[f"groups_{place}"],
        )
        for place, code in enumerate(codes)
        if found[f"severity_{place}"] is not None
    ]  # fmt: skip
    return sorted(answers, key=lambda each: (ORDER.index(each.severity), -each.count, each.words))


def cause(code: str, account: JetAccount) -> Cause | None:
    """Return one cause while some product still has it."""
    rows = Problem.objects.filter(code=code).order_by("product_id")
    first = rows.first()
    if first is None:
        return None
    counts = ask(
        {
            "all": CountUpTo(rows.values("product_id").distinct(), CAP),
            "groups": CountUpTo(_groups(rows), CAP),
        },
        account,
    )
    words = problem_codes.words(code)
    return Cause(
        code, words, first.severity, first.field, first.message, capped(counts["all"], CAP), counts["groups"]
    )


def _groups(rows: "QuerySet[Problem]") -> "QuerySet[Any, Any]":
    return rows.filter(product__kind=Product.Kind.CONFIGURABLE).values("product_id").distinct()
