"""What answers beside the Jet attribute ID: the Validate button, and which attributes are probably meant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.mapping import attribute_suggestions
from catalog.mapping.services import attribute_mappings
from catalog.products.models import Attribute
from jetbridge.core.texts import number_in
from jetbridge.panel.pages import panel_page

SEE = "mapping.view_attributemapping"


@require_GET
@panel_page(SEE)
def check_attribute(request: HttpRequest) -> HttpResponse:
    """Say what Jet's taxonomy knows of the ID, and which of the store's options are not among its values."""
    try:
        jet_attribute = attribute_mappings.find_jet_attribute(_given(request, "jet_attribute_id"))
    except attribute_mappings.UnknownJetAttribute as problem:
        return render(request, "mapping/attribute_check.html", {"problem": str(problem)})
    words = dict(_pairs(_given(request, "vocabulary")))
    found = attribute_mappings.check(
        jet_attribute=jet_attribute, attribute=_attribute(request), vocabulary=words
    )
    return render(request, "mapping/attribute_check.html", {"found": found})


@require_GET
@panel_page(SEE)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Offer the Jet attributes that the chosen store attribute probably means."""
    attribute = _attribute(request)
    found = attribute_suggestions.suggest(attribute) if attribute else []
    context = {"found": found, "attribute": attribute, "field": request.GET.get("field", "")}
    return render(request, "mapping/attribute_suggestions.html", context)


def _given(request: HttpRequest, name: str) -> str:
    """A field's value; in a table of rows the names carry the row's prefix."""
    return request.GET.get(request.GET.get("prefix", "") + name, "")


def _attribute(request: HttpRequest) -> Attribute | None:
    return Attribute.objects.filter(pk=number_in(_given(request, "attribute")) or 0).first()


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = (line.partition("=") for line in text.splitlines())
    return [(ours.strip(), jets.strip()) for ours, equals, jets in lines if equals]
