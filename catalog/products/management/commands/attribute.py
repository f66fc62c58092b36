"""`manage.py attribute`: the codes that products have values under; adds, changes, deletes one and its options."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.db.models import Max

from catalog.products.forms.store_tables import AttributeForm
from catalog.products.management import lookups as known
from catalog.products.models import Attribute, AttributeOption
from catalog.products.services import attributes
from jetbridge.core.management.base import PanelCommand, refuse_beside, refuse_invalid


class Command(PanelCommand):
    """Save and Delete of Attributes; `map_attribute` maps them."""

    help = "List the store's attributes; add one, change its label, kind and options, delete it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a code and what is to change."""
        parser.add_argument("code", nargs="?", default="", metavar="CODE")
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--add", action="store_true", help="a new attribute of this code")
        deed.add_argument(
            "--delete", action="store_true", help="with its options and its mapping; values stay"
        )
        parser.add_argument("--label", metavar="LABEL", help="what people call it")
        parser.add_argument("--kind", choices=Attribute.Kind.values)
        parser.add_argument("--option", action="append", default=[], metavar="VALUE", help="offer this too")
        parser.add_argument(
            "--no-option", action="append", default=[], metavar="VALUE", help="offer it no more"
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        """Do what was asked for, then say how it stands."""
        asked = ("add", "delete", "label", "kind", "option", "no_option")
        changes = any(options[name] not in (None, False, []) for name in asked)
        if not code:
            if changes:
                raise CommandError("Name the attribute by its code.", returncode=2)
            rows = [_told(each) for each in Attribute.objects.order_by("code").prefetch_related("options")]
            self.finish({"attributes": rows}, "\n".join(map(_line, rows)) or "No attributes yet.")
            return
        if options["delete"]:
            refuse_beside("delete", options, "label", "kind", "option", "no_option")
        found = Attribute() if options["add"] else known.attribute(code)
        with self.trying(options["dry_run"]):
            if options["delete"]:
                attributes.remove(attribute=found)
                summary, text = {"deleted": code}, f"{code} is deleted."
            else:
                found = _save(found, code, options) if changes else found
                summary = _told(found)
                text = _line(summary)
        self.finish(summary, text)


@transaction.atomic
def _save(attribute: Attribute, code: str, options: dict[str, Any]) -> Attribute:
    is_new = attribute.pk is None
    data = {
        "code": code if is_new else attribute.code,
        "label": options["label"] if options["label"] is not None else attribute.label or code,
        "kind": options["kind"] or attribute.kind,
    }
    form = AttributeForm(data, instance=attribute)
    refuse_invalid(form)
    saved: Attribute = form.save()
    gone = saved.options.filter(value__in=options["no_option"])
    if missing := sorted(set(options["no_option"]) - set(gone.values_list("value", flat=True))):
        raise CommandError(f"{saved.code} has no option {', '.join(missing)}.")
    gone.delete()
    known = set(saved.options.values_list("value", flat=True))
    last = saved.options.aggregate(last=Max("position"))["last"]
    fresh = [value for value in dict.fromkeys(options["option"]) if value not in known]
    for position, value in enumerate(fresh, 0 if last is None else last + 1):
        option = AttributeOption(attribute=saved, value=value, position=position)
        option.full_clean()
        option.save()
    return saved


def _told(attribute: Attribute) -> dict[str, Any]:
    return {
        "code": attribute.code,
        "label": attribute.label,
        "kind": attribute.kind,
        "options": [option.value for option in attribute.options.all()],
    }


def _line(row: dict[str, Any]) -> str:
    words = ", ".join(row["options"][:20])
    return f"{row['code']}: {row['label']} ({row['kind']}) {words}".rstrip()
