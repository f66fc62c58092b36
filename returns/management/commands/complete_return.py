"""Completes a return, as the button Submit Return does, and waits for Jet's answer."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management import lookups
from jetbridge.outbox.models import State
from jetbridge.panel.management import form_rows
from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from returns import selectors
from returns.forms.completions import PART_LABELS, CompletionForm
from returns.management import waits
from returns.models import ReturnItem, ReturnRequest
from returns.services import completion_answers, completions
from returns.services.completions import AlreadyAnswered, Answer, AnswerRefused

FETCH = "`fetch_returns` reads new ones from Jet."


class Command(FormCommand):
    """Give back what the form offers, unless asked to give nothing."""

    help = "Complete a return with all that is asked and still due, with 0, or as each --line says."
    form = CompletionForm
    # Whoever says why does not agree.
    flags = {"agree_to_return_charge": NO_OPTION, "return_charge_feedback": "--disagree"}
    rows = {"--line": "ITEM;NAME=VALUE;..."}
    hints = {
        "return_charge_feedback": "do not agree to the return charge, and why",
        "--line": "one line as the form has it: units_returned, units_refunded, units_restocked, "
        f"{', '.join(PART_LABELS)}, more, feedback, notes",
    }
    bad_value = 2
    refusals = (AnswerRefused, AlreadyAnswered)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("return_id", help="reference or Jet return id")
        self.add_fields(parser)
        parser.add_argument("--zero", action="store_true", help="give nothing back, as after a refund")
        parser.add_argument(
            "--feedback",
            default="",
            choices=["", *ReturnItem.Feedback.values],
            help="why less is given back than asked",
        )
        parser.add_argument("--notes", default="")
        parser.add_argument("--restock", action="store_true", help="put all returned units back to stock")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")

    def handle(self, *args: Any, return_id: str, **options: Any) -> None:
        form_rows.refuse_beside("line", options, "zero", "restock", "feedback", "notes")
        rows = ReturnRequest.objects.filter(account=configuration.active_account())
        named = lookups.the_one(rows, return_id, "jet_id", "reference_number", what="return", fix=FETCH)
        found = selectors.return_page(named.pk).get()
        answer = self._answer(found, options)
        if options["dry_run"]:
            items = list(found.items.all())
            wrong = [each.message for each in completions.problems(items=items, answer=answer)]
            total = sum(line.amounts.total for line in answer.lines.values())
            text = " ".join(wrong) or f"Return {found} would give back ${total:,.2f}. Nothing was sent."
            self.finish({"return": str(found), "problems": wrong}, text, ok=not wrong)
            return
        completions.queue_completion(return_request=found, answer=answer)
        with open_client(found.account, purpose="complete_return") as client:
            completion_answers.send_returns(client=client, account=found.account)
        self._report(found)

    def _answer(self, found: ReturnRequest, options: dict[str, Any]) -> Answer:
        how = {"items": list(found.items.all())}
        form, fields = CompletionForm(**how), self.given(options)
        if options["disagree"]:
            fields["agree_to_return_charge"] = "no"
        if options["line"]:
            aliases: dict[str, list[str]] = {}
            for item in form.items:
                aliases.setdefault(item.sku, []).append(item.jet_order_item_id)
            fields |= self.rows_given(form, options, f"Return {found}", aliases)
        else:
            fields |= _all_lines(form, options)
        answer: Answer = self.filled(fields, **how).answer()
        return answer

    def _report(self, found: ReturnRequest) -> None:
        waits.settled(found)
        memo = getattr(
            ReturnRequest.objects.select_related("credit_memo").get(pk=found.pk), "credit_memo", None
        )
        summary = {
            "return": str(found),
            "status": found.status,
            "answer": found.state.value,
            "credit_memo": str(memo) if memo else "",
            "total": str(memo.total if memo else 0),
            "errors": found.errors,
        }
        text = f"Return {found}: {found.state.label.lower()}."
        text += f" Credit memo {memo} over ${memo.total:,.2f}." if memo else ""
        text += f" Jet says: {' '.join(found.errors)}" if found.errors else ""
        self.finish(summary, text, ok=found.state == State.ACCEPTED)


def _all_lines(form: CompletionForm, options: dict[str, Any]) -> dict[str, str]:
    """Return what the options change on every line of what the form offers."""
    fields: dict[str, str] = {}
    for pk in (item.pk for item in form.items):
        if options["zero"]:
            fields |= {f"{part}_{pk}": "0" for part in ("units_refunded", *PART_LABELS)}
        if options["restock"]:
            fields[f"units_restocked_{pk}"] = str(form[f"units_returned_{pk}"].value())
        fields |= {f"{name}_{pk}": options[name] for name in ("feedback", "notes") if options[name]}
    return fields
