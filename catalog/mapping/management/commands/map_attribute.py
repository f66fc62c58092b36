"""`manage.py map_attribute`: says which Jet attribute a store attribute feeds."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.products.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage


class Command(PanelCommand):
    """The Jet Attribute tab of an attribute: the ID is checked against the taxonomy."""

    help = "Map a store attribute to a Jet attribute ID; with --clear, remove its mapping."
    refusals = (attribute_mappings.UnknownJetAttribute,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the store attribute's code")
        parser.add_argument(
            "jet_id",
            nargs="?",
            default="",
            help="Jet's attribute ID, every digit of it; the one it has, if left out",
        )
        parser.add_argument("--unit", default="", help="the unit that is sent with numbers")
        parser.add_argument(
            "--word",
            action="append",
            default=[],
            metavar="OURS=JETS",
            help="a value that Jet calls otherwise",
        )
        parser.add_argument(
            "--no-word", action="append", default=[], metavar="OURS", help="called alike again"
        )
        parser.add_argument("--clear", action="store_true", help="remove the mapping")
        parser.add_argument("--dry-run", action="store_true", help="check; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the ID, then store or remove."""
        attribute = lookups.attribute(options["code"])
        mapping = AttributeMapping.objects.filter(attribute=attribute).first()
        if options["clear"]:
            self._clear(mapping, options["dry_run"])
            return
        jet_id = options["jet_id"] or (str(mapping.jet_attribute.jet_id) if mapping else "")
        jet = attribute_mappings.find_jet_attribute(jet_id)
        mapping = mapping or AttributeMapping(attribute=attribute)
        mapping.jet_attribute, mapping.unit = jet, options["unit"] or mapping.unit
        words = {**mapping.vocabulary, **_words(options["word"])}
        mapping.vocabulary = {ours: jets for ours, jets in words.items() if ours not in options["no_word"]}
        if not options["dry_run"]:
            attribute_mappings.save_mapping(mapping=mapping)
        said = "would feed" if options["dry_run"] else "feeds"
        self.finish(
            {"code": attribute.code, "jet_id": jet.jet_id, "name": jet.name},
            f"{attribute.code} {said} {jet.name} ({jet.jet_id}).",
        )

    def _clear(self, mapping: AttributeMapping | None, dry_run: bool) -> None:
        if mapping is not None and not dry_run:
            attribute_mappings.remove_mapping(mapping=mapping)
        self.finish({"removed": mapping is not None}, "Removed." if mapping else "It was not mapped.")


def _words(told: list[str]) -> dict[str, str]:
    words = {}
    for word in told:
        ours, equals, jets = word.partition("=")
        if not (ours and equals and jets):
            raise Usage(f"{word!r} is not OURS=JETS.")
        words[ours] = jets
    return words
