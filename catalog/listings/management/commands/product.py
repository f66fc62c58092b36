"""`manage.py product SKU`: shows one product, or does to it what the buttons of its page do."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet
from catalog.listings.facets.comparisons import compare
from catalog.listings.mass_actions.actions import obstacles
from catalog.listings.models import Listing
from catalog.listings.services import live_listings, product_sync, store_changes
from catalog.listings.services.product_sync import Part
from catalog.mapping.fields import listing_fields
from catalog.products import ownership
from catalog.products.forms import product_attributes
from catalog.products.management import lookups
from catalog.products.models import Product
from catalog.products.services import products
from catalog.rules.forms.products import ProductForm
from catalog.rules.management import product_rows
from catalog.rules.models import Problem
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management import form_data
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_beside, refuse_invalid
from jetbridge.core.models import JetAccount
from jetbridge.jobs.management import waits
from jetbridge.panel.identifiers import CONFIRM
from jetbridge.panel.management.identifiers import add_confirm

# What changes a product, and does not go with looking at it, sending it or deleting it.
FIELDS = ("set", "category", "no_category", "add", "remove", "clear")
# How a command names an attribute and one of Jet's fields, and how the form does.
PREFIXES = {"attribute.": product_attributes.PREFIX, "jet.": listing_fields.PREFIX}


class Command(PanelCommand):
    """The product's page: Save, View, Sync with Jet, Delete; a new product too."""

    refusals = (ownership.KeptByStore,)
    help = "Show a product; change, add or delete it; look at what Jet holds of it; send it to Jet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the product and what is to be done."""
        parser.add_argument("sku", metavar="SKU")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE",
            help="price=12.50, enabled=no, attribute.color=Red, jet.brand=Acme; empty takes a value away",
        )  # fmt: skip
        parser.add_argument("--category", metavar="PATH", help="let it stand there too")
        parser.add_argument(
            "--no-category", action="append", default=[], metavar="PATH", help="take it out of there"
        )
        tables = ", ".join(product_rows.TABLES)
        parser.add_argument(
            "--add",
            action="append",
            default=[],
            nargs=2,
            metavar=("TABLE", "FIELD=VALUE;..."),
            help=f"a row: {tables}",
        )
        parser.add_argument(
            "--remove", action="append", default=[], nargs=2, metavar=("TABLE", "ROW"),
            help="path, SKU, store view or the number that is shown",
        )  # fmt: skip
        parser.add_argument(
            "--clear", action="append", default=[], metavar="TABLE", help="all rows of a table"
        )
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--create", action="store_true", help="a new product of this SKU")
        action.add_argument("--delete", action="store_true", help="out of the store; Jet closes its SKU")
        action.add_argument("--look", action="store_true", help="ours beside what Jet holds")
        action.add_argument(
            "--send", choices=("whole", "offer", *registry.that(lambda facet: facet.tab)),
            help="to Jet now: everything, price and quantity, or the shipping or return exceptions",
        )  # fmt: skip
        add_confirm(parser)
        parser.add_argument("--send-anyway", action="store_true", help="also what validation blocks")
        self.add_dry_run(parser)

    def handle(self, *args: Any, sku: str, **options: Any) -> None:
        """Do what was asked for, then say how the product stands."""
        _refuse_contradictions(options)
        product = Product(sku=sku) if options["create"] else lookups.product(sku)
        if options["look"]:
            self._show_live(product)
        elif options["send"]:
            self._send(product, options)
        elif options["delete"]:
            with self.trying(options["dry_run"]):
                products.delete(product=product)
            self.finish({"deleted": sku}, f"{sku} is deleted; where Jet has it, it is being closed.")
        else:
            self._edit(product, options)

    def _edit(self, product: Product, options: dict[str, Any]) -> None:
        asked = product_rows.requests(options["add"], options["remove"], options["clear"])
        has_fields = options["set"] or options["category"] or options["no_category"] or options["create"]
        if options["create"] and Product.objects.filter(sku=product.sku).exists():
            raise CommandError(f"There is a product {product.sku} already.")
        sent: set[Facet] = set()
        with self.trying(options["dry_run"]):
            if has_fields or asked:
                sent = _saved(product, options, asked)
            summary = _summary(product)
        self.finish({**summary, "to_be_sent": sorted(facet.label for facet in sent)}, _text(summary, sent))

    def _show_live(self, product: Product) -> None:
        account = configuration.active_account()
        with open_client(account, purpose="View a product") as client:
            found = live_listings.refresh(client=client, product=product, account=account)
        if found.held is None:
            lines = compare(found.ours.body, {}, node=account.fulfillment_node_id)
        else:
            lines = list(found.lines)
        rows = [
            {"field": each.label, "ours": each.ours, "jets": each.jets, "differs": each.differs}
            for each in lines
        ]
        text = [f"Jet has {product.sku}." if found.held else f"Jet does not have {product.sku}."]
        text += [
            f"  {'≠' if row['differs'] else '='} {row['field']}: {row['ours']} | {row['jets']}"
            for row in rows
        ]
        self.finish({"sku": product.sku, "on_jet": found.held is not None, "fields": rows}, "\n".join(text))

    def _send(self, product: Product, options: dict[str, Any]) -> None:
        account, what, anyway = configuration.active_account(), options["send"], options["send_anyway"]
        on_jet = Listing.objects.filter(product=product, account=account, first_sent_at__isnull=False)
        if what != "whole" and not on_jet.exists():
            raise CommandError(f"Jet does not have {product.sku} yet: --send whole.")
        against = obstacles(product, account, anyway=anyway) if what == "whole" else []
        if against:
            raise CommandError(f"{product.sku} is not sent. {' '.join(cause.text for cause in against)}")
        with self.trying(options["dry_run"]):
            listing = _queue_update(product, account, what, anyway)
        if options["dry_run"]:
            self.finish({"sku": product.sku}, f"{product.sku} would be sent; nothing speaks against it.")
            return
        with open_client(account, purpose="Sync with Jet") as client:
            parts = product_sync.send(client=client, listing=listing)
        if any(each.is_open for each in parts):  # a worker was nudged too, and has some of them in hand
            waits.until(lambda: not any(each.is_open for each in product_sync.parts(listing)))
            asked = [each.facet for each in parts]
            parts = product_sync.parts(listing, asked)
        shown = [
            {"part": each.facet.label, "taken": each.accepted, "reasons": list(each.reasons)}
            for each in parts
        ]
        text = "\n".join([f"{product.sku}:", *map(_line, parts)])
        self.finish({"sku": product.sku, "parts": shown}, text, ok=not any(each.refused for each in parts))


