"""What a draft breaks: services name all of it, and the form of the draft shows each problem beside its field."""

from dataclasses import dataclass, field

from django.forms import BaseForm


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with a draft; field is the form's, empty for the whole."""

    field: str
    message: str


@dataclass
class Refused(Exception):
    """The draft breaks rules; nothing was written."""

    problems: list[FieldProblem] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems)


def show(form: BaseForm, refused: Refused) -> None:
    """Put each problem beside its field, the others above the form."""
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
