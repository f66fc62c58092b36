"""The form of a refund: per SKU what is still available, pre-filled and limited."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from jetbridge.panel import cli_fields
from jetbridge.panel.identifiers import ConfirmingForm, IdentifierField
from orders.models import OrderItem
from orders.shares import dearest
from returns.forms.completions import PART_LABELS
from returns.models.amounts import Amounts
from returns.refund_reasons import FEEDBACK, REASONS, explained
from returns.services import ledger, refunds
from returns.services.ledger import Left
from returns.services.refunds import NOTES_LIMIT, RefundDraft, RefundLineDraft

# What a page that says nothing usable has seen: it never equals what is left.
NOTHING_SEEN = Left(-1, Amounts())


class RefundForm(ConfirmingForm):
    """One section an SKU; only those that are added are paid back."""

    alt_refund_id = IdentifierField(
        label="Refund Merchant ID",
        help_text="Yours, made before Jet is asked: sent again, it pays nothing twice.",
        widget=forms.TextInput(attrs={"readonly": True}),
    )

    def __init__(self, *args: Any, items: Iterable[OrderItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = {item: ledger.left_of(item) for item in items}
        open_items = [item for item, left in self.left.items() if left.units]
        cli_fields.say(self.fields["alt_refund_id"], "--id")
        for item in open_items:
            self._add(item, self.left[item], is_only=len(open_items) == 1)
            names = ("units_returned", "units_refunded", *PART_LABELS, "reason", "feedback", "notes")
            for name in names:
                field = self.fields[f"{name}_{item.pk}"]
                cli_fields.say(field, "--line", row=item.sku, key=name, only_if=f"include_{item.pk}")

    def _add(self, item: OrderItem, left: Left, *, is_only: bool) -> None:
        pk = item.pk
        self.fields[f"include_{pk}"] = forms.BooleanField(label="Add", required=False, initial=is_only)
        self.fields[f"seen_{pk}"] = forms.CharField(required=False, widget=forms.HiddenInput())
        self._add_units(f"units_returned_{pk}", "Qty Returned", item.units_shipped, left.units, pk)
        self._add_units(f"units_refunded_{pk}", "Qty Refunded", left.units, left.units, pk)
        for part, label in PART_LABELS.items():
            self._add_amount(item, part, label, getattr(left.amounts, part))
        self.fields[f"reason_{pk}"] = forms.ChoiceField(
            label="Refund reason",
            required=False,
            choices=[("", "–"), *((word, word) for word in REASONS)],  # noqa: RUF001
            help_text="The customer's.",
        )
        self.fields[f"feedback_{pk}"] = forms.ChoiceField(
            label="Refund feedback",
            required=False,
            choices=[("", "–"), *((word, explained(word, word)) for word in FEEDBACK)],  # noqa: RUF001
            help_text="Yours; needed when less is given back than was paid.",
        )
        self.fields[f"notes_{pk}"] = forms.CharField(
            label="Notes",
            required=False,
            max_length=NOTES_LIMIT,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="Jet reads them.",
        )

    def _add_units(self, name: str, label: str, limit: int, initial: int, pk: int) -> None:
        field = forms.IntegerField(
            label=label,
            required=False,
            min_value=0,
            max_value=limit,
            initial=initial,
            help_text=f"At most {limit}.",
        )
        field.widget.attrs.update({"data-jr-units": str(pk), "data-jr-of": str(initial)})
        self.fields[name] = field

    def _add_amount(self, item: OrderItem, part: str, label: str, limit: Decimal) -> None:
        paid, rest = ledger.paid_of(item), refunds.paid_for(item, self.left[item].units)
        field = forms.DecimalField(
            label=f"Refund {label.lower()}",
            required=False,
            initial=getattr(rest, part),
            min_value=Decimal(0),
            max_digits=12,
            decimal_places=2,
            help_text=f"At most ${limit:,.2f}.",
        )
        # While units are typed the page reckons as `share_of_rest` does.
        one = dearest(getattr(paid, part), item.units_shipped)
        shares = {"data-jr-all": str(limit), "data-jr-dearest": str(one)}
        field.widget.attrs.update({"data-jr-amount": str(item.pk), "step": "0.01", **shares})
        self.fields[f"{part}_{item.pk}"] = field

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each item with its fields, if anything is left to refund, and what the ledger knows of it."""
        names = ("units_returned", "units_refunded", *PART_LABELS, "reason", "feedback", "notes")
        return [
            {
                "item": item,
                "left": left,
                "refunded": item.units_shipped - left.units,
                "seen": _seen_text(left),
                "include": self[f"include_{item.pk}"] if left.units else None,
                "fields": [self[f"{name}_{item.pk}"] for name in names] if left.units else [],
            }
            for item, left in self.left.items()
        ]

    def draft(self) -> RefundDraft:
        """Return what the cleaned form says."""
        data = self.cleaned_data
        added = [item.pk for item in self.left if data.get(f"include_{item.pk}")]
        return RefundDraft(data["alt_refund_id"], {pk: self._line(pk) for pk in added})

    def _line(self, pk: int) -> RefundLineDraft:
        data = self.cleaned_data
        return RefundLineDraft(
            units_returned=data.get(f"units_returned_{pk}") or 0,
            units_refunded=data.get(f"units_refunded_{pk}") or 0,
            amounts=Amounts(*(data.get(f"{part}_{pk}") or Decimal(0) for part in PART_LABELS)),
            reason=data.get(f"reason_{pk}") or "",
            feedback=data.get(f"feedback_{pk}") or "",
            notes=data.get(f"notes_{pk}") or "",
            seen=_read(data.get(f"seen_{pk}") or ""),
        )


def _seen_text(left: Left) -> str:
    return "|".join(str(value) for value in (left.units, *vars(left.amounts).values()))


def _read(text: str) -> Left:
    try:
        units, *amounts = text.split("|")
        return Left(int(units), Amounts(*(Decimal(value) for value in amounts)))
    except (ValueError, InvalidOperation, TypeError):
        return NOTHING_SEEN
