"""Forms of mapping: taxonomy files, category mapping, attribute mapping."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget

from catalog.mapping.models import AttributeMapping, JetAttribute, JetCategory
from catalog.mapping.services import attribute_mappings
from catalog.mapping.taxonomy.zip_files import MAX_BYTES

NAMES = {
    "categories": "Jet_Taxonomy.csv",
    "attributes": "Jet_Taxonomy_attribute.csv",
    "values": "Jet_Taxonomy_attribute_value.csv",
    "links": "Jet_Taxonomy_mapping.csv",
}


class TaxonomyUploadForm(forms.Form):
    """The files that Jet gives its merchants; what a file holds is read from its header, not by its name."""

    categories = forms.FileField(label="Category CSV", required=False, help_text=NAMES["categories"])
    links = forms.FileField(label="Category-attribute mapping CSV", required=False, help_text=NAMES["links"])
    attributes = forms.FileField(label="Attribute CSV", required=False, help_text=NAMES["attributes"])
    values = forms.FileField(label="Attribute value CSV", required=False, help_text=NAMES["values"])
    archive = forms.FileField(label="Or all of them in a zip", required=False)

    def clean(self) -> dict[str, Any]:
        """Require at least one file, none empty of meaning and none absurdly large."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name) for name in self.fields) and not self.errors:
            raise forms.ValidationError("Choose at least one file.")
        for name, file in cleaned.items():
            if isinstance(file, UploadedFile) and (file.size or 0) > MAX_BYTES:
                self.add_error(
                    name, f"The file is larger than {MAX_BYTES // 1_000_000} MB; Jet's are below 2 MB."
                )
        return cleaned

    def uploads(self) -> dict[str, bytes]:
        """Return the files by name; two of one name are kept apart by their field."""
        found: dict[str, bytes] = {}
        for field in self.fields:
            file = self.cleaned_data.get(field)
            if file:
                name = str(file.name)
                found[f"{field}-{name}" if name in found else name] = file.read()
        return found


class JetAttributeInput(forms.TextInput):
    """An ID field that names the attribute as it is typed, with a Validate button."""

    template_name = "mapping/jet_attribute_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the known attributes for the browser's completion."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["class"] = " ".join(INPUT_CLASSES)
        context["widget"]["attrs"]["list"] = "jet-attributes"
        known = JetAttribute.objects.filter(retired=False).order_by("name").values_list("jet_id", "name")
        # In a table of rows the names of the neighboring fields carry the row's prefix too.
        return {**context, "known": known, "prefix": name.removesuffix("jet_attribute_id")}


class AttributeMappingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only while checking
    """A store attribute, the ID of the Jet attribute that it feeds, a unit, and words that differ."""

    jet_attribute_id = forms.CharField(
        label="Jet attribute ID",
        max_length=40,
        widget=JetAttributeInput,
        help_text="Up to 19 digits, as in Jet's list.",
    )
    jet_category = forms.CharField(
        label="In the Jet category",
        max_length=800,
        required=False,
        help_text="Empty: in all categories. Else its ID or path; it counts in all below, and the nearest wins.",
    )
    vocabulary = forms.CharField(
        label="Other words",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="One a line, where the store's value is not Jet's: Crimson = Red",
    )

    class Meta:
        model = AttributeMapping
        fields = ("attribute", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit := self.fields.get("unit"):  # somebody who may only look gets no fields
            unit.widget.attrs["list"] = "jet-units"
            unit.help_text = "For numbers: the unit of a value that names none."
        if self.instance.pk:
            if self.instance.category:
                self.initial["jet_category"] = attribute_mappings.written(self.instance.category)
            self.initial["jet_attribute_id"] = str(self.instance.jet_attribute.jet_id)
            pairs = self.instance.vocabulary.items()
            self.initial["vocabulary"] = "\n".join(f"{ours} = {jets}" for ours, jets in pairs)

    def clean_jet_attribute_id(self) -> JetAttribute:
        """Require an ID that Jet's taxonomy has."""
        try:
            return attribute_mappings.find_jet_attribute(self.cleaned_data["jet_attribute_id"])
        except attribute_mappings.UnknownJetAttribute as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_jet_category(self) -> JetCategory | None:
        """Require a category of Jet's taxonomy, or none."""
        try:
            return attribute_mappings.find_jet_category(self.cleaned_data["jet_category"])
        except attribute_mappings.UnknownJetCategory as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_vocabulary(self) -> dict[str, str]:
        """Require pairs, each store value once."""
        words: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["vocabulary"].splitlines(), 1):
            if not line.strip():
                continue
            ours, equals, jets = (part.strip() for part in line.partition("="))
            if not (ours and equals and jets):
                raise forms.ValidationError(f"Line {number} is not of the form: store value = Jet's value.")
            if ours in words:
                raise forms.ValidationError(f"Line {number}: {ours} stands there twice.")
            words[ours] = jets
        return words

    def clean(self) -> dict[str, Any]:
        """Require a unit, and right-hand words, that Jet allows for the attribute."""
        cleaned: dict[str, Any] = super().clean() or {}
        self._refuse_second(cleaned)
        jet_attribute = cleaned.get("jet_attribute_id")
        if jet_attribute is None:
            return cleaned
        try:
            cleaned["unit"] = attribute_mappings.check_unit(
                jet_attribute=jet_attribute, unit=cleaned.get("unit", "")
            )
        except attribute_mappings.BadUnit as problem:
            self.add_error("unit", str(problem))
        words = cleaned.get("vocabulary", {})
        try:
            words = attribute_mappings.spelled_words(jet_attribute=jet_attribute, words=words)
        except attribute_mappings.BadWords as bad:
            self.add_error("vocabulary", str(bad))
        self.instance.jet_attribute = jet_attribute
        self.instance.vocabulary = cleaned["vocabulary"] = words
        return cleaned

    def _refuse_second(self, cleaned: dict[str, Any]) -> None:
        """Refuse a second mapping of the attribute for the same category."""
        attribute = cleaned.get("attribute") or (self.instance.attribute_id and self.instance.attribute)
        if not attribute or "jet_category" in self.errors:
            return
        category = self.instance.category = cleaned.get("jet_category")
        others = AttributeMapping.objects.filter(attribute=attribute, category=category)
        if others.exclude(pk=self.instance.pk).exists():
            where = category.path if category else "all categories"
            self.add_error(
                "jet_category", f"{attribute.code} is mapped for {where} already: edit that mapping."
            )