def _refuse_contradictions(options: dict[str, Any]) -> None:
    """
    Refuse fields beside an action: sent with them, Jet would get the product as it was.

    :raises CommandError: with exit code 2
    """
    for action in ("look", "send", "delete"):
        if options[action]:
            refuse_beside(action, options, *FIELDS)
    if options["send_anyway"] and not options["send"]:
        raise Usage("--send-anyway goes with --send.")


def _queue_update(product: Product, account: JetAccount, what: str, anyway: bool) -> Listing:
    for facet in registry.that(lambda facet: facet.tab and facet == what):
        product_sync.queue_exceptions(product=product, account=account, facet=facet, by="command")
        return Listing.objects.get(product=product, account=account)
    return product_sync.queue_update(
        product=product, account=account, offer_only=what == "offer", anyway=anyway, by="command"
    )


def _line(part: Part) -> str:
    state = "taken" if part.accepted else "not taken" if part.refused else "being sent"
    return f"  {part.facet.label}: {state} {'; '.join(part.reasons)}".rstrip()


@transaction.atomic
def _saved(
    product: Product, options: dict[str, Any], asked: dict[str, product_rows.RowRequest]
) -> set[Facet]:
    """Go the page's way: its form checks, its services store, and Jet learns what an edit lets it learn."""
    is_new, former = product.pk is None, product.sku if product.pk else ""
    form = ProductForm(_posted(ProductForm(instance=product), options), instance=product)
    refuse_invalid(form)
    products.store(product=product, changed=form.changed_columns)
    if "categories" in form.changed_columns:
        products.place(product=product, categories=form.chosen_categories())
    rows = store_changes.names_of_rows(product_rows.save(product, asked, confirmed=options[CONFIRM]))
    changed = {*form.changed_columns, *rows}
    sent = products.finish(product=product, changed=changed, is_new=is_new, former_sku=former)
    return {registry.named(each) for each in sent}


