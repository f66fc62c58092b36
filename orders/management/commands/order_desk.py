"""Says whose an order is, its tags and its hold by hand."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.panel.management.forms import FormCommand
from orders.forms.rejections import DeskForm, desk_initial
from orders.management import lookups
from orders.services import notes


class Command(FormCommand):
    """What people do with an order here; Jet never sees it. What no option names stays as it is."""

    help = "Assign an order, tag it, or hold it by hand until a day; an empty text takes a value away."
    form = DeskForm
    hints = {
        "tags": "the tags, parted by commas",
        "hold_until": "not shipped before this day, such as 2026-12-03",
        "hold_reason": "why it is on hold",
        "assignee": "user name",
        "gift_note": "printed on the packing slip",
    }
    refusals = (notes.DeskRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        self.add_fields(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = lookups.find_order(order)
        kept = {name: str(value or "") for name, value in desk_initial(notes.desk_of(found)).items()}
        form = self.filled(kept | self.given(options))
        with self.trying(options["dry_run"]):
            notes.keep_desk(order=found, desk=form.desk())
            now = desk_initial(notes.desk_of(found))
        said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in now.items() if value)
        self.finish(
            {"order": found.number, **{name: str(value or "") for name, value in now.items()}},
            f"Order {found}: {said or 'on nobody'}.",
        )
