"""`manage.py map_attribute`: says which Jet attribute a store attribute feeds."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.mapping.forms import AttributeMappingForm
from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.products.management import lookups
from jetbridge.core.management.faults import Usage
from jetbridge.panel.management.forms import NO_OPTION, FormCommand


class Command(FormCommand):
    """The Jet Attribute tab of an attribute: ID, unit and words are checked against the taxonomy."""

    help = (
        "Map a store attribute to a Jet attribute ID, in all categories or in a Jet category and those below; "
        "with --clear, remove its mapping there."
    )
    form = AttributeMappingForm
    # Words are put in and taken out one by one.
    flags = {
        **dict.fromkeys(("attribute", "jet_attribute_id", "vocabulary"), NO_OPTION),
        "jet_category": "--category",
    }
    hints = {
        "unit": "the unit that is sent with numbers",
        "jet_category": "a Jet category's ID or path: the mapping counts there and below; else in all categories",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the store attribute's code")
        parser.add_argument(
            "jet_id",
            nargs="?",
            default="",
            help="Jet's attribute ID, every digit; the one it has, if left out",
        )
        self.add_fields(parser)
        for flag, metavar, words in (
            ("--word", "OURS=JETS", "a value that Jet calls otherwise"),
            ("--no-word", "OURS", "called alike again"),
        ):
            parser.add_argument(flag, action="append", default=[], metavar=metavar, help=words)
        parser.add_argument("--clear", action="store_true", help="remove the mapping")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the ID, then store or remove."""
        attribute = lookups.attribute(options["code"])
        try:
            category = attribute_mappings.find_jet_category(options["category"] or "")
        except attribute_mappings.UnknownJetCategory as problem:
            raise CommandError(str(problem), returncode=1) from problem
        mapping = AttributeMapping.objects.filter(attribute=attribute, category=category).first()
        if options["clear"]:
            if mapping is not None and not options["dry_run"]:
                attribute_mappings.remove_mapping(mapping=mapping)
            self.finish({"removed": mapping is not None}, "Removed." if mapping else "It was not mapped.")
            return
        known = mapping.vocabulary if mapping else {}
        words = {**known, **_words(options["word"])}
        kept = (f"{ours} = {jets}" for ours, jets in words.items() if ours not in options["no_word"])
        fields = {"attribute": str(attribute.pk), "vocabulary": "\n".join(kept), **self.given(options)}
        if options["jet_id"]:
            fields["jet_attribute_id"] = options["jet_id"]
        made = self.filled(fields, instance=mapping or AttributeMapping()).save(commit=False)
        if not options["dry_run"]:
            attribute_mappings.save_mapping(mapping=made)
        jet, said = made.jet_attribute, "would feed" if options["dry_run"] else "feeds"
        where = f" in {category.path}" if category else ""
        self.finish(
            {
                "code": attribute.code,
                "jet_id": jet.jet_id,
                "name": jet.name,
                "category": category.jet_id if category else None,
            },
            f"{attribute.code} {said} {jet.name} ({jet.jet_id}){where}.",
        )


def _words(shown: list[str]) -> dict[str, str]:
    words = {}
    for word in shown:
        ours, equals, jets = word.partition("=")
        if not (ours and equals and jets):
            raise Usage(f"{word!r} is not OURS=JETS.")
        words[ours] = jets
    return words