def _posted(blank: ProductForm, options: dict[str, Any]) -> form_data.Posted:
    data = form_data.of([blank])
    if options["category"] or options["no_category"]:
        ownership.check(blank.instance, {"categories"})
    data["add_category"] = options["category"] or ""
    if options[CONFIRM]:
        data[CONFIRM] = "on"
    if left := set(options["no_category"]):
        held = {each.full_path: str(each.pk) for each in blank.initial_categories()}
        if strange := sorted(left - set(held)):
            raise CommandError(f"The product does not stand in {', '.join(strange)}.")
        data.setlist("category_links", [pk for path, pk in held.items() if path not in left])
    for text in options["set"]:
        name, equals, value = text.partition("=")
        field = _field_name(blank, name.strip())
        if not equals or not field:
            raise Usage(f"--set takes FIELD=VALUE with one of: {', '.join(_names(blank))}; not {text!r}.")
        if blank.fields[field].disabled:
            ownership.check(blank.instance, {name.strip()})
        try:
            form_data.put(data, blank[field], value)
        except form_data.NotAFlag as problem:
            raise Usage(str(problem)) from problem
    _refuse_kept(blank, options["set"])
    return data


def _refuse_kept(form: ProductForm, given: list[str]) -> None:
    """
    Say why what a linked store keeps is not set here: the form would leave it as it is.

    :raises Usage: it is
    """
    for name in (text.partition("=")[0].strip() for text in given):
        if name in ownership.STOCK_COLUMNS and form.fields[name].disabled:
            raise Usage(ownership.STOCK)


def _field_name(form: ProductForm, name: str) -> str:
    for start, prefix in PREFIXES.items():
        if name.startswith(start):
            name = prefix + name.removeprefix(start)
    hidden = ("seen_quantity", "category_links", "add_category", CONFIRM)
    return name if name in form.fields and name not in hidden else ""


def _names(form: ProductForm) -> list[str]:
    found = [name for name in form.fields if _field_name(form, name)]
    for start, prefix in PREFIXES.items():
        found = [start + name.removeprefix(prefix) if name.startswith(prefix) else name for name in found]
    return found


def _summary(product: Product) -> dict[str, Any]:
    listing = Listing.objects.filter(product=product, account=configuration.active_account()).first()
    return {
        "sku": product.sku,
        "name": product.name,
        "kind": product.kind,
        "enabled": product.enabled,
        "excluded": product.excluded,
        "price": str(product.price) if product.price is not None else "",
        "special_price": str(product.special_price) if product.special_price is not None else "",
        "quantity": product.quantity,
        "attributes": product.attributes,
        "jet": product.jet_fields,
        "categories": [each.full_path for each in product.categories.order_by("path")],
        "rows": product_rows.summary(product),
        "jet_status": listing.status if listing else Listing.Status.NOT_UPLOADED,
        "problems": list(Problem.objects.filter(product=product).values_list("message", flat=True)),
    }


def _text(summary: dict[str, Any], sent: set[Facet]) -> str:
    state = "enabled" if summary["enabled"] else "disabled"
    lines = [
        f"{summary['sku']}: {summary['name']}",
        f"  {state}, price {summary['price'] or '-'}, quantity {summary['quantity']}",
        f"  on Jet: {summary['jet_status']}",
        *(f"  in {path}" for path in summary["categories"]),
        *(f"  {table} {row}" for table, rows in summary["rows"].items() for row in rows),
        *(f"  problem: {text}" for text in summary["problems"]),
    ]
    if sent:
        lines.append(f"  to be sent to Jet: {', '.join(sorted(facet.label for facet in sent))}")
    return "\n".join(lines)
