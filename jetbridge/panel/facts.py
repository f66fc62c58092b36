"""What header and menu show on every page: many small questions, asked together in one query a request."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import BaseExpression
from django.http import HttpRequest

from jetbridge.core import configuration
from jetbridge.core.counts import CountUpTo, ask
from jetbridge.core.models import JetAccount

# A badge shows no more than this; the page behind it has the rest.
MOST = 99

Question = Callable[[JetAccount], BaseExpression]
Rows = Callable[[JetAccount], "QuerySet[Model]"]
# What is asked for the person who looks.
PersonalQuestion = Callable[[int], BaseExpression]
_questions: dict[str, Question] = {}
_personal: dict[str, PersonalQuestion] = {}


def add(name: str, question: Question) -> None:
    """Have a question asked with all others, on each page that needs one of them."""
    _questions[name] = question


def add_personal(name: str, question: PersonalQuestion) -> None:
    """Have a question about the person who looks asked with all others."""
    _personal[name] = question


def fact(request: HttpRequest, name: str) -> Any:
    """Return the answer to a question; the first that is needed in a request has all of them asked."""
    known: dict[str, Any] = request.__dict__.setdefault("jb_facts", {})
    if name not in known:
        # A page of errors may have no person.
        known |= _ask(getattr(getattr(request, "user", None), "pk", None) or 0, known.keys())
    return known[name]


def badge(rows: Rows) -> Callable[[HttpRequest], str]:
    """Make a menu's badge of a query: the number of its rows, nothing for none, "99+" beyond."""
    name = f"{rows.__module__}.{getattr(rows, '__name__', '')}"
    add(name, lambda account: CountUpTo(rows(account).order_by(), MOST))

    def shown(request: HttpRequest) -> str:
        return count_text(fact(request, name))

    shown.__doc__ = rows.__doc__
    return shown


def count_text(count: int | None) -> str:
    """Return a count as a badge shows it."""
    if not count:
        return ""
    return f"{MOST}+" if count > MOST else str(count)


def _ask(person: int, known: Collection[str]) -> dict[str, Any]:
    account = configuration.active_account()
    asked = {name: question(account) for name, question in _questions.items() if name not in known}
    asked |= {name: question(person) for name, question in _personal.items() if name not in known}
    keys = {f"fact_{place}": name for place, name in enumerate(asked)}
    answers = ask({key: asked[name] for key, name in keys.items()}, account)
    return {name: answers[key] for key, name in keys.items()}
