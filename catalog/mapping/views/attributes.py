"""The Validate button beside the Jet attribute ID."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.mapping.services import attribute_mappings
from catalog.models import Attribute
from jetbridge.core.pages import panel_page


@require_GET
@panel_page("mapping.view_attributemapping")
def check_attribute(request: HttpRequest) -> HttpResponse:
    """Say what Jet's taxonomy knows of the ID, and which of the store's options are not among its values."""
    chosen = request.GET.get("attribute", "")
    attribute = Attribute.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    try:
        jet_attribute = attribute_mappings.find_jet_attribute(request.GET.get("jet_attribute_id", ""))
    except attribute_mappings.UnknownJetAttribute as problem:
        return render(request, "mapping/attribute_check.html", {"problem": str(problem)})
    words = dict(_pairs(request.GET.get("vocabulary", "")))
    found = attribute_mappings.check(jet_attribute=jet_attribute, attribute=attribute, vocabulary=words)
    return render(request, "mapping/attribute_check.html", {"found": found})


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = (line.partition("=") for line in text.splitlines())
    return [(ours.strip(), jets.strip()) for ours, equals, jets in lines if equals]
