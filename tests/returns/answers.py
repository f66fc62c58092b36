"""Makers of what the completion form says."""

from typing import Any

from returns.forms import first_answer
from returns.models import ReturnRequest
from returns.services.completions import Answer, LineAnswer


def answer(row: ReturnRequest, *, agree: bool = True, charge_feedback: str = "", **changes: Any) -> Answer:
    """Return the answer that the form offers, with changes to the first line."""
    item = row.items.first()
    line = LineAnswer(**{**vars(first_answer(item)), **changes})
    return Answer({item.pk: line}, agree_to_return_charge=agree, return_charge_feedback=charge_feedback)
