"""The words of one mapped attribute: each value of the store beside Jet's word for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from catalog.mapping import vocabulary
from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.mapping.vocabulary import Vocabulary
from jetbridge.core.texts import counted
from jetbridge.panel.pages import panel_page, render_page

SEE, DO = "mapping.view_attributemapping", "mapping.change_attributemapping"


@panel_page(SEE)
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the values, those without a word first; store the words that were chosen."""
    rows = AttributeMapping.objects.select_related("attribute", "jet_attribute")
    mapping = get_object_or_404(rows, pk=pk)
    may_map = request.user.has_perm(DO)
    found = vocabulary.vocabulary_of(mapping)
    given = _given(request, found) if request.method == "POST" and may_map else {}
    problems: dict[str, str] = {}
    if given:
        try:
            changed = attribute_mappings.set_words(mapping=mapping, words=given)
        except attribute_mappings.BadWords as bad:
            problems = bad.reasons
        else:
            _report(request, mapping, changed)
            return redirect("mapping:words", mapping.pk)
    context: dict[str, Any] = {
        "mapping": mapping,
        "found": found,
        "rows": [
            (number, word, given.get(word.value, word.jets), problems.get(word.value, ""))
            for number, word in enumerate(found.words)
        ],
        "problems": problems,
        "may_map": may_map,
        "counted": vocabulary.COUNTED,
    }
    title = f"Words of {mapping.attribute.label or mapping.attribute.code}"
    return render_page(
        request, "mapping/words.html", title=title, context=context, status=422 if problems else 200
    )


def _given(request: HttpRequest, found: Vocabulary) -> dict[str, str]:
    """Pair the fields with the values that they stood beside when the page was opened."""
    ours, jets = request.POST.getlist("ours"), request.POST.getlist("jets")
    known = {word.value for word in found.words}
    return {value: word[:255] for value, word in zip(ours, jets, strict=False) if value in known}


def _report(request: HttpRequest, mapping: AttributeMapping, changed: bool) -> None:
    if not changed:
        messages.info(request, "Nothing changed.")
        return
    left = len(vocabulary.vocabulary_of(mapping).unmapped)
    text = (
        f"{counted(left, 'value')} without a word of Jet's so far." if left else "Jet knows every value now."
    )
    messages.success(
        request,
        f"Words of {mapping.attribute.code} stored. {text} The products that have it are being checked again.",
    )
