"""Fixes all products of a cause by one decision, as its page does."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict

from catalog.products.models import Product
from catalog.rules import causes
from catalog.rules.forms.fills import FillForm
from catalog.rules.product_actions import FILL
from catalog.rules.services import fills
from catalog.rules.services.fills import Way
from catalog.rules.views import fills as page
from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_invalid
from jetbridge.mass_actions.models import MassAction
from jetbridge.panel.identifiers import CONFIRM
from jetbridge.panel.management.identifiers import add_confirm

NAMES = {Way.VALUE: "value", Way.COPY: "attribute", Way.PATTERN: "pattern"}
OPTIONS = {name: f"--{way}" for way, name in NAMES.items()}


class Command(PanelCommand):
    """`manage.py fix_cause CODE`: one value for all products of a cause, or for those that a filter matches."""

    help = "Set one value for all products with a problem; `mass_actions RUN --undo` takes it back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the cause, the value's source and which of its products are meant."""
        parser.add_argument("code", metavar="CODE", help="the problem's code, such as brand.missing")
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--value", help="the same for all")
        way.add_argument("--copy", metavar="ATTRIBUTE", help="what each holds under an attribute's code")
        way.add_argument("--pattern", metavar="TEXT", help="such as {sku}")
        parser.add_argument(
            "--where", metavar="QUERY", help="only those that the grid's address says: q=dress"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be set; set nothing")
        add_confirm(parser)

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        """Set the value and say what is left of the cause."""
        account = configuration.active_account()
        found = causes.cause(code, account)
        if found is None:
            raise CommandError(f"No product has the problem {code}.")
        filters = page.filters_of(QueryDict(options["where"] or ""))
        if options["where"] and not filters:
            raise Usage(f"No filter of the grid stands in “{options['where']}”.")
        form = page.form_of(found, _data(options))
        if not form.targets:
            raise CommandError(
                "No one value fixes this cause; its page names the mapping or setting that does."
            )
        if not form.is_valid():
            refuse_invalid(form, lambda name: OPTIONS.get(name, name))
        chosen = {"problems": [code], **filters}
        if options["dry_run"]:
            self._preview(page.chosen(code, filters), form)
            return
        services = page.pages().services
        run = services.draft(
            action=FILL, filters=chosen, options={FILL: form.cleaned_data["fill"].as_option()}
        )
        services.start(run)
        services.take_up()
        run.refresh_from_db()
        left = causes.cause(code, account)
        summary = {"run": run.pk, "set": run.done, "failed": run.failed, "skipped": run.skipped}
        text = f"{run.done:,} set, {run.failed:,} failed, {run.skipped:,} left out; run {run.pk}."
        text += (
            f" {left.count} still have this problem." if left else " No product has this problem any more."
        )
        self.finish({**summary, "left": int(left.count) if left else 0}, text, ok=run.done > 0)

    def _preview(self, run: MassAction, form: FillForm) -> None:
        products = page.pages().services.chosen(run).order_by("pk").prefetch_related("texts")
        rows = [_row(each) for each in fills.preview(_all(products), form.cleaned_data["fill"])]
        self.finish_rows("products", rows, "No product is meant.")


def _all(products: Any) -> Any:
    rows: Any = products.iterator(chunk_size=500)
    return rows


def _row(change: fills.Change) -> dict[str, Any]:
    product: Product = change.product
    return {
        "sku": product.sku,
        "field": change.name,
        "now": change.now,
        "then": change.then,
        "why": change.refusal,
    }


def _data(options: dict[str, Any]) -> QueryDict:
    """Return the options as the page's form would send them."""
    way = next(way for way in Way if options[str(way)] is not None)
    data = QueryDict(mutable=True)
    data.update({"way": str(way), NAMES[way]: options[str(way)]})
    if options[CONFIRM]:
        data[CONFIRM] = "on"
    return data
