"""Completes a return, as the button Submit Return does, and waits for Jet's answer."""

from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.outbox.models import State
from returns import selectors
from returns.forms import first_answer
from returns.management import lines, waiting
from returns.models import ReturnItem, ReturnRequest
from returns.models.amounts import Amounts
from returns.services import completion_answers, completions
from returns.services.completions import AlreadyAnswered, Answer, AnswerRefused, LineAnswer


class Command(PanelCommand):
    """Give back what the form offers, unless told to give nothing."""

    help = "Complete a return with all that is asked and still due, with 0, or as each --line says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("return_id", help="reference or Jet return id")
        lines.add_lines(parser, "ITEM")
        parser.add_argument("--zero", action="store_true", help="give nothing back, as after a refund")
        parser.add_argument(
            "--feedback",
            default="",
            choices=["", *ReturnItem.Feedback.values],
            help="why less is given back than asked",
        )
        parser.add_argument("--notes", default="")
        parser.add_argument(
            "--disagree",
            default="",
            choices=["", *ReturnRequest.ChargeFeedback.values],
            help="do not agree to the return charge, and why",
        )
        parser.add_argument("--restock", action="store_true", help="put all returned units back to stock")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")

    def handle(self, *args: Any, return_id: str, **options: Any) -> None:
        lines.check_alone(options, "zero", "restock", "feedback", "notes")
        found = _find(return_id)
        answer = _answer(found, options)
        if options["dry_run"]:
            wrong = [
                each.message for each in completions.problems(items=list(found.items.all()), answer=answer)
            ]
            text = (
                " ".join(wrong) or f"Return {found} would give back ${_total(answer):,.2f}. Nothing was sent."
            )
            self.finish({"return": str(found), "problems": wrong}, text, ok=not wrong)
            return
        try:
            completions.want_completion(return_request=found, answer=answer)
        except (AnswerRefused, AlreadyAnswered) as error:
            raise CommandError(str(error)) from error
        with open_client(found.account, purpose="complete_return") as client:
            completion_answers.send_returns(client=client, account=found.account)
        self._report(found)

    def _report(self, found: ReturnRequest) -> None:
        waiting.settled(found)
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


def _find(name: str) -> ReturnRequest:
    rows = ReturnRequest.objects.filter(account=configuration.active_account())
    named = lookups.the_one(rows, name, "jet_id", "reference_number", what="return")
    return selectors.return_page(named.pk).get()


def _answer(found: ReturnRequest, options: dict[str, Any]) -> Answer:
    items = list(found.items.all())
    told = _told(found, items, options)
    return Answer(
        {item.pk: told[item.pk] if told else _line(item, options) for item in items},
        agree_to_return_charge=not options["disagree"],
        return_charge_feedback=options["disagree"],
    )


def _told(found: ReturnRequest, items: list[ReturnItem], options: dict[str, Any]) -> dict[int, LineAnswer]:
    """Return what the lines say; an item that none of them names is left out of the answer."""
    said = lines.read(options["line"])
    known = {key: item for item in items for key in (item.sku, item.jet_order_item_id)}
    if strange := sorted(set(said) - set(known)):
        raise CommandError(f"Return {found} has no item {', '.join(strange)}.")
    lines.check_single((item.sku for item in items), said)
    named = {known[key].pk: line for key, line in said.items()}
    if len(named) < len(said):
        raise Usage("--line names an item twice, by SKU and by ID; say all of it in one.")
    return {item.pk: _answered(named.get(item.pk)) for item in items} if said else {}


def _answered(line: lines.Line | None) -> LineAnswer:
    if line is None:
        return LineAnswer(is_included=False)
    said = lines.words(line)
    return LineAnswer(
        units_returned=lines.units(line, "units_returned"),
        units_refunded=lines.units(line, "units_refunded"),
        units_restocked=lines.units(line, "units_restocked"),
        amounts=lines.amounts(line),
        feedback=said["feedback"],
        notes=said["notes"],
    )


def _line(item: ReturnItem, options: dict[str, Any]) -> LineAnswer:
    line = first_answer(item)
    if options["zero"]:
        line = replace(line, units_refunded=0, amounts=Amounts())
    restocked = line.units_returned if options["restock"] else 0
    return replace(
        line, feedback=options["feedback"], notes=options["notes"] or line.notes, units_restocked=restocked
    )


def _total(answer: Answer) -> Any:
    return sum(line.amounts.total for line in answer.lines.values())
