"""Leaves a note on an order."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.panel.management.forms import NO_OPTION, FormCommand
from orders.forms.rejections import NoteForm
from orders.management import lookups
from orders.services import notes


class Command(FormCommand):
    """A note for colleagues; Jet never sees it."""

    help = "Leave a note on an order."
    form = NoteForm
    flags = {"text": NO_OPTION}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument("text")
        self.add_dry_run(parser)

    def handle(self, *args: Any, order: str, text: str, **options: Any) -> None:
        found = lookups.find_order(order)
        form = self.filled({"text": text})
        with self.trying(options["dry_run"]):
            note = notes.add_note(order=found, text=form.cleaned_data["text"])
        self.finish({"order": found.number, "note": note.text}, f"Noted on order {found}.")
