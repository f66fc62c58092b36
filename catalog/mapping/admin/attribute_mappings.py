"""Attribute Mapping: which Jet attribute each store attribute feeds, the ID checked against the taxonomy."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from catalog.mapping import selectors, vocabulary
from catalog.mapping.forms import AttributeMappingForm
from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue
from catalog.mapping.selectors import NeededAttribute
from catalog.mapping.services import attribute_mappings
from jetbridge.core.texts import counted
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.panel.display import NOTHING, chip, link


@admin.register(AttributeMapping)
class AttributeMappingAdmin(PanelModelAdmin):
    form = AttributeMappingForm
    list_display = (
        "code",
        "label",
        "where",
        "jet_name",
        "kind",
        "unit",
        "words",
        "state",
        "values",
    )
    list_display_links = ("code",)
    list_select_related = ("attribute", "jet_attribute", "category")
    list_filter = ("jet_attribute__kind", "jet_attribute__variant")
    search_fields = ("attribute__code", "attribute__label", "jet_attribute__name", "=jet_attribute__jet_id")
    search_help_text = "Search by attribute code, label, Jet's name or ID"
    ordering = ("attribute__code",)
    actions_list = ["jet_attributes"]
    list_before_template = "mapping/attributes_to_map.html"
    fields = ("attribute", "jet_category", "jet_attribute_id", "unit", "vocabulary")
    empty_title = "No attribute is mapped yet"
    empty_text = (
        "Map the attributes that distinguish a configurable product's children, such as size and color."
    )
    empty_url_name = "admin:mapping_attributemapping_add"
    empty_button = "Map an attribute"

    class Media:
        css = {"all": ["mapping/mapping.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeMapping]:
        """Read the store's options and Jet's values of a page in one query each."""
        rows: QuerySet[AttributeMapping] = super().get_queryset(request)
        values = JetAttributeValue.objects.filter(retired=False)
        return rows.prefetch_related("attribute__options", Prefetch("jet_attribute__values", values))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the attributes that wait to be mapped."""
        context = {"to_map": selectors.unmapped_variation_attributes(), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take attribute and Jet ID from the address, as links from other pages give them."""
        names = ("attribute", "jet_category", "jet_attribute_id")
        return {name: request.GET[name] for name in names if name in request.GET}

    def save_model(
        self, request: HttpRequest, obj: AttributeMapping, form: "ModelForm[AttributeMapping]", change: bool
    ) -> None:
        """Save through the service."""
        attribute_mappings.save_mapping(mapping=obj)

    def response_add(
        self, request: HttpRequest, obj: AttributeMapping, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the words where some are missing."""
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return self._to_words(request, obj) or answer

    def response_change(self, request: HttpRequest, obj: AttributeMapping) -> HttpResponse:
        """Go on to the words where some are missing."""
        answer: HttpResponse = super().response_change(request, obj)
        return self._to_words(request, obj) or answer

    def _to_words(self, request: HttpRequest, obj: AttributeMapping) -> HttpResponse | None:
        """Lead to the words page after a plain Save; its heading says how many words are missing."""
        if "_save" not in request.POST or not vocabulary.vocabulary_of(obj).unmapped:
            return None
        return redirect("mapping:words", obj.pk)

    def delete_model(self, request: HttpRequest, obj: AttributeMapping) -> None:
        """Remove through the service."""
        attribute_mappings.remove_mapping(mapping=obj)

    @action(
        description="Jet attributes",
        url_path="jet-attributes",
        permissions=["mapping.view_jetattribute"],
        icon="label",
    )
    def jet_attributes(self, request: HttpRequest) -> HttpResponse:
        """Go to the list of Jet's attributes."""
        return redirect("admin:mapping_jetattribute_changelist")

    @display(description="Store attribute", ordering="attribute__code")
    def code(self, row: AttributeMapping) -> str:
        return row.attribute.code

    @display(description="Label", ordering="attribute__label")
    def label(self, row: AttributeMapping) -> str:
        return row.attribute.label

    @display(description="In", ordering="category__path")
    def where(self, row: AttributeMapping) -> str:
        return row.category.path if row.category else "All categories"

    @display(description="Jet attribute", ordering="jet_attribute__name")
    def jet_name(self, row: AttributeMapping) -> str:
        return row.jet_attribute.name

    @display(description="Kind", ordering="jet_attribute__kind")
    def kind(self, row: AttributeMapping) -> str:
        return row.jet_attribute.get_kind_display()

    @display(description="Other words")
    def words(self, row: AttributeMapping) -> str:
        return ", ".join(f"{ours} = {jets}" for ours, jets in row.vocabulary.items()) or str(NOTHING)

    @display(description="State", ordering="jet_attribute__retired")
    def state(self, row: AttributeMapping) -> SafeString:
        """Whether Jet still has the attribute, and how many of the store's options are not its words."""
        if row.jet_attribute.retired:
            return chip("Retired at Jet", "red")
        left = vocabulary.unmapped_options(row, _needed(row), _options(row))
        return chip(f"{counted(len(left), 'word')} missing", "amber") if left else chip("Mapped", "green")

    @display(description="Values")
    def values(self, row: AttributeMapping) -> SafeString:
        if row.jet_attribute.kind != JetAttribute.Kind.LIST:
            return NOTHING
        return link(reverse("mapping:words", args=[row.pk]), "Map values")


def _needed(row: AttributeMapping) -> NeededAttribute:
    values = frozenset(each.value for each in row.jet_attribute.values.all() if not each.unit)
    return NeededAttribute(row.jet_attribute, values, ())


def _options(row: AttributeMapping) -> list[str]:
    return [option.value for option in row.attribute.options.all()]
