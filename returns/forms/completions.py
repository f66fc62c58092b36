"""The form that completes a return: what the customer asks is at hand, what you give back is pre-filled."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from jetbridge.panel import cli_fields
from orders.shares import dearest
from returns.models import ReturnItem, ReturnRequest
from returns.models.amounts import Amounts
from returns.refund_reasons import explained
from returns.services import completions, ledger
from returns.services.completions import Answer, LineAnswer

PART_LABELS = {
    "principal": "Amount",
    "tax": "Tax",
    "shipping": "Shipping cost",
    "shipping_tax": "Shipping tax",
}


def _with_meanings(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(word, explained(word, label)) for word, label in choices]


class CompletionForm(forms.Form):
    """Agree or not, and per item quantities, amounts, feedback and notes."""

    agree_to_return_charge = forms.TypedChoiceField(
        label="Agree to Return",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        initial="yes",
        help_text="Whether you bear the return shipping that Jet charges.",
    )
    return_charge_feedback = forms.ChoiceField(
        label="Why not",
        required=False,
        choices=[("", "–"), *_with_meanings(ReturnRequest.ChargeFeedback.choices)],  # noqa: RUF001
        help_text="Needed when you do not agree.",
    )

    def __init__(self, *args: Any, items: Iterable[ReturnItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        cli_fields.say(self.fields["return_charge_feedback"], "--disagree")
        for item in self.items:
            self._add(item)
            names = (
                "units_returned",
                "units_refunded",
                "units_restocked",
                *PART_LABELS,
                "more",
                "feedback",
                "notes",
            )
            for name in names:
                field = self.fields[f"{name}_{item.pk}"]
                cli_fields.say(
                    field, "--line", row=item.jet_order_item_id, key=name, only_if=f"include_{item.pk}"
                )

    def _add(self, item: ReturnItem) -> None:
        first = first_answer(item)
        units: dict[str, Any] = {"min_value": 0, "max_value": item.units_requested, "required": False}
        self.fields[f"include_{item.pk}"] = forms.BooleanField(
            label="Generate Return for the Item", required=False, initial=True
        )
        self.fields[f"units_returned_{item.pk}"] = forms.IntegerField(
            label="Qty Returned", initial=first.units_returned, **units
        )
        self.fields[f"units_refunded_{item.pk}"] = forms.IntegerField(
            label="Qty Refunded", initial=first.units_refunded, **units
        )
        for name in ("units_returned", "units_refunded"):  # the amounts follow these
            attrs = {"data-jr-units": str(item.pk), "data-jr-of": str(first.units_refunded)}
            self.fields[f"{name}_{item.pk}"].widget.attrs.update(attrs)
        self.fields[f"units_restocked_{item.pk}"] = forms.IntegerField(
            label="Qty back to stock", initial=0, help_text="Only what can be sold again.", **units
        )
        most = most_of(item)
        for part, label in PART_LABELS.items():
            limits = getattr(first.amounts, part), getattr(most, part)
            self._add_amount(item, part, label, *limits)
        self.fields[f"more_{item.pk}"] = forms.BooleanField(
            label="More than these units carry",
            required=False,
            help_text="Only where more money is meant than the refunded units cost.",
        )
        self.fields[f"feedback_{item.pk}"] = forms.ChoiceField(
            label="Return Feedback",
            required=False,
            choices=[("", "–"), *_with_meanings(ReturnItem.Feedback.choices)],  # noqa: RUF001
            help_text="Needed when less is given back than asked for.",
        )
        self.fields[f"notes_{item.pk}"] = forms.CharField(
            label="Notes",
            required=False,
            max_length=completions.NOTES_LIMIT,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=first.notes,
            help_text="Jet reads them.",
        )

    def _add_amount(self, item: ReturnItem, part: str, label: str, initial: Decimal, most: Decimal) -> None:
        field = forms.DecimalField(
            label=label,
            required=False,
            initial=initial,
            min_value=Decimal(0),
            max_digits=12,
            decimal_places=2,
            help_text=f"At most ${most:,.2f}.",
        )
        # The browser's own limit; the service says why, and by which earlier payment.
        one = dearest(getattr(completions.asked_of(item), part), item.units_requested)
        shares = {"data-jr-all": str(initial), "data-jr-dearest": str(one)}
        attrs = {"data-jr-amount": str(item.pk), "step": "0.01", "max": str(most), **shares}
        field.widget.attrs.update(attrs)
        self.fields[f"{part}_{item.pk}"] = field

    @property
    def head(self) -> list[forms.BoundField]:
        """The fields of the whole return."""
        return [self["agree_to_return_charge"], self["return_charge_feedback"]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each item with its fields, what is asked, and what the ledger knows of it."""
        units = ("units_returned", "units_refunded", "units_restocked")
        return [
            {
                "item": item,
                "include": self[f"include_{item.pk}"],
                "fields": [
                    self[f"{name}_{item.pk}"] for name in (*units, *PART_LABELS, "more", "feedback", "notes")
                ],
                "asked": completions.asked_of(item),
                "left": ledger.left_of(item.order_item) if item.order_item else None,
                "most": most_of(item),
            }
            for item in self.items
        ]

    def answer(self) -> Answer:
        """Return what the cleaned form says."""
        data = self.cleaned_data
        return Answer(
            agree_to_return_charge=data["agree_to_return_charge"],
            return_charge_feedback=data["return_charge_feedback"],
            lines={item.pk: self._line(item.pk) for item in self.items},
        )

    def _line(self, pk: int) -> LineAnswer:
        data = self.cleaned_data
        return LineAnswer(
            is_included=data[f"include_{pk}"],
            is_more=data[f"more_{pk}"],
            units_returned=data.get(f"units_returned_{pk}") or 0,
            units_refunded=data.get(f"units_refunded_{pk}") or 0,
            units_restocked=data.get(f"units_restocked_{pk}") or 0,
            amounts=Amounts(*(data.get(f"{part}_{pk}") or Decimal(0) for part in PART_LABELS)),
            feedback=data.get(f"feedback_{pk}") or "",
            notes=data.get(f"notes_{pk}") or "",
        )


def most_of(item: ReturnItem) -> Amounts:
    """Return the most that may be given back for a line: what is asked, as far as the ledger allows."""
    if item.order_item is None:
        return Amounts()
    return completions.asked_of(item).least(ledger.left_of(item.order_item).amounts)


def first_answer(item: ReturnItem) -> LineAnswer:
    """Return the answer that is offered: all that is asked, as far as the ledger allows."""
    if item.order_item is None:
        return LineAnswer(units_returned=item.units_requested, amounts=Amounts())
    units = min(item.units_requested, ledger.left_of(item.order_item).units)
    if units:
        return LineAnswer(units_returned=item.units_requested, units_refunded=units, amounts=most_of(item))
    notes = ledger.earlier(item.order_item)[: completions.NOTES_LIMIT]
    return LineAnswer(units_returned=item.units_requested, notes=notes)
