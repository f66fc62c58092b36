"""The forms of returns and refunds."""

from returns.forms.completion import CompletionForm, first_answer
from returns.forms.refunds import RefundForm

__all__ = ["CompletionForm", "RefundForm", "first_answer"]
