"""The forms of returns and refunds."""

from returns.forms.completions import CompletionForm, first_answer
from returns.forms.refunds import RefundForm

__all__ = ["CompletionForm", "RefundForm", "first_answer"]
